"""Log lines of failures in background loops: an outage is one line, a fault has its traceback."""

import asyncio
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings

from apps.chat.fleet.takeover import OrphanSearch
from apps.chat.notify.notifications import AnswersGivenUpNotification
from apps.chat.process.worker_notifications import handle_worker_notifications
from apps.core.notify import notify
from testkit.fakes.channel_layer import replaced_group_send
from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser, pause, until
from testkit.statement_watch import StatementWatch
from tests.chat.socket.conversations import OpenConversation, begin_answer
from tests.log_lines import ReadLog

# Each failure is made by the test itself.
pytestmark = pytest.mark.store_independent

FAILURES = pytest.mark.parametrize(
    "error", [OperationalError("the database is down"), ConnectionResetError(), RuntimeError("a fault")], ids=repr
)


FAILED_PURGES = {"PURGE_SECONDS": "purge_failed", "ATTACHMENT_PURGE_SECONDS": "attachments_not_tended"}


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


def fail_with(error: Exception) -> None:
    raise error


@FAILURES
async def test_a_failed_checkpoint_is_logged(
    statement_watch: StatementWatch,
    conversation: OpenConversation,
    model_server: ModelServer,
    read_log: ReadLog,
    settings: Settings,
    error: Exception,
) -> None:
    settings.CHECKPOINT_SECONDS = 0.05
    answer_id = (await begin_answer(conversation, model_server, seen=0, of=3)).message_id
    with statement_watch.failure(error, of="UPDATE chat_run SET tail_content"):
        model_server.open(1)
        await until(lambda: read_log("checkpoint_failed"), "a failed checkpoint")
    model_server.open(2)
    answer = await conversation.socket.read_to_the_end(answer_id)

    assert answer.content == "w1 w2 w3 "
    assert_logged(read_log("checkpoint_failed")[0], error)


@FAILURES
async def test_a_failed_round_of_the_takeover_is_logged(
    statement_watch: StatementWatch, chat_server: LiveServer, read_log: ReadLog, settings: Settings, error: Exception
) -> None:
    settings.TAKEOVER_PAUSE_ALONE_SECONDS = 0.0
    chat_server.stop()
    with statement_watch.failure(error, of="ended_at IS NULL AND answer_id IS NOT NULL"):
        chat_server.start()
        lines = await until(lambda: read_log("takeover_round_failed")[2:], "a third round")

    assert_logged(lines[0], error)


@FAILURES
async def test_a_failed_check_for_another_model_service_is_logged(
    statement_watch: StatementWatch, chat_server: LiveServer, read_log: ReadLog, settings: Settings, error: Exception
) -> None:
    settings.OPENAI_BASE_URL = ""
    settings.OPENAI_API_KEY = ""
    settings.MODEL_SERVICE_LOOK_SECONDS = 0.0
    chat_server.restart()
    with statement_watch.failure(error, of="SELECT version FROM chat_modelservice"):
        lines = await until(lambda: read_log("model_service_not_read")[2:], "a third look")

    assert_logged(lines[0], error)


@FAILURES
async def test_a_lost_notification_is_logged(user: SignedInUser, read_log: ReadLog, error: Exception) -> None:
    async def fail(*_: Any) -> None:
        raise error

    with replaced_group_send(lambda _: fail):
        await user.new_conversation()
        await user.call("POST", "/auth/logout", {"refresh_token": user.refresh}, expect=200)

    lines = read_log("notification_lost")
    assert [line["notification"] for line in lines] == ["conversation.created", "session.ended"]
    for line in lines:
        assert_logged(line, error)


@FAILURES
async def test_a_failed_sweep_is_logged(
    statement_watch: StatementWatch,
    conversation: OpenConversation,
    read_log: ReadLog,
    settings: Settings,
    error: Exception,
) -> None:
    settings.SWEEP_SECONDS = 0.0
    with statement_watch.failure(error, of="FROM users_session"):
        lines = await until(lambda: read_log("sweep_failed")[2:], "a third sweep")

    assert_logged(lines[0], error)
    assert (await conversation.socket.ask_to_the_end("Go")).content == "Echo: Go"


async def test_the_server_pings_while_sweeps_fail(
    statement_watch: StatementWatch, conversation: OpenConversation, read_log: ReadLog, settings: Settings
) -> None:
    settings.SWEEP_SECONDS = 0.0
    with statement_watch.failure(OperationalError("the database is down"), of="FROM users_session"):
        await until(lambda: read_log("sweep_failed"), "a failed sweep")
        settings.SOCKET_PING_INTERVAL = 0.0
        await conversation.socket.expect("ping")


async def test_a_failed_sweep_of_conversations_leaves_change_feeds_swept(
    statement_watch: StatementWatch, conversation: OpenConversation, settings: Settings
) -> None:
    settings.SWEEP_SECONDS = 0.0
    user = conversation.user
    feed = await user.connect_to(f"{user.server.socket_url}/ws/events/")
    await feed.sign_in(user.access)
    with statement_watch.failure(RuntimeError("a fault"), of="AS known"), replaced_group_send(lambda _: lose):
        await user.call("POST", "/auth/logout", {"refresh_token": user.refresh}, expect=200)
        assert await feed.expect_close() == 4001


async def lose(*_: Any) -> None:
    """Lose a notification."""


@pytest.mark.parametrize(
    ("interval", "fault", "left"),
    [
        ("PURGE_SECONDS", "users_passwordreset", '"chat_conversation"."deleted_at" <'),
        ("ATTACHMENT_PURGE_SECONDS", "chat_messageattachment", '"chat_attachment"."created_at" <'),
    ],
)
async def test_a_failed_purge_leaves_the_others_done(
    statement_watch: StatementWatch,
    chat_server: LiveServer,
    read_log: ReadLog,
    settings: Settings,
    interval: str,
    fault: str,
    left: str,
) -> None:
    chat_server.stop()
    setattr(settings, interval, 0.0)
    with statement_watch.failure(RuntimeError("a fault"), of=fault):
        chat_server.start()
        await until(lambda: read_log(FAILED_PURGES[interval])[2:], "a third round")
        others = [one for one in statement_watch.statements if left in one and fault not in one]
        assert others


@FAILURES
@pytest.mark.usefixtures("chat_server")
async def test_a_worker_that_fails_on_a_notification_receives_the_next(read_log: ReadLog, error: Exception) -> None:
    class FailingSearch(OrphanSearch):
        def search_now(self) -> None:
            fail_with(error)

    handling = asyncio.create_task(handle_worker_notifications(FailingSearch()))
    while not (lines := read_log("notification_failed")[1:]):
        await notify(AnswersGivenUpNotification())
        await pause()
    handling.cancel()

    assert_logged(lines[0], error)
