"""The fake model service hears the server of its own test alone."""

import aiohttp

from testkit.fakes.model_server import ModelServer


async def test_it_does_not_answer_who_comes_by_its_port_alone(model_server: ModelServer) -> None:
    question = {"model": "fake-model", "messages": [{"role": "user", "content": "hi"}]}
    async with aiohttp.ClientSession(f"http://{model_server.host}:{model_server.port}") as stranger:
        async with stranger.post("/v1/chat/completions", json=question) as response:
            assert response.status == 404
        async with stranger.get("/v1/models") as response:
            assert response.status == 404
    assert (model_server.requests, model_server.model_list_requests) == ([], 0)
