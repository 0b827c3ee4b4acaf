"""SIGTERM: answers end `interrupted`, followers see that, then 1012.

See docs/protocol.md: P-6.16; invariants I-1 to I-3.
"""

import asyncio

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer
from testkit.socket_client import AnswerCheck, ChatSocket
from tests.chat.socket.conversations import OpenConversation, assert_stored


async def test_a_restart_during_an_answer_interrupts_it_and_loses_nothing(
    conversation: OpenConversation, model_server: ModelServer, chat_server: LiveServer
) -> None:
    model_server.script(tokens=9, reasoning=2, gate="")
    answer_id = (await conversation.socket.ask("Go"))["reply"]["id"]
    reader, idle = await conversation.enter(), (await OpenConversation.open(conversation.user)).socket
    model_server.open(6)
    for socket in (conversation.socket, reader):
        await socket.read_until_length(answer_id, len("w1 w2 w3 w4 "))
    stopping = asyncio.create_task(asyncio.to_thread(chat_server.stop))
    for socket in (conversation.socket, reader, idle):
        assert await socket.expect_close() == 1012
    await stopping
    for socket in (conversation.socket, reader):
        answer = socket.answer(answer_id)
        assert answer.ended["type"] == "chat.stream"
        assert answer.ended["status"] == "interrupted"
        assert answer.reasoning == "r1 r2 "
        assert answer.content == "w1 w2 w3 w4 "
    await model_server.until(lambda: model_server.questions[0].outcome == "closed")

    chat_server.start()
    back = await conversation.come_back(conversation.socket, answer_id)
    assert back.auth_success["active"] is None
    await back.expect("chat.stream", done=True)
    answer = back.answer(answer_id)
    assert answer.resets == 0
    assert answer.content == "w1 w2 w3 w4 "
    await assert_stored(conversation, answer, "interrupted")

    model_server.script(tokens=9, reasoning=2)
    await continue_after_restart(conversation, back, answer)


async def continue_after_restart(conversation: OpenConversation, back: ChatSocket, answer: AnswerCheck) -> None:
    await back.send("chat.continue", message_id=answer.message_id)
    await back.expect("chat.accepted", run=2)
    await back.expect("chat.stream", run=2, done=True)
    assert answer.resets == 0
    assert answer.content == "w1 w2 w3 w4 w5 w6 w7 w8 w9 "
    await assert_stored(conversation, answer, "complete")


async def test_a_restart_between_answers_loses_nothing(conversation: OpenConversation, chat_server: LiveServer) -> None:
    answer = await conversation.socket.ask_to_the_end("One")
    await asyncio.to_thread(chat_server.stop)
    assert await conversation.socket.expect_close() == 1012
    chat_server.start()
    back = await conversation.come_back(conversation.socket, answer.message_id)
    assert (await back.expect("chat.stream"))["done"] is True
    assert answer.resets == 0
    assert (await back.ask_to_the_end("Two")).content == "Echo: Two"
    assert [m["content"] for m in await conversation.messages()] == ["One", "Echo: One", "Two", "Echo: Two"]


async def test_many_answers_end_with_one_shutdown(
    conversation: OpenConversation, model_server: ModelServer, chat_server: LiveServer
) -> None:
    model_server.script(tokens=50, gate="")
    conversations = [conversation, *[await OpenConversation.open(conversation.user) for _ in range(9)]]
    sockets: dict[str, ChatSocket] = {}
    for each in conversations:
        sockets[(await each.socket.ask("Go"))["reply"]["id"]] = each.socket
    model_server.open(100)
    await model_server.until(lambda: sum(request.tokens_sent for request in model_server.questions) == 100)
    stopping = asyncio.create_task(asyncio.to_thread(chat_server.stop))
    for socket in sockets.values():
        assert await socket.expect_close() == 1012
    await stopping
    chat_server.start()
    for each, (answer_id, socket) in zip(conversations, sockets.items(), strict=True):
        ended = socket.answer(answer_id).ended
        assert ended["status"] == "interrupted"
        await assert_stored(each, socket.answer(answer_id), "interrupted")
