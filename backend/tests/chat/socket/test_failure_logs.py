"""Log lines of failures in background loops: an outage is one line, a fault has its traceback."""

from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.db import OperationalError
from pytest_django import Settings

from apps.chat.answers import checkpoint
from apps.chat.answers.running import running_answers
from apps.chat.fleet import takeover
from apps.chat.model_service import services as model_service
from apps.chat.process import sweep
from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser, until
from tests.chat.socket.conversations import OpenConversation
from tests.log_lines import ReadLog

FAILURES = pytest.mark.parametrize(
    "error", [OperationalError("the database is down"), ConnectionResetError(), RuntimeError("a fault")], ids=repr
)


def assert_logged(line: dict[str, Any], error: Exception) -> None:
    kind = type(error).__name__
    if isinstance(error, RuntimeError):
        assert line["level"] == "error"
        assert line["exception"].splitlines()[-1] == f"builtins.{kind}"
        assert "in fail" in line["exception"], "the traceback leads to where it happened"
    else:
        assert line["level"] == "warning"
        assert line["error"] == kind
        assert line.get("exception") is None


def lines_of(read_log: ReadLog, event: str) -> list[dict[str, Any]]:
    return [line for line in read_log() if line["event"] == event]


@FAILURES
async def test_a_failed_checkpoint_is_logged(
    conversation: OpenConversation,
    model_server: ModelServer,
    read_log: ReadLog,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def fail(*_: Any) -> None:
        raise error

    settings.CHECKPOINT_SECONDS = 0.05
    monkeypatch.setattr(checkpoint, "save_checkpoints", fail)
    model_server.script(tokens=3, gate="")
    answer_id = (await conversation.socket.ask("Go"))["reply"]["id"]
    model_server.open(1)
    await until(lambda: lines_of(read_log, "checkpoint_failed"), "a failed checkpoint")
    model_server.open(2)
    answer = await conversation.socket.read_to_the_end(answer_id)

    assert answer.content == "w1 w2 w3 "
    assert_logged(lines_of(read_log, "checkpoint_failed")[0], error)


@FAILURES
async def test_a_failed_round_of_the_takeover_is_logged(
    chat_server: LiveServer, read_log: ReadLog, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(takeover, "PAUSE_ALONE", 0.0)
    monkeypatch.setattr(takeover, "find_orphans", fail)
    chat_server.stop()
    chat_server.start()
    lines = await until(lambda: lines_of(read_log, "takeover_round_failed")[2:], "a third round")

    assert_logged(lines[0], error)


@FAILURES
async def test_a_failed_check_for_another_model_service_is_logged(
    chat_server: LiveServer, read_log: ReadLog, settings: Settings, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: Any) -> None:
        raise error

    settings.OPENAI_BASE_URL = ""
    settings.OPENAI_API_KEY = ""
    monkeypatch.setattr(model_service, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(model_service, "read_service_versions", fail)
    chat_server.stop()
    chat_server.start()
    lines = await until(lambda: lines_of(read_log, "model_service_not_read")[2:], "a third look")

    assert_logged(lines[0], error)


@FAILURES
async def test_a_lost_notification_is_logged(
    user: SignedInUser, read_log: ReadLog, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(get_channel_layer(), "group_send", fail)
    await user.new_conversation()
    await user.call("POST", "/auth/logout", {"refresh_token": user.refresh}, expect=200)

    lines = lines_of(read_log, "notification_lost")
    assert [line["notification"] for line in lines] == ["conversation.created", "session.ended"]
    for line in lines:
        assert_logged(line, error)


@FAILURES
async def test_a_failed_sweep_is_logged(
    chat_server: LiveServer, read_log: ReadLog, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(sweep, "SWEEP_SECONDS", 0.0)
    monkeypatch.setattr(sweep, "sweep_conversations", fail)
    chat_server.stop()
    chat_server.start()
    lines = await until(lambda: lines_of(read_log, "sweep_failed")[2:], "a third sweep")

    assert_logged(lines[0], error)


@FAILURES
async def test_a_worker_that_fails_on_a_notification_receives_the_next(
    user: SignedInUser,
    other_user: SignedInUser,
    read_log: ReadLog,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(running_answers, "stop_of_sessions", fail)
    for leaver in (user, other_user):
        await leaver.call("POST", "/auth/logout", {"refresh_token": leaver.refresh}, expect=200)
    lines = await until(lambda: lines_of(read_log, "notification_failed")[1:], "a second notification")

    assert_logged(lines[0], error)
