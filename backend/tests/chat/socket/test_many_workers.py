"""Several workers on one PostgreSQL and one Redis: they agree, and one continues the answers of a dead one.

See docs/protocol.md: P-1.5, P-5.11, P-6.17, P-7.3; invariant I-1.
"""

import asyncio
import signal
from dataclasses import replace
from typing import Any

import pytest

from apps.chat.conversations.text_bytes import ROW_BYTES
from testkit.fakes.model_requests import ModelRequest
from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser, pause
from testkit.local_services import Service
from testkit.server_process import ServerProcess
from testkit.services import several_workers
from testkit.socket_client import ChatSocket
from tests.chat.socket.conversations import (
    OpenConversation,
    assert_stored,
    begin_answer,
    count_text_bytes,
    refusal,
    words,
)
from tests.chat.workers import StartWorkers

pytestmark = [pytest.mark.timeout(180), several_workers]


async def open_conversation(worker: ServerProcess) -> OpenConversation:
    return await OpenConversation.open(await SignedInUser.register(worker), title="Mine")


async def enter_on(
    worker: ServerProcess, conversation: OpenConversation, resume: dict[str, Any] | None = None
) -> ChatSocket:
    return await replace(conversation.user, server=worker).enter(conversation.id, resume)


async def test_an_answer_is_followed_stopped_and_continued_on_another_worker(
    start_workers: StartWorkers, model_server: ModelServer
) -> None:
    first, second = await start_workers(2)
    conversation = await open_conversation(first)
    there = await enter_on(second, conversation)
    answer_id = (await begin_answer(conversation, model_server, seen=20, of=50)).message_id
    for socket in (conversation.socket, there, await enter_on(second, conversation)):
        answer = await socket.read_until_length(answer_id, len(words(1, 20)))
        assert answer.content == words(1, 20)
    assert (await refusal(there, "chat.message", content="Me too"))["code"] == "ALREADY_PROCESSING"
    await there.send("chat.stop")
    for socket in (conversation.socket, there):
        answer = await socket.read_to_the_end(answer_id)
        assert answer.ended["status"] == "stopped"
        assert answer.content == words(1, 20)
        await assert_stored(conversation, answer, "stopped")
    model_server.script(tokens=50)
    await there.send("chat.continue", message_id=answer_id)
    for socket in (conversation.socket, there):
        await socket.expect("chat.stream", run=2, done=True)
        assert socket.answer(answer_id).content == words(1, 50)
        assert socket.answer(answer_id).resets == 0


async def test_a_deletion_on_another_worker_ends_the_answer(
    start_workers: StartWorkers, model_server: ModelServer
) -> None:
    first, second = await start_workers(2)
    conversation = await open_conversation(first)
    call = await begin_model_call(conversation, model_server)
    await replace(conversation.user, server=second).call("DELETE", f"/conversations/{conversation.id}", expect=204)
    await conversation.socket.expect("conversation.deleted")
    assert await conversation.socket.expect_close() == 4004
    await model_server.until(lambda: call.outcome == "closed")


async def test_a_sign_out_on_another_worker_ends_the_answer(
    start_workers: StartWorkers, model_server: ModelServer
) -> None:
    first, second = await start_workers(2)
    conversation = await open_conversation(first)
    there = await enter_on(second, conversation)
    call = await begin_model_call(conversation, model_server)
    await replace(conversation.user, server=second).call("POST", "/auth/logout", expect=200)
    for socket in (conversation.socket, there):
        assert await socket.expect_close() == 4001
    await model_server.until(lambda: call.outcome == "closed")


async def begin_model_call(conversation: OpenConversation, model_server: ModelServer) -> ModelRequest:
    """Return the model call of a running answer that does not end by itself."""
    await begin_answer(conversation, model_server, seen=2, of=50)
    return model_server.questions[-1]


async def test_another_worker_ends_the_answer_of_a_dead_one(
    start_workers: StartWorkers, model_server: ModelServer
) -> None:
    """Its followers on both workers keep what they saw, and receive the end without a reset."""
    first, second = await start_workers(2)
    conversation = await open_conversation(first)
    texts = await count_text_bytes(conversation.user)
    there = await enter_on(second, conversation)
    seen = await begin_answer(conversation, model_server, seen=20, of=50)
    answer_id = seen.message_id
    await there.read_until_length(answer_id, len(words(1, 20)))
    await first.kill()
    answer = await there.read_to_the_end(answer_id)
    assert answer.ended["status"] == "interrupted"
    assert answer.content == words(1, 20)
    assert answer.resets == 0
    conversation.user.server = second
    back = await conversation.user.connect(conversation.id)
    back.answers[answer_id] = seen
    await back.sign_in(conversation.user.access, seen.position)
    assert (await back.read_to_the_end(answer_id)).resets == 0
    await assert_stored(conversation, seen, "interrupted")
    assert await count_text_bytes(conversation.user) - texts == 2 * ROW_BYTES + len("Go" + answer.content)


