"""A request for an answer, and the rules that its text must meet."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from msgspec import UNSET, UnsetType

from apps.chat.answers.errors import EmptyContentError, InvalidMessageError, MessageTooLongError
from apps.core.text import describe_unstorable, is_blank


class RequestKind(StrEnum):
    """The four ways to start an answer, as the wire names them."""

    MESSAGE = "message"
    REGENERATE = "regenerate"
    EDIT = "edit"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest:
    """A request for an answer, with its place in the conversation (docs/protocol.md, section 4).

    `message_id` names an answer (regenerate, continue) or a question (edit). `parent_id` None makes a new root; unset,
    the question follows the conversation's current leaf. `attachments` are public ids; None keeps the attachments of
    the question that is edited.
    """

    kind: RequestKind
    client_id: UUID | None = None
    content: str = ""
    message_id: UUID | None = None
    parent_id: UUID | None | UnsetType = UNSET
    model: str | None = None
    attachments: tuple[UUID, ...] | None = ()

    @property
    def follows_leaf(self) -> bool:
        return self.kind is RequestKind.MESSAGE and self.parent_id is UNSET

    def digest(self) -> bytes:
        """Return 32 bytes that distinguish this request from others with the same `client_id`."""
        parent = "current leaf" if self.parent_id is UNSET else str(self.parent_id)
        parts = [self.kind, self.content, str(self.message_id), parent, str(self.model)]
        if self.kind is RequestKind.EDIT and self.attachments is not None:
            parts.append("attachments")
        parts += map(str, self.attachments or ())
        return hashlib.sha256("\0".join(parts).encode()).digest()


def check_request(request: AnswerRequest) -> None:
    """Refuse a request with invalid text, whatever kind of client sent it.

    Raises:
        EmptyContentError: the question is blank, and has no attachments.
        MessageTooLongError: the question has more than `MAX_MESSAGE_LENGTH` code points.
        InvalidMessageError: a text has a character that no database takes, or there are too many attachments.
    """
    if request.kind in {RequestKind.MESSAGE, RequestKind.EDIT}:
        _check_content(request.content, may_be_blank=request.attachments != ())
        if len(request.attachments or ()) > (max_count := settings.ATTACHMENTS_PER_MESSAGE):
            raise InvalidMessageError(f"The field 'attachments' has too many ids: at most {max_count}.")
    if request.model is not None:
        _check_text("model", request.model)


def _check_content(content: str, *, may_be_blank: bool) -> None:
    if not may_be_blank and is_blank(content):
        raise EmptyContentError
    if len(content) > settings.MAX_MESSAGE_LENGTH:
        raise MessageTooLongError(f"The message is too long: at most {settings.MAX_MESSAGE_LENGTH:,} characters.")
    _check_text("content", content)


def _check_text(field: str, text: str) -> None:
    if reason := describe_unstorable(text):
        raise InvalidMessageError(f"In the field {field!r}, {reason}. Remove it and send the message again.")
