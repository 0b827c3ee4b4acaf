"""`kill -9` in mid-answer: what was asked and answered survives (PROTOCOL.md section 7, invariants 1 and 2)."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.chat.socket.rooms import Room, assert_stored
from tests.fakes.model_server import ModelServer
from tests.live import Person
from tests.server_process import ServerProcess

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
async def process(tmp_path: Path, model_server: ModelServer) -> AsyncIterator[ServerProcess]:
    """A server with a database of its own."""
    server = ServerProcess(
        tmp_path,
        {"OPENAI_BASE_URL": model_server.base_url, "OPENAI_API_KEY": "test-key", "AI_MODELS": "fake-model"},
    )
    await server.migrate()
    await server.start()
    yield server
    await server.kill()


def words(first: int, last: int) -> str:
    return "".join(f"w{number} " for number in range(first, last + 1))


async def test_killed_in_mid_answer(process: ServerProcess, model_server: ModelServer) -> None:
    person = Person(process, f"person-{uuid4().hex[:12]}")
    await person.sign_up()
    room = await Room.open(person, title="Mine")
    model_server.script(tokens=100, gate="")
    answer_id = (await room.socket.ask("What is the capital of France?"))["reply"]["id"]
    model_server.open(50)
    seen = await room.socket.read_until_length(answer_id, len(words(1, 50)))
    # A checkpoint comes of itself while the answer goes on.
    while (stored := await room.last_message())["content"] != words(1, 50):
        assert stored["status"] in {"pending", "streaming"}
    assert (stored["status"], stored["seq"]) == ("streaming", 50)
    model_server.open(20)
    await room.socket.read_until_length(answer_id, len(words(1, 70)))
    await process.kill()
    assert await room.socket.expect_close() == 1006

    await process.start()
    question, stored = await room.messages()
    assert (question["content"], question["status"]) == ("What is the capital of France?", "complete")
    assert (stored["id"], stored["status"], stored["error_code"]) == (answer_id, "interrupted", None)
    assert seen.content.startswith(stored["content"])
    assert stored["content"].startswith(words(1, 50))

    # The client saw more than there is, or thinks so: it is told to forget what it has.
    back = await room.come_back(room.socket, answer_id)
    assert back.entered is not None
    assert back.entered["active"] is None
    await back.expect("chat.stream", done=True)
    assert seen.resets == 1
    await assert_stored(room, seen, "interrupted")

    model_server.script(tokens=100)
    await back.send("chat.continue", message_id=answer_id)
    await back.expect("chat.accepted", kind="continue")
    await back.expect("chat.stream", done=True)
    assert (seen.content, seen.resets) == (words(1, 100), 1)
    await assert_stored(room, seen, "complete")
    assert (await back.ask_to_the_end("And of Spain?")).content == words(1, 100)
    assert not [line for line in process.log if '"level": "error"' in line]


async def test_killed_before_the_first_token(process: ServerProcess, model_server: ModelServer) -> None:
    person = Person(process, f"person-{uuid4().hex[:12]}")
    await person.sign_up()
    room = await Room.open(person, title="Mine")
    model_server.script(slow_start=True)
    client_id = str(uuid4())
    await room.socket.send("chat.message", content="Hello", client_id=client_id)
    first = await room.socket.expect("chat.accepted")
    await process.kill()
    await process.start()
    model_server.script()
    back = await room.come_back(room.socket, first["reply"]["id"])
    await back.send("chat.message", content="Hello", client_id=client_id)
    again = await back.expect("chat.accepted")
    assert again["reply"]["id"] == first["reply"]["id"]
    assert again["reply"]["status"] == "interrupted"
    await back.send("chat.continue", message_id=first["reply"]["id"])
    await back.expect("chat.accepted", kind="continue")
    assert (await back.expect("chat.stream", done=True, status="complete"))["message_id"] == first["reply"]["id"]
    assert [m["content"] for m in await room.messages()] == ["Hello", "Echo: Hello"]
