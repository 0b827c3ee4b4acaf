"""The stop of an answer, whichever worker writes it."""

from uuid import UUID

from apps.chat.answers.running import running_answers
from apps.chat.answers.runs import select_active_runs
from apps.chat.notify.notifications import StopRequestedNotification
from apps.core.database import run_in_database
from apps.core.notify import notify


async def stop_active_answer(conversation_id: UUID, answer_id: UUID | None) -> UUID | None:
    """Stop the active answer of a conversation if it is `answer_id`; with None, whichever it is.

    Return its id, or None if it is not being written. Its worker is notified; if the notification is lost, the sweep of
    that worker finds the request within a second. The worker then sends the terminal frame to all followers.
    """
    if (own_id := running_answers.stop_in_conversation(conversation_id, answer_id)) is not None:
        return own_id
    other_id = await run_in_database(_request_stop, conversation_id, answer_id)
    if other_id is not None:
        await notify(StopRequestedNotification(message_id=other_id))
    return other_id


def _request_stop(conversation_id: UUID, answer_id: UUID | None) -> UUID | None:
    active = select_active_runs().filter(conversation_id=conversation_id)
    if answer_id is not None:
        active = active.filter(answer_id=answer_id)
    run = active.only("answer_id").first()
    if run is None:
        return None
    select_active_runs().filter(id=run.id).update(is_stop_requested=True)
    return run.answer_id
