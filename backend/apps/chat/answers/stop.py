"""Stopping an answer, wherever it is written."""

from uuid import UUID

from apps.chat.answers.running import running_answers
from apps.chat.events import ACTIVE_STATUSES
from apps.chat.models import Message
from apps.chat.notify.notifications import StopRequested
from apps.core.database import run_in_database
from apps.core.notify import notify


async def stop_active_answer(conversation_id: UUID, answer_id: UUID | None) -> UUID | None:
    """End the answer that is being written in a conversation, if it is this one (None: whichever it is).

    Return its id, None where it is not being written. Its followers get the terminal frame from its writer, which is
    told at once; should that be lost, it asks the database once a second.
    """
    if (here := running_answers.stop_in(conversation_id, answer_id)) is not None:
        return here
    elsewhere = await run_in_database(_request_stop, conversation_id, answer_id)
    if elsewhere is not None:
        await notify(StopRequested(message_id=elsewhere))
    return elsewhere


def _request_stop(conversation_id: UUID, answer_id: UUID | None) -> UUID | None:
    active = Message.objects.filter(conversation_id=conversation_id, status__in=ACTIVE_STATUSES)
    if answer_id is not None:
        active = active.filter(id=answer_id)
    found = active.values_list("id", flat=True).first()
    if found is not None:
        Message.objects.filter(id=found).update(is_stop_requested=True)
    return found
