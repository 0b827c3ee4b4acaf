"""Resuming from a position loses nothing and repeats nothing.

See docs/protocol.md: P-1.1, P-1.4, P-3.1 to P-3.7, P-5.12; invariants I-2 and I-3.
"""

import json
import random

from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer
from testkit.socket_client import ChatSocket, Frame
from tests.chat.socket.conversations import OpenConversation, assert_stored, begin_answer, is_quiet, read_whole, words


async def test_an_answer_survives_two_hundred_dropped_connections(
    conversation: OpenConversation, model_server: ModelServer, settings: Settings
) -> None:
    settings.CHECKPOINT_SECONDS = 0.05
    settings.SOCKETS_PER_USER = settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS = None
    chance = random.Random(random.random())  # pytest-randomly sets the seed and prints it
    model_server.script(tokens=1000, gate="")
    socket = conversation.socket
    answer_id = (await socket.ask("Go"))["reply"]["id"]
    sent = 0
    for _ in range(200):
        more = chance.randint(0, 4)
        sent += more
        model_server.open(more)
        known = chance.randint(0, sent)
        if chance.random() < 0.8:
            await socket.read_until_length(answer_id, len(words(1, known)))
        socket = await conversation.come_back(socket, answer_id)
    model_server.open(1000)
    answer = await read_whole(socket, answer_id, words(1, 1000))
    await assert_stored(conversation, answer, "complete")


