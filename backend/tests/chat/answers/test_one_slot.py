"""Titles on a machine that answers one question at a time (Ollama): they never make an answer wait."""

import asyncio
from typing import Any

import pytest

from apps.chat.prompt_values import Prompt, PromptMessage
from apps.chat.providers.connection.service_connection import ServiceEndpoint
from apps.chat.providers.openai import OpenAIProvider
from testkit.fakes.model_server import ModelServer
from testkit.fakes.raw_model_server import RawModelServer
from testkit.live import SignedInUser, pause, until


@pytest.fixture
def model_server(model_server: RawModelServer) -> RawModelServer:
    """A model service that says it is Ollama; answers to what has "Long" in it never end."""
    model_server.set_models({"id": "fake-model", "owned_by": "library"})

    def choose_length(request: Any) -> None:
        model_server.keep_alives = None if "Long" in str(request) else 0

    model_server.refuse = choose_length
    return model_server


async def test_no_title_is_requested_while_an_answer_is_being_written(
    user: SignedInUser, model_server: RawModelServer
) -> None:
    await until(lambda: any("messages" not in request for request in model_server.requests), "a look at windows")
    busy = await user.enter(await user.new_conversation(title="Named"))
    await busy.ask("Long")
    await until(lambda: any("Long" in str(request) for request in model_server.requests), "the question")
    conversation_id = await user.new_conversation()
    quick = await user.enter(conversation_id)
    await quick.ask_to_the_end("Blue sky")
    while (await user.call("GET", f"/conversations/{conversation_id}", expect=200))["title"] != "Blue sky":
        await pause()
    questions = [request for request in model_server.requests if "messages" in request]
    assert len(questions) == 2


async def test_a_call_that_can_wait_gives_way_to_an_answer() -> None:
    server = ModelServer().start()
    provider = OpenAIProvider(ServiceEndpoint(name="ollama", base_url=server.base_url))
    provider.is_one_slot = True

    async def read(text: str) -> None:
        async for _ in provider.stream(Prompt("fake-model", (PromptMessage("user", text),))):
            pass

    async def read_title() -> None:
        async with provider.preemptible():
            await read("title")

    try:
        server.script(tokens=1, gate="")
        waiting = asyncio.create_task(read_title())
        await server.until(lambda: len(server.requests) == 1)
        answer = asyncio.create_task(read("answer"))
        with pytest.raises(TimeoutError):
            await waiting
        server.open(2)
        await answer
    finally:
        await provider.aclose()
        server.stop()
