"""Messages as clients see them, with their siblings and attachments."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Annotated
from uuid import UUID

from msgspec import Meta
from pydantic import WithJsonSchema

from apps.chat.attachments.attachment_view import AttachmentView, sign_attachments
from apps.chat.attachments.links import view_attachments
from apps.chat.events import AnswerStatus
from apps.chat.models import Message, Role, Run
from apps.core.statements import Select
from apps.core.wire_text import MomentText, iso_milliseconds

_ROLES = {"type": "string", "enum": [role.value for role in Role]}
_STATUSES = {"type": "string", "enum": [status.value for status in AnswerStatus]}

type RoleText = Annotated[str, WithJsonSchema(_ROLES), Meta(extra_json_schema=_ROLES)]
type StatusText = Annotated[str, WithJsonSchema(_STATUSES), Meta(extra_json_schema=_STATUSES)]


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as all clients see it (docs/api.md, section 6): the one list of its fields, in the order of the wire.

    `run` and `seq` are the position from which a client follows the answer. `model_used` is empty in a question, and in
    an answer that no model has begun. `sibling_ids` include its own id, oldest first. `context_dropped` counts the
    messages of the branch that did not fit into the prompt, `images_dropped` the images of which it had only the names.
    The URLs of `attachments` are valid after `sign_message`.
    """

    id: UUID
    role: RoleText
    content: str
    prompt_tokens: int | None
    completion_tokens: int | None
    model_used: str
    created_at: MomentText
    status: StatusText
    finish_reason: str | None
    error_code: str | None
    reasoning: str
    run: int
    seq: int
    parent_id: UUID | None
    sibling_ids: list[UUID]
    context_dropped: int
    images_dropped: int
    attachments: list[AttachmentView]


_RUN_FIELDS = ("status", "finish_reason", "error_code", "context_dropped", "images_dropped")
_TEXT_FIELDS = ("content", "reasoning", "seq")
_COMPUTED = {"created_at", "run", "sibling_ids", "attachments"}
_STORED = tuple(
    field.name for field in fields(MessageView) if field.name not in {*_COMPUTED, *_RUN_FIELDS, *_TEXT_FIELDS}
)


def view_message(message: Message, sibling_ids: list[UUID], attachments: Sequence[AttachmentView] = ()) -> MessageView:
    """Return `message` as it is shown; `sibling_ids` include its own, oldest first.

    Load the message with its `latest_run` in one query: status, run, `seq` and text must be of the same moment.
    """
    run, text = message.run, message.text
    return MessageView(
        **{name: getattr(message, name) for name in _STORED},
        **{name: getattr(text, name) for name in _TEXT_FIELDS},
        **{name: getattr(run, name) for name in _RUN_FIELDS},
        run=run.number,
        created_at=iso_milliseconds(message.created_at),
        sibling_ids=sibling_ids,
        attachments=list(attachments),
    )


def sign_message(view: MessageView, session_id: UUID) -> MessageView:
    """Return `view` with URLs of its attachments that are valid for this session."""
    if not view.attachments:
        return view
    return replace(view, attachments=sign_attachments(view.attachments, session_id))


def view_at_start(run: Run, answer: MessageView) -> MessageView:
    """Return an answer as it was shown when `run` began."""
    return replace(
        answer,
        content=answer.content[: run.content_base],
        reasoning=answer.reasoning[: run.reasoning_base],
        status=AnswerStatus.PENDING,
        finish_reason=None,
        error_code=None,
        prompt_tokens=_tokens_before(run, answer.prompt_tokens, run.prompt_tokens),
        completion_tokens=_tokens_before(run, answer.completion_tokens, run.completion_tokens),
        context_dropped=0,
        images_dropped=0,
        run=run.number,
        seq=run.base,
    )


def _tokens_before(run: Run, of_all_runs: int | None, of_this_run: int | None) -> int | None:
    """Return the tokens of the runs before `run`, which is the latest."""
    if run.number == 1 or of_all_runs is None:
        return None
    return of_all_runs - (of_this_run or 0)


def view_messages(messages: Sequence[Message]) -> list[MessageView]:
    """Return messages of one conversation as they are shown.

    One more query for all their siblings, and one for their attachments, if they have any.
    """
    siblings = _find_siblings(messages) if len(messages) != 1 else _find_siblings_of(messages[0])
    attachments = view_attachments(messages)
    return [view_message(message, siblings[message.parent_id], attachments.get(message.id, ())) for message in messages]


def view_new_message(message: Message, siblings: Iterable[UUID]) -> MessageView:
    """Return a new message as it is shown; `siblings` are its existing siblings."""
    attachments = view_attachments([message])
    return view_message(message, sorted([*siblings, message.id]), attachments.get(message.id, ()))


_ROOTS = Select(
    lambda conversation_id: (
        Message.objects.filter(conversation_id=conversation_id, parent_id=None).order_by("id").only("id")
    ),
    UUID,
)
_CHILDREN = Select(
    lambda conversation_id, parent_id: (
        Message.objects.filter(conversation_id=conversation_id, parent_id=parent_id).order_by("id").only("id")
    ),
    UUID,
    UUID,
)


def _find_siblings_of(message: Message) -> dict[UUID | None, list[UUID]]:
    if message.parent_id is None:
        found = _ROOTS.all(message.conversation_id)
    else:
        found = _CHILDREN.all(message.conversation_id, message.parent_id)
    return {message.parent_id: [sibling.id for sibling in found]}


def _find_siblings(messages: Iterable[Message]) -> dict[UUID | None, list[UUID]]:
    found: dict[UUID | None, list[UUID]] = {message.parent_id: [] for message in messages}
    if not found:
        return found
    conversation_id = next(iter(messages)).conversation_id
    rows = Message.objects.filter(conversation_id=conversation_id).order_by("id").values_list("parent_id", "id")
    parents = [parent for parent in found if parent is not None]
    for parent_id, message_id in rows.filter(parent_id__in=parents):
        found[parent_id].append(message_id)
    if None in found:
        found[None] = [message_id for _, message_id in rows.filter(parent_id=None)]
    return found
