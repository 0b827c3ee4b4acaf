"""Commands, client to server (docs/protocol.md, section 4): the shape of each.

A shape does not say how long a message may be or which text can be stored: `check_request` does.
"""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from apps.chat.answers.request import AnswerRequest, RequestKind
from apps.chat.events import Position

MAX_NUMBER = 2**53 - 1
"""The largest whole number that JSON carries unharmed between all languages (RFC 8259, section 6)."""

MAX_TOKEN_LENGTH = 8192
MAX_MODEL_LENGTH = 200

# A refusal reads "The field 'run' must be " and the description.
type Id = Annotated[UUID, Meta(description="a UUID")]
type Number = Annotated[int, Meta(ge=0, le=MAX_NUMBER, description="a whole number, 0 or greater")]
type Content = Annotated[str, Meta(description="a string")]
type AttachmentIds = Annotated[list[UUID], Meta(description="a list of attachment ids")]
type ModelId = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_MODEL_LENGTH,
        description=f"a string of 1 to {MAX_MODEL_LENGTH} characters",
    ),
]


class BaseCommand(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all commands: the client makes `client_id`, which refusals and `chat.accepted` repeat."""

    client_id: Id | None = None


class AnswerPosition(msgspec.Struct, frozen=True, kw_only=True):
    """The position that a client has reached in an answer."""

    message_id: Id
    run: Number
    seq: Number

    @property
    def position(self) -> Position:
        return Position(self.run, self.seq)


class Authenticate(BaseCommand, frozen=True, kw_only=True, tag="auth"):
    """Signs in, or renews the session of a connection; `resume` continues an answer after a reconnect."""

    token: Annotated[str, Meta(max_length=MAX_TOKEN_LENGTH, description="an access token")]
    resume: Annotated[AnswerPosition, Meta(description="{message_id, run, seq}")] | None = None


class SendMessage(BaseCommand, frozen=True, kw_only=True, tag="chat.message"):
    """Stores a question and starts its answer.

    `parent_id` names the answer it follows; null starts a new branch at the root; absent: the current leaf. With
    `attachments`, `content` may be blank.
    """

    content: Content
    parent_id: Id | None | UnsetType = UNSET
    model: ModelId | None = None
    attachments: AttachmentIds | None = None

    def to_request(self) -> AnswerRequest:
        return AnswerRequest(
            kind=RequestKind.MESSAGE,
            client_id=self.client_id,
            content=self.content,
            parent_id=self.parent_id,
            model=self.model,
            attachments=tuple(self.attachments or ()),
        )


class Regenerate(BaseCommand, frozen=True, kw_only=True, tag="chat.regenerate"):
    """Starts another answer to the question of the answer `message_id`."""

    message_id: Id
    model: ModelId | None = None

    def to_request(self) -> AnswerRequest:
        return AnswerRequest(
            kind=RequestKind.REGENERATE, client_id=self.client_id, message_id=self.message_id, model=self.model
        )


class EditQuestion(BaseCommand, frozen=True, kw_only=True, tag="chat.edit"):
    """Stores another version of the question `message_id` and starts its answer.

    Without `attachments`, it keeps the attachments of that question.
    """

    message_id: Id
    content: Content
    model: ModelId | None = None
    attachments: AttachmentIds | None = None

    def to_request(self) -> AnswerRequest:
        return AnswerRequest(
            kind=RequestKind.EDIT,
            client_id=self.client_id,
            message_id=self.message_id,
            content=self.content,
            model=self.model,
            attachments=None if self.attachments is None else tuple(self.attachments),
        )


class ContinueAnswer(BaseCommand, frozen=True, kw_only=True, tag="chat.continue"):
    """Continues the answer `message_id`, which ended early, in its next run."""

    message_id: Id
    model: ModelId | None = None

    def to_request(self) -> AnswerRequest:
        return AnswerRequest(
            kind=RequestKind.CONTINUE, client_id=self.client_id, message_id=self.message_id, model=self.model
        )


class Stop(BaseCommand, frozen=True, kw_only=True, tag="chat.stop"):
    """Stops the answer `message_id`, or the one being written."""

    message_id: Id | None = None


class Follow(BaseCommand, frozen=True, kw_only=True, tag="chat.follow"):
    """Follows the answer `message_id` from a position."""

    message_id: Id
    run: Number
    seq: Number

    @property
    def position(self) -> Position:
        return Position(self.run, self.seq)


class Ping(BaseCommand, frozen=True, kw_only=True, tag="ping"):
    """Asks for a `pong`."""


class Pong(BaseCommand, frozen=True, kw_only=True, tag="pong"):
    """Answers a `ping` of the server; not required."""


type TurnCommand = SendMessage | Regenerate | EditQuestion | ContinueAnswer
type SignedInCommand = TurnCommand | Stop | Follow
type SocketCommand = Authenticate | SignedInCommand | Ping | Pong
type ChangeFeedCommand = Authenticate | Ping | Pong
type PostedCommand = TurnCommand | Stop | Ping | Pong
