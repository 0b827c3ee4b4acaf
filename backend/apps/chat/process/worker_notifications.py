"""The handling of notifications for workers: stops, handovers, followed calls, and the ends of sessions and keys."""

import structlog

from apps.chat.answers.running import running_answers
from apps.chat.completions.running import running_calls
from apps.chat.fleet.takeover import OrphanSearch
from apps.chat.notify.notifications import (
    WORKERS_GROUP,
    AnswersGivenUpNotification,
    CallFollowedNotification,
    ChatNotification,
    StopRequestedNotification,
)
from apps.chat.notify.subscription import subscribe
from apps.core.outages import log_failure
from apps.users.notifications import ACCESS_ENDS_GROUP, KeyEndedNotification, SessionEndedNotification

logger = structlog.get_logger(__name__)


async def handle_worker_notifications(orphan_search: OrphanSearch) -> None:
    """Handle the notifications for workers until cancelled."""
    async with subscribe(WORKERS_GROUP, ACCESS_ENDS_GROUP) as notifications:
        async for notification in notifications:
            try:
                _handle(notification, orphan_search)
            except Exception as error:  # noqa: BLE001 - after one fault, this worker must still receive the next
                log_failure(logger, "notification_failed", error, notification=notification.name)


def _handle(notification: ChatNotification, orphan_search: OrphanSearch) -> None:
    match notification:
        case StopRequestedNotification(message_id=answer_id):
            running_answers.stop(answer_id)
        case SessionEndedNotification(session_id=session_id):
            running_answers.stop_for_sessions({session_id})
        case AnswersGivenUpNotification():
            orphan_search.search_now()
        case CallFollowedNotification(call_id=call_id):
            running_calls.note_follower(call_id)
        case KeyEndedNotification(key_id=key_id):
            running_calls.stop_for_keys({key_id})
