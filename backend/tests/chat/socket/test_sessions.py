"""A connection lives as long as its session, and so do the answers it started.

See docs/protocol.md: P-1.2, P-2.5, P-6.2; invariant I-6.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.chat.process import sweep
from apps.core.database import run_in_database
from apps.users.models import Session, User
from testkit.fakes.model_server import ModelServer
from testkit.live import PASSWORD, LiveServer, SignedInUser, pause
from tests.chat.socket.conversations import OpenConversation, is_quiet
from tests.chat.socket.tokens import claims_of, signed

type Ending = Callable[[SignedInUser, str], Awaitable[None]]


async def log_out(person: SignedInUser, _: str) -> None:
    await person.call("POST", "/auth/logout", {}, expect=200)


async def end_from_another_device(person: SignedInUser, session_id: str) -> None:
    await person.sign_in()
    assert claims_of(person.access)["sid"] != session_id
    await person.call("DELETE", f"/auth/sessions/{session_id}")


async def end_all_others(person: SignedInUser, _: str) -> None:
    await person.sign_in()
    await person.call("DELETE", "/auth/sessions/")


async def change_password(person: SignedInUser, _: str) -> None:
    await person.sign_in()
    await person.call("POST", "/auth/password", {"current": PASSWORD, "new": f"{PASSWORD}!"})


async def delete_own_account(person: SignedInUser, _: str) -> None:
    await person.call("DELETE", "/auth/me", {"password": PASSWORD}, expect=204)


# Without a notification: a change made directly in the database is noticed within a second too.


async def deactivate(person: SignedInUser, session_id: str) -> None:
    users = User.objects.filter(sessions__id=session_id)
    assert await run_in_database(users.update, is_active=False) == 1


async def expire(person: SignedInUser, session_id: str) -> None:
    sessions, past = Session.objects.filter(id=session_id), timezone.now() - timedelta(minutes=1)
    assert await run_in_database(sessions.update, expires_at=past, refresh_expires_at=past) == 1


async def delete_session(person: SignedInUser, session_id: str) -> None:
    await run_in_database(Session.objects.filter(id=session_id).delete)


async def delete_account(person: SignedInUser, session_id: str) -> None:
    await run_in_database(User.objects.filter(sessions__id=session_id).delete)


ENDINGS = (
    log_out,
    end_from_another_device,
    end_all_others,
    change_password,
    delete_own_account,
    deactivate,
    expire,
    delete_session,
    delete_account,
)


@pytest.mark.parametrize("end", ENDINGS)
async def test_the_end_of_a_session_closes_its_sockets_and_stops_its_answers(
    other_room: OpenConversation, room: OpenConversation, model_server: ModelServer, end: Ending
) -> None:
    """The other account came first and is the administrator's, so that this one may be deleted."""
    model_server.script(tokens=9, gate="")
    answer_id = (await room.socket.ask("Go"))["reply"]["id"]
    model_server.open(2)
    await room.socket.read_until_length(answer_id, len("w1 w2 "))
    sockets = [room.socket, await room.enter(), (await OpenConversation.open(room.person)).socket]
    session_id = claims_of(room.person.access)["sid"]
    await end(room.person, session_id)
    for socket in sockets:
        assert await socket.expect_close() == 4001
        last = [frame for frame in socket.frames if frame["type"] == "chat.error"][-1]
        assert last["code"] == "AUTH_FAILED"
        assert "done" not in last
    await model_server.until(lambda: model_server.questions[0].outcome == "closed")
    assert await is_quiet(other_room.socket)
    if end in {end_from_another_device, end_all_others, change_password}:
        witness = await room.enter({"message_id": answer_id, "run": 1, "seq": 2})
        witness.answer(answer_id).run, witness.answer(answer_id).seq = 1, 2
        answer = await witness.read_to_the_end(answer_id)
        assert answer.ended is not None
        assert answer.ended["status"] == "stopped"
        assert answer.resets == 0
        assert (await room.last_message())["content"] == "w1 w2 "


async def test_an_answer_stops_with_its_session_without_a_sweep(
    person: SignedInUser, chat_server: LiveServer, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the notification alone, without a socket that could receive it."""
    monkeypatch.setattr(sweep, "SWEEP_SECONDS", 3600.0)
    chat_server.stop()
    chat_server.start()
    model_server.script(tokens=9, gate="")
    room = await OpenConversation.open(person)
    await room.socket.ask("Go")
    await room.socket.drop()
    await log_out(person, "")
    await model_server.until(lambda: model_server.questions[0].outcome == "closed")


async def test_other_sessions_stay_open_and_see_the_answer_stop(
    room: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=9, gate="")
    first = room.person.access
    answer_id = (await room.socket.ask("Go"))["reply"]["id"]
    await room.person.sign_in()
    other = await room.enter()
    room.person.access, second = first, room.person.access
    await room.person.call("POST", "/auth/logout", {}, expect=200)
    assert await room.socket.expect_close() == 4001
    answer = await other.read_to_the_end(answer_id)
    assert answer.ended is not None
    assert answer.ended["status"] == "stopped"
    room.person.access = second
    model_server.script()
    assert (await other.ask_to_the_end("Still here")).content == "Echo: Go\n\nStill here"


async def test_answers_of_other_sessions_continue(room: OpenConversation, model_server: ModelServer) -> None:
    model_server.script(tokens=4, gate="")
    answer_id = (await room.socket.ask("Go"))["reply"]["id"]
    first = room.person.access
    await room.person.sign_in()
    reader = await room.enter()
    await room.person.call("POST", "/auth/logout", {}, expect=200)
    assert await reader.expect_close() == 4001
    model_server.open(4)
    assert (await room.socket.read_to_the_end(answer_id)).content == "w1 w2 w3 w4 "
    room.person.access = first
    assert (await room.last_message())["status"] == "complete"


async def test_an_expired_access_token_closes_nothing(room: OpenConversation, model_server: ModelServer) -> None:
    """The token expires after a moment; the socket outlives it by several sweeps."""
    claims = claims_of(room.person.access)
    now = int(timezone.now().timestamp())
    # The server allows for clocks that differ by 10 s.
    token = signed(claims | {"iat": now - 60, "exp": now - 8})
    socket = await room.person.connect(room.id)
    await socket.sign_in(token)
    while True:
        probe = await room.person.connect(room.id)
        await probe.send("auth", token=token)
        if (await probe.receive())["type"] == "chat.error":
            break
        await probe.drop()
        await pause()
    assert (await socket.ask_to_the_end("Still here")).content == "Echo: Still here"
    await the_next_look(room)
    await socket.send("ping")
    await socket.expect("pong")


async def the_next_look(room: OpenConversation) -> None:
    """Return after the next sweep, which closes the socket of a session removed without a notification."""
    good = room.person.access
    await room.person.sign_in()
    doomed = await room.enter()
    await run_in_database(Session.objects.filter(id=claims_of(room.person.access)["sid"]).delete)
    assert await doomed.expect_close() == 4001
    room.person.access = good