async def test_another_worker_continues_the_answer_of_a_dead_one(
    start_workers: StartWorkers, model_server: ModelServer
) -> None:
    first, second = await start_workers(2, CONTINUE_AFTER_CRASH="true")
    conversation = await open_conversation(first)
    texts = await count_text_bytes(conversation.user)
    there = await enter_on(second, conversation)
    answer_id = (await begin_answer(conversation, model_server, seen=20, of=50)).message_id
    await there.read_until_length(answer_id, len(words(1, 20)))
    model_server.script(tokens=50)
    await first.kill()
    again = await there.expect("chat.accepted", kind="continue")
    assert again["reply"]["id"] == answer_id
    assert again["run"] == 2
    assert again["client_id"] is None
    answer = await there.read_to_the_end(answer_id)
    assert answer.ended["status"] == "complete"
    assert answer.run == 2
    assert answer.resets == 0
    assert answer.content == words(1, 50)
    conversation.user.server = second
    await assert_stored(conversation, answer, "complete")
    assert await count_text_bytes(conversation.user) - texts == 2 * ROW_BYTES + len("Go" + answer.content)
    assert len(model_server.questions) == 2
    assert not [line for line in second.log if '"level": "error"' in line]


@pytest.mark.parametrize("knows_a_position", [True, False])
async def test_a_client_gets_the_continuation_while_it_is_written_though_the_log_was_lost(
    *, start_workers: StartWorkers, model_server: ModelServer, own_redis: Service | None, knows_a_position: bool
) -> None:
    """Redis loses its data and the writer dies: a client that waits for the log meanwhile is told of the new run."""
    if own_redis is None:
        pytest.skip("the test stops Redis")
    first, second, third = await start_workers(3, CONTINUE_AFTER_CRASH="true")
    conversation = await open_conversation(first)
    there = await enter_on(second, conversation)
    seen = await begin_answer(conversation, model_server, seen=20, of=50)
    answer_id = seen.message_id
    await there.read_until_length(answer_id, len(words(1, 20)))
    own_redis.stop()
    await first.kill()
    model_server.script(tokens=50, gate="")
    own_redis.start()
    backs = [await replace(conversation.user, server=worker).connect(conversation.id) for worker in (second, third)]
    for back in backs:
        back.answers = {answer_id: replace(seen)} if knows_a_position else {}
        await back.sign_in(conversation.user.access, seen.position if knows_a_position else None)
    for socket in (there, *backs):
        accepted = await socket.expect("chat.accepted", run=2)
        assert socket.answer(answer_id).run < accepted["run"]
    model_server.open(50)
    for socket in (there, *backs):
        answer = await socket.read_to_the_end(answer_id)
        assert answer.run == 2
        assert answer.content == words(1, 50)


async def test_another_worker_continues_what_a_leaving_one_cannot_finish(
    start_workers: StartWorkers, model_server: ModelServer
) -> None:
    """After SIGTERM nothing new starts, sockets move to the other worker, and it finishes long answers."""
    first, second = await start_workers(2, CONTINUE_AFTER_CRASH="true", DRAIN_SECONDS="1")
    conversation = await open_conversation(first)
    there = await enter_on(second, conversation)
    answer_id = (await begin_answer(conversation, model_server, seen=20, of=50)).message_id
    model_server.script(tokens=50)
    first.end()
    assert await conversation.socket.expect_close() == 1012
    back = await replace(conversation.user, server=second).connect(conversation.id)
    back.answers = conversation.socket.answers
    await back.sign_in(conversation.user.access, conversation.socket.answer(answer_id).position)
    for socket in (back, there):
        answer = await socket.read_to_the_end(answer_id)
        assert answer.ended["status"] == "complete"
        assert answer.content == words(1, 50)
        assert answer.resets == 0
    assert await first.wait() in {0, -signal.SIGTERM}


async def test_connections_of_a_user_are_limited_over_all_workers(start_workers: StartWorkers) -> None:
    first, second = await start_workers(2, SOCKETS_PER_USER="3")
    conversation = await open_conversation(first)
    there = [await enter_on(second, conversation) for _ in range(2)]
    for worker in (first, second):
        assert await close_code_of_sign_in(worker, conversation) == 4029
    await there[0].connection.close()
    await enter_when_there_is_room(first, conversation)
    assert await close_code_of_sign_in(second, conversation) == 4029
    await second.kill()  # its connections count until its lease has expired
    await enter_when_there_is_room(first, conversation)
    assert await close_code_of_sign_in(first, conversation) == 4029


async def close_code_of_sign_in(worker: ServerProcess, conversation: OpenConversation) -> int:
    """Sign in on another socket, which is refused, and return its close code."""
    socket = await replace(conversation.user, server=worker).connect(conversation.id)
    await socket.send("auth", token=conversation.user.access)
    return await socket.expect_close()


async def enter_when_there_is_room(worker: ServerProcess, conversation: OpenConversation) -> None:
    async with asyncio.timeout(30):
        while True:
            socket = await replace(conversation.user, server=worker).connect(conversation.id)
            await socket.send("auth", token=conversation.user.access)
            if (await socket.receive())["type"] == "auth.success":
                return
            await socket.expect_close()
            await pause()
