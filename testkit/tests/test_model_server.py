"""The fake model service answers only the server of its test, and leaves nothing open."""

import gc
import socket
import warnings

import aiohttp

from testkit.fakes.model_server import ModelServer


async def test_a_request_without_the_path_of_this_test_is_not_answered(model_server: ModelServer) -> None:
    question = {"model": "fake-model", "messages": [{"role": "user", "content": "hi"}]}
    async with aiohttp.ClientSession(f"http://{model_server.host}:{model_server.port}") as stranger:
        async with stranger.post("/v1/chat/completions", json=question) as response:
            assert response.status == 404
        async with stranger.get("/v1/models") as response:
            assert response.status == 404
    assert model_server.requests == []
    assert model_server.model_list_requests == 0


def test_a_connection_accepted_during_the_stop_is_closed() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(10):
            server = ModelServer().start()
            with socket.create_connection((server.host, server.port)):
                server.stop()
            gc.collect()
    assert [str(warning.message) for warning in caught if "unclosed" in str(warning.message)] == []
