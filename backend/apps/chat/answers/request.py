"""What starts an answer."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.conf import settings

from apps.chat.answers.errors import EmptyContentError, InvalidMessageError, MessageTooLongError


class RequestKind(StrEnum):
    """The four ways to start an answer, as the wire names them."""

    MESSAGE = "message"
    REGENERATE = "regenerate"
    EDIT = "edit"
    CONTINUE = "continue"


class CurrentLeaf:
    """Stands for a parent that was not named: the conversation's current leaf."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest:
    """A well-formed command that starts an answer (PROTOCOL.md section 4).

    `message_id` names an answer (regenerate, continue) or a question (edit); `parent_id` None makes a new root.
    """

    kind: RequestKind
    client_id: UUID | None = None
    content: str = ""
    message_id: UUID | None = None
    parent_id: UUID | None | type[CurrentLeaf] = CurrentLeaf
    model: str | None = None

    def digest(self) -> bytes:
        """Return 32 bytes that tell this payload from any other one under the same `client_id`."""
        parent = "current leaf" if self.parent_id is CurrentLeaf else str(self.parent_id)
        parts = (self.kind, self.content, str(self.message_id), parent, str(self.model))
        return hashlib.sha256("\0".join(parts).encode()).digest()


def check_content(content: str) -> str:
    """Return `content` unchanged.

    Raises:
        EmptyContentError: nothing but blanks.
        MessageTooLongError: more than `MAX_MESSAGE_LENGTH` code points.
        InvalidMessageError: NUL or a lone surrogate, which no database takes.
    """
    if not content.strip():
        raise EmptyContentError
    if len(content) > settings.MAX_MESSAGE_LENGTH:
        raise MessageTooLongError(f"The message is too long: at most {settings.MAX_MESSAGE_LENGTH:,} characters.")
    check_text("content", content)
    return content


def check_text(field: str, text: str) -> None:
    """Refuse NUL and lone surrogates in any text.

    Raises:
        InvalidMessageError: naming the field.
    """
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidMessageError(f"The field {field!r} has a character that cannot be stored (NUL or half a pair).")
