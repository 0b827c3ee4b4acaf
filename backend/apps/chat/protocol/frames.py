"""Frames, server to client (docs/protocol.md, sections 5 and 8): their shapes, with fields in the order of the wire.

An optional field is left out, never null; a field that may be null is always there.
"""

from typing import Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from apps.chat.answers.request import RequestKind
from apps.chat.conversations.conversation_view import ConversationSummary
from apps.chat.conversations.message_view import MessageView
from apps.chat.conversations.state import ActiveAnswer
from apps.chat.events import AnswerStatus, Usage
from apps.chat.prompt_values import ChosenEffort
from apps.core.wire_text import IdText, MomentText


class Frame(msgspec.Struct, frozen=True):
    """Base of all frames: an object with a `type`."""


class AuthSuccess(Frame, frozen=True, kw_only=True, tag="auth.success"):
    """Answers `auth` in a conversation; `active` is the answer being written."""

    conversation_id: UUID
    revision: int
    leaf_id: UUID | None
    active: UUID | None
    renewed: Literal[True] | UnsetType = UNSET


class Accepted(Frame, frozen=True, kw_only=True, tag="chat.accepted"):
    """A run of an answer has begun; precedes its first delta on every connection of the conversation."""

    kind: RequestKind
    client_id: UUID | None
    message: MessageView
    reply: MessageView
    run: int
    revision: int


class StreamDelta(Frame, frozen=True, tag="chat.stream", gc=False):
    """Text to append to an answer: its deltas have the numbers `from + 1` to `seq`.

    `reset`: forget what you have of this answer first.
    """

    content: str
    done: Literal[False]
    message_id: IdText
    run: int
    seq: int
    from_: int = msgspec.field(name="from")
    reset: Literal[True] | UnsetType = UNSET


class ReasoningDelta(Frame, frozen=True, tag="chat.reasoning", gc=False):
    """Text to append to the reasoning of an answer; numbered as in `chat.stream`."""

    content: str
    message_id: IdText
    run: int
    seq: int
    from_: int = msgspec.field(name="from")
    reset: Literal[True] | UnsetType = UNSET


class StreamEnd(Frame, frozen=True, kw_only=True, tag="chat.stream"):
    """The terminal frame of a run.

    `context_dropped` counts the messages that did not fit into the prompt, `images_dropped` the images of which it had
    only the names.
    """

    content: Literal[""]
    done: Literal[True]
    message_id: IdText
    run: int
    seq: int
    from_: int = msgspec.field(name="from")
    status: AnswerStatus
    finish_reason: str | None
    usage: Usage | None
    context_dropped: int
    images_dropped: int


class FailedEnd(StreamEnd, frozen=True, kw_only=True, tag="chat.error"):
    """The terminal frame of a run that failed; `retry_after` is in whole seconds."""

    code: str
    error: str
    retry_after: int | UnsetType = UNSET


class ErrorFrame(Frame, frozen=True, kw_only=True, tag="chat.error"):
    """Why a command was refused, or why the connection is closed; an answer that is being written continues.

    `retry_after` is in whole seconds.
    """

    code: str
    error: str
    client_id: UUID | UnsetType = UNSET
    retry_after: int | UnsetType = UNSET


class Waiting(Frame, frozen=True, kw_only=True, tag="chat.waiting"):
    """The model service is alive, but has sent no token of an answer for `seconds`, a whole number; not numbered."""

    message_id: UUID
    seconds: int


class ConversationUpdated(Frame, frozen=True, kw_only=True, tag="conversation.updated"):
    """The fields of the conversation that were set, perhaps to the same value; with none, only the revision changed."""

    title: str | UnsetType = UNSET
    model: str | UnsetType = UNSET
    system_prompt: str | UnsetType = UNSET
    temperature: float | UnsetType = UNSET
    reasoning_effort: ChosenEffort | UnsetType = UNSET
    leaf_id: UUID | None | UnsetType = UNSET
    is_archived: bool | UnsetType = UNSET
    is_pinned: bool | UnsetType = UNSET
    revision: int


class ConversationDeleted(Frame, frozen=True, tag="conversation.deleted"):
    """The conversation has been deleted; the connection closes next."""


class ServerPing(Frame, frozen=True, tag="ping"):
    """Shows that the connection is alive; needs no answer."""


class ServerPong(Frame, frozen=True, tag="pong"):
    """Answers `ping`."""


class ChangeFeedSuccess(Frame, frozen=True, kw_only=True, tag="auth.success"):
    """Answers `auth` in the change feed; `active` are the answers being written."""

    revision: int
    active: list[ActiveAnswer]
    renewed: Literal[True] | UnsetType = UNSET


class ListedConversationCreated(Frame, frozen=True, kw_only=True, tag="conversation.created"):
    """A conversation of the user is new, or is back from its deletion."""

    conversation: ConversationSummary
    revision: int


class ListedConversationUpdated(Frame, frozen=True, kw_only=True, tag="conversation.updated"):
    """A conversation of the user has changed."""

    conversation: ConversationSummary
    revision: int


class ListedConversationDeleted(Frame, frozen=True, kw_only=True, tag="conversation.deleted"):
    """A conversation of the user has been deleted."""

    conversation: ConversationSummary
    revision: int


class AnswerStarted(Frame, frozen=True, kw_only=True, tag="answer.started"):
    """A run of an answer has begun; `updated_at` is the conversation's, which orders the list."""

    conversation_id: UUID
    message_id: UUID
    status: AnswerStatus
    updated_at: MomentText
    revision: int


class AnswerEnded(Frame, frozen=True, kw_only=True, tag="answer.ended"):
    """A run of an answer has ended; `updated_at` is the conversation's, which orders the list."""

    conversation_id: UUID
    message_id: UUID
    status: AnswerStatus
    updated_at: MomentText
    revision: int


type ChangeFrame = (
    ListedConversationCreated | ListedConversationUpdated | ListedConversationDeleted | AnswerStarted | AnswerEnded
)
