"""Two workers that ask one model service: what the clients of the one see of the other's answers.

See docs/protocol.md: P-5.16.
"""

from dataclasses import replace
from typing import Any

import pytest

from testkit.fakes.model_answers import TITLE_MARKER
from testkit.fakes.raw_model_server import RawModelServer
from testkit.live import SignedInUser, until
from testkit.services import several_workers
from tests.chat.workers import StartWorkers

pytestmark = [pytest.mark.timeout(180), several_workers]


@pytest.fixture
def model_server(model_server: RawModelServer) -> RawModelServer:
    """A model service that says it is Ollama; titles, and answers to what has "long" in it, never end."""
    model_server.set_models({"id": "fake-model", "owned_by": "library"})

    def choose_length(request: Any) -> None:
        model_server.keep_alives = None if "long" in str(request).lower() or is_title(request) else 0

    model_server.refuse = choose_length
    return model_server


def is_title(request: Any) -> bool:
    return TITLE_MARKER in str(request)


def count_titles(server: RawModelServer) -> int:
    return sum(map(is_title, server.requests))


async def test_a_client_of_another_worker_is_notified_that_an_answer_waits(start_workers: StartWorkers) -> None:
    first, second = await start_workers(2)
    user = await SignedInUser.register(first)
    conversation_id = await user.new_conversation(title="Named")
    here = await user.enter(conversation_id)
    there = await replace(user, server=second).enter(conversation_id)
    answer_id = (await here.ask("Long"))["reply"]["id"]
    for client in (here, there):
        waiting = await client.expect("chat.waiting", message_id=answer_id)
        assert waiting["seconds"] >= 0
    # One that comes later hears of it too.
    late = await replace(user, server=second).enter(conversation_id)
    await late.expect("chat.waiting", message_id=answer_id)


async def test_titles_never_make_answers_of_other_workers_wait(
    start_workers: StartWorkers, model_server: RawModelServer
) -> None:
    first, second = await start_workers(2)
    # Both find out what the service is.
    await until(lambda: sum("messages" not in request for request in model_server.requests) >= 2, "both workers")
    user = await SignedInUser.register(first)
    untitled = await user.enter(await user.new_conversation())
    await untitled.ask_to_the_end("Blue sky")
    await until(lambda: count_titles(model_server), "a title")
    elsewhere = replace(user, server=second)
    busy = await elsewhere.enter(await elsewhere.new_conversation(title="Named"))
    await busy.ask("Long")
    # The title gives way, and becomes the first words of the question.
    await untitled.expect("conversation.updated", title="Blue sky")
    # While the other worker's answer is written, none is asked for.
    other = await user.enter(await user.new_conversation())
    await other.ask_to_the_end("Green grass")
    await other.expect("conversation.updated", title="Green grass")
    assert count_titles(model_server) == 1
