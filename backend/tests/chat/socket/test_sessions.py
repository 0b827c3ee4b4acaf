"""A connection lives as long as its session, and so do the answers it started.

See docs/protocol.md: P-1.2, P-2.5, P-6.2; invariant I-6.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from apps.core.database import run_in_database
from apps.users.models import Session
from testkit.accounts import PASSWORD
from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser, pause
from tests.chat.socket.conversations import OpenConversation, begin_answer, is_quiet
from tests.chat.socket.session_ends import deactivate, log_out, remove_account, remove_session
from tests.chat.socket.tokens import claims_of, signed

type Ending = Callable[[SignedInUser], Awaitable[None]]


async def end_from_another_device(user: SignedInUser) -> None:
    session_id = claims_of(user.access)["sid"]
    await user.sign_in()
    assert claims_of(user.access)["sid"] != session_id
    await user.call("DELETE", f"/auth/sessions/{session_id}")


async def end_all_others(user: SignedInUser) -> None:
    await user.sign_in()
    await user.call("DELETE", "/auth/sessions/")


async def change_password(user: SignedInUser) -> None:
    await user.sign_in()
    await user.call("POST", "/auth/password", {"current": PASSWORD, "new": f"{PASSWORD}!"})


async def delete_own_account(user: SignedInUser) -> None:
    await user.call("DELETE", "/auth/me", {"password": PASSWORD}, expect=204)


async def expire(user: SignedInUser) -> None:
    """Without a notification, as `deactivate`, `remove_session` and `remove_account`."""
    sessions = Session.objects.filter(id=claims_of(user.access)["sid"])
    past = timezone.now() - timedelta(minutes=1)
    assert await run_in_database(sessions.update, expires_at=past, refresh_expires_at=past) == 1


ENDINGS = (
    log_out,
    end_from_another_device,
    end_all_others,
    change_password,
    delete_own_account,
    deactivate,
    expire,
    remove_session,
    remove_account,
)


@pytest.mark.parametrize("end", ENDINGS)
async def test_the_end_of_a_session_closes_its_sockets_and_stops_its_answers(
    other_conversation: OpenConversation, conversation: OpenConversation, model_server: ModelServer, end: Ending
) -> None:
    """The other account came first and is the administrator's, so that this one may be deleted."""
    answer_id = (await begin_answer(conversation, model_server, seen=2, of=9)).message_id
    sockets = [conversation.socket, await conversation.enter(), (await OpenConversation.open(conversation.user)).socket]
    await end(conversation.user)
    for socket in sockets:
        assert await socket.expect_close() == 4001
        last = [frame for frame in socket.frames if frame["type"] == "chat.error"][-1]
        assert last["code"] == "AUTH_FAILED"
        assert "done" not in last
    await model_server.until(lambda: model_server.questions[0].outcome == "closed")
    assert await is_quiet(other_conversation.socket)
    if end in {end_from_another_device, end_all_others, change_password}:
        witness = await conversation.enter({"message_id": answer_id, "run": 1, "seq": 2})
        witness.answer(answer_id).run, witness.answer(answer_id).seq = 1, 2
        answer = await witness.read_to_the_end(answer_id)
        assert answer.ended["status"] == "stopped"
        assert answer.resets == 0
        assert (await conversation.last_message())["content"] == "w1 w2 "


async def test_an_answer_stops_with_its_session_without_a_sweep(
    user: SignedInUser, chat_server: LiveServer, model_server: ModelServer, settings: Settings
) -> None:
    """By the notification alone, without a socket that could receive it."""
    settings.SWEEP_SECONDS = settings.AI_FIRST_TOKEN_TIMEOUT = 3600.0  # Neither ends it.
    chat_server.restart()
    model_server.script(tokens=9, gate="")
    conversation = await OpenConversation.open(user)
    await conversation.socket.ask("Go")
    await model_server.until(lambda: len(model_server.questions) == 1)
    await conversation.socket.drop()
    await log_out(user)
    await model_server.until(lambda: model_server.questions[0].outcome == "closed")


async def test_other_sessions_stay_open_and_see_the_answer_stop(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=9, gate="")
    first = conversation.user.access
    answer_id = (await conversation.socket.ask("Go"))["reply"]["id"]
    await conversation.user.sign_in()
    other = await conversation.enter()
    conversation.user.access, second = first, conversation.user.access
    await conversation.user.call("POST", "/auth/logout", {}, expect=200)
    assert await conversation.socket.expect_close() == 4001
    answer = await other.read_to_the_end(answer_id)
    assert answer.ended["status"] == "stopped"
    conversation.user.access = second
    model_server.script()
    assert (await other.ask_to_the_end("Still here")).content == "Echo: Go\n\nStill here"


async def test_answers_of_other_sessions_continue(conversation: OpenConversation, model_server: ModelServer) -> None:
    answer_id = (await begin_answer(conversation, model_server, seen=0, of=4)).message_id
    first = conversation.user.access
    await conversation.user.sign_in()
    reader = await conversation.enter()
    await conversation.user.call("POST", "/auth/logout", {}, expect=200)
    assert await reader.expect_close() == 4001
    model_server.open(4)
    assert (await conversation.socket.read_to_the_end(answer_id)).content == "w1 w2 w3 w4 "
    conversation.user.access = first
    assert (await conversation.last_message())["status"] == "complete"


async def test_an_expired_access_token_closes_nothing(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    """The token expires after a moment; the socket outlives it by several sweeps."""
    claims = claims_of(conversation.user.access)
    socket = await conversation.user.connect(conversation.id)
    now = int(timezone.now().timestamp())
    # The server allows for clocks that differ by 10 s: this token is valid for two seconds more, or three.
    token = signed(claims | {"iat": now - 60, "exp": now - 7})
    await socket.sign_in(token)
    while True:
        probe = await conversation.user.connect(conversation.id)
        await probe.send("auth", token=token)
        if (await probe.receive())["type"] == "chat.error":
            break
        await probe.drop()
        await pause()
    assert (await socket.ask_to_the_end("Still here")).content == "Echo: Still here"
    await wait_for_sweep(conversation)
    await socket.send("ping")
    await socket.expect("pong")


async def wait_for_sweep(conversation: OpenConversation) -> None:
    """Return after the next sweep, which closes the socket of a session removed without a notification."""
    good = conversation.user.access
    await conversation.user.sign_in()
    doomed = await conversation.enter()
    await remove_session(conversation.user)
    assert await doomed.expect_close() == 4001
    conversation.user.access = good
