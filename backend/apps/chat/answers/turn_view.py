"""A turn as clients see it: a stored question, and a run of its answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from apps.chat.answers.request import RequestKind
from apps.chat.conversations.message_view import (
    MessageView,
    view_at_start,
    view_message,
    view_messages,
    view_new_message,
)
from apps.chat.models import Message, Run
from apps.core.errors import NotFoundError

TURN_RELATIONS = ("answer__parent", "answer__latest_run", "conversation")
"""The relations of a run that `view_turn` needs, to be read with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A stored question and a run of its answer; `is_repeat`: an earlier command with the same id started the run."""

    kind: RequestKind
    client_id: UUID | None
    conversation_id: UUID
    revision: int
    question: MessageView
    answer: MessageView
    run_number: int
    is_repeat: bool = False


def find_turn(conversation_id: UUID, answer_id: UUID) -> Turn | None:
    """Return the turn of the latest run of an answer as it was when the run began."""
    runs = Run.objects.select_related(*TURN_RELATIONS).filter(conversation_id=conversation_id, answer_id=answer_id)
    run = runs.order_by("-number").first()
    if run is None:
        return None
    turn = view_turn(run)
    return replace(turn, answer=view_at_start(run, turn.answer))


def view_turn(run: Run, *, has_new_question: bool = False, siblings: Sequence[UUID] | None = None) -> Turn:
    """Return the turn of a run; a new question has no other answer, and only these `siblings` if they are known."""
    question, answer = find_messages_of_run(run)
    if has_new_question:
        shown = view_messages([question]) if siblings is None else [view_new_message(question, siblings)]
        views = [*shown, view_message(answer, [answer.id])]  # It has this one answer.
    else:
        views = view_messages([question, answer])
    return Turn(
        kind=RequestKind(run.kind),
        client_id=run.client_id,
        conversation_id=run.conversation_id,
        revision=run.conversation.revision,
        question=views[0],
        answer=views[1],
        run_number=run.number,
    )


def find_messages_of_run(run: Run) -> tuple[Message, Message]:
    """Return the question and the answer of a run.

    Raises:
        NotFoundError: one of them has been deleted.
    """
    answer = run.answer
    if answer is None or (question := answer.parent) is None:
        raise NotFoundError("The answer of this run has been deleted.")
    return question, answer