async def test_resume_during_an_answer_continues_without_a_gap(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    answer_id = (await begin_answer(conversation, model_server, seen=4, of=6)).message_id
    sockets: dict[int, ChatSocket] = {}
    for seq in range(6):
        socket = sockets[seq] = await conversation.enter({"message_id": answer_id, "run": 1, "seq": seq})
        accepted = await socket.receive()
        assert accepted["type"] == "chat.accepted"
        assert accepted["reply"]["id"] == answer_id
        check = socket.answer(answer_id)
        check.run, check.seq = (0, 0) if seq > 4 else (1, seq)
    model_server.open(2)
    for seq, socket in sockets.items():
        answer = await socket.read_to_the_end(answer_id)
        rest = range(1 if seq > 4 else seq + 1, 7)
        assert answer.content == "".join(f"w{n} " for n in rest)
        assert answer.resets == int(seq > 4)
    await assert_stored(conversation, await conversation.socket.read_to_the_end(answer_id), "complete")


async def test_auth_is_followed_by_success_accepted_and_replay_in_this_order(
    conversation: OpenConversation, model_server: ModelServer, settings: Settings
) -> None:
    settings.TITLES = False  # A title would change the revision at any time.
    ended = await conversation.socket.ask_to_the_end("One")
    running_id = (await begin_answer(conversation, model_server, seen=3, of=6, question="Two")).message_id
    # Without a position: all of the running answer, as a reset.
    socket = await conversation.enter()
    assert socket.auth_success["active"] == running_id
    assert socket.auth_success["leaf_id"] == running_id
    assert socket.auth_success["revision"] == (await conversation.details())["revision"]
    accepted, replay = await socket.receive(), await socket.receive()
    assert accepted["type"] == "chat.accepted"
    assert accepted["reply"]["id"] == running_id
    assert replay["reset"] is True
    assert replay["from"] == 0
    assert replay["content"] == "w1 w2 w3 "
    # With the position of an answer that has ended meanwhile: its end too.
    both = await conversation.user.connect(conversation.id)
    both.answers = {ended.message_id: ended}
    await both.sign_in(conversation.user.access, {**ended.position, "seq": ended.seq})
    assert (await both.expect("chat.stream", message_id=ended.message_id))["done"] is True
    await both.read_until_length(running_id, len("w1 w2 w3 "))
    model_server.open(3)
    for each in (socket, both):
        assert (await each.read_to_the_end(running_id)).content == "w1 w2 w3 w4 w5 w6 "


async def test_resume_of_an_ended_answer_sends_the_rest_and_the_end(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    answer_id = (await begin_answer(conversation, model_server, seen=2, of=6)).message_id
    witness = await conversation.enter()
    dropped = conversation.socket
    await dropped.drop()
    model_server.open(4)
    await witness.read_to_the_end(answer_id)
    back = await conversation.come_back(dropped, answer_id)
    assert back.auth_success["active"] is None
    await read_whole(back, answer_id, "w1 w2 w3 w4 w5 w6 ")
    assert await is_quiet(back)


async def test_resume_of_an_unknown_answer_still_replays_the_running_one(
    conversation: OpenConversation, other_conversation: OpenConversation, model_server: ModelServer
) -> None:
    strangers = await other_conversation.socket.ask_to_the_end("Secret")
    answer_id = (await begin_answer(conversation, model_server, seen=0, of=3)).message_id
    socket = await conversation.enter({**strangers.position, "seq": 0})
    assert (await socket.expect("chat.error"))["code"] == "NOT_FOUND"
    model_server.open(3)
    answer = await socket.read_to_the_end(answer_id)
    assert answer.content == "w1 w2 w3 ", "it came by chance, once the server looked again"
    assert answer.resets == 1, "it came by chance, once the server looked again"


async def test_a_second_tab_can_join_and_leave_during_an_answer(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=20, reasoning=5, gate="")
    answer_id = (await conversation.socket.ask("Go"))["reply"]["id"]
    tabs: list[ChatSocket] = [conversation.socket]
    for _ in range(5):
        tabs.append(await conversation.enter())
        model_server.open(5)
    await tabs[2].drop()
    for tab in (*tabs[:2], *tabs[3:]):
        answer = await tab.read_to_the_end(answer_id)
        await assert_stored(conversation, answer, "complete")


async def test_an_answer_is_written_without_any_follower(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    answer_id = (await begin_answer(conversation, model_server, seen=0, of=5)).message_id
    await conversation.socket.drop()
    model_server.open(5)
    await model_server.until(lambda: [r.outcome for r in model_server.questions] == ["finished"])
    socket = await conversation.enter({"message_id": answer_id, "run": 1, "seq": 0})
    answer = await socket.read_to_the_end(answer_id)
    assert answer.content == "w1 w2 w3 w4 w5 "
    await assert_stored(conversation, answer, "complete")


async def test_a_long_answer_is_sent_in_frames_of_at_most_64_kib(
    conversation: OpenConversation, model_server: ModelServer, chat_server: LiveServer
) -> None:
    text = "\x01\x02" * 20_000 + "字" * 30_000 + "😀" * 20_000 + '"\\' * 15_000
    model_server.script(text=text, reasoning=3)
    answer = await conversation.socket.ask_to_the_end("Go")
    assert answer.content == text

    def longest(frames: list[Frame]) -> int:
        sent = [frame for frame in frames if frame["type"] == "chat.stream"]
        return max(len(json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()) for frame in sent)

    assert longest(conversation.socket.frames) <= 64 * 1024
    for is_restarted in (False, True):
        if is_restarted:
            chat_server.restart()
        socket = await conversation.enter({"message_id": answer.message_id, "run": 5, "seq": 5})
        again = await socket.read_to_the_end(answer.message_id)
        assert again.content == text
        assert again.reasoning == answer.reasoning
        assert again.seq == answer.seq
        assert again.resets == 1
        kinds = [frame["type"] for frame in socket.frames if "seq" in frame]
        assert kinds == sorted(kinds), "reasoning comes before content"
        assert longest(socket.frames) <= 64 * 1024


async def test_a_long_delta_of_the_model_is_split(conversation: OpenConversation, model_server: ModelServer) -> None:
    text = "\x01" * 45_000
    model_server.script(text=text, no_stream=True)
    answer = await conversation.socket.ask_to_the_end("Go")
    assert answer.content == text
    assert max(len(frame["content"]) for frame in conversation.socket.frames if "seq" in frame) <= 10_000


async def test_the_text_of_get_and_the_frames_of_a_follow_join_without_a_gap(
    conversation: OpenConversation, model_server: ModelServer, settings: Settings
) -> None:
    """At every moment, the text of GET and the frames after its position make the whole answer."""
    settings.CHECKPOINT_SECONDS = 0.02
    answer_id = (await begin_answer(conversation, model_server, seen=0, of=30)).message_id
    joined: list[tuple[str, ChatSocket]] = []
    for _ in range(6):
        model_server.open(5)
        stored = await conversation.last_message()
        socket = await conversation.resume(answer_id, stored["run"], stored["seq"])
        joined.append((stored["content"], socket))
    for before, socket in joined:
        answer = await socket.read_to_the_end(answer_id)
        assert answer.resets == 0
        assert before + answer.content == words(1, 30)


async def test_a_client_that_reconnects_follows_a_continued_answer(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=10, cut=4)
    answer = await conversation.socket.ask_to_the_end("Go")
    away = await conversation.enter(answer.position)
    away.answers = {answer.message_id: type(answer)(**vars(answer))}
    await away.expect("chat.stream", done=True)
    await away.drop()
    model_server.script(tokens=10, cut=4, gate="")
    await conversation.socket.send("chat.continue", message_id=answer.message_id)
    await conversation.socket.expect("chat.accepted", run=2)
    model_server.open(3)
    await conversation.socket.read_until_length(answer.message_id, len("w1 w2 w3 w4 w5 "))
    fresh = await conversation.enter()
    back = await conversation.come_back(away, answer.message_id)
    model_server.open(10)
    for socket in (conversation.socket, back, fresh):
        continued = await socket.read_to_the_end(answer.message_id)
        while continued.run < 2 or not continued.ended:
            await socket.receive()
        assert continued.resets == int(socket is fresh)
        assert continued.content == words(1, 10)
        await assert_stored(conversation, continued, "complete")


async def test_a_position_in_the_run_before_continues_up_to_where_both_agree(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=10, cut=4)
    answer = await conversation.socket.ask_to_the_end("Go")
    await conversation.socket.send("chat.continue", message_id=answer.message_id)
    await conversation.socket.expect("chat.stream", run=2, done=True)
    for run, seq, has_reset in ((1, 0, False), (1, 2, False), (1, 5, False), (1, 6, True), (2, 7, False), (3, 2, True)):
        socket = await conversation.resume(answer.message_id, run, seq)
        again = await socket.read_to_the_end(answer.message_id)
        assert again.resets == has_reset, (run, seq)
        assert answer.content.endswith(again.content)
        assert again.run == 2
        assert again.seq == answer.seq
