"""The fake model service answers only the server of its test, and leaves nothing open."""

import gc
import socket
import warnings

import aiohttp

from testkit.fakes.model_server import ModelServer


async def test_a_request_without_the_path_of_this_test_is_not_answered(model_server: ModelServer) -> None:
    question = {"model": "fake-model", "messages": [{"role": "user", "content": "hi"}]}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{model_server.port}") as stranger:
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
            with socket.create_connection(("127.0.0.1", server.port)):
                server.stop()
            gc.collect()
    assert [str(warning.message) for warning in caught if "unclosed" in str(warning.message)] == []


async def test_a_closed_gate_sends_keep_alives_until_it_opens(model_server: ModelServer) -> None:
    model_server.script(gate="g", keep_alive=0.01)
    question = {"model": "fake-model", "stream": True, "messages": [{"role": "user", "content": "hi"}]}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{model_server.base_url}/chat/completions", json=question) as response,
    ):
        comments = 0
        async for line in response.content:
            comments += line == b": keep-alive\n"
            if comments == 2:
                model_server.open(2, gate="g")
    assert comments >= 2
    assert model_server.requests[0].tokens_sent == 2
