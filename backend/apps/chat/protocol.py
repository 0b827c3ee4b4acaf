"""The wire shapes of the chat socket (PROTOCOL.md): JSON text to commands, events to JSON text."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from apps.chat.events import DeltaKind, Position, RunEnded, TextPart
from apps.chat.services.errors import InvalidMessageError
from apps.chat.services.requests import AnswerRequest, CurrentLeaf, RequestKind, check_content, check_text
from apps.chat.services.turns import Turn
from apps.core.errors import AppError, InvalidInputError

MAX_NUMBER = 2**53 - 1
"""The largest whole number that JSON carries unharmed between all languages (RFC 8259, section 6)."""

MAX_TOKEN_LENGTH = 8192
MAX_MODEL_LENGTH = 200


class InvalidJsonError(InvalidInputError):
    """Not a JSON object."""

    code = "INVALID_JSON"
    message = "The frame is not a JSON object."


class UnknownTypeError(InvalidInputError):
    """A `type` that is not in PROTOCOL.md section 4."""

    code = "UNKNOWN_TYPE"
    message = "The frame has no 'type' that this server knows."


@dataclass(frozen=True, slots=True)
class Authenticate:
    """`auth`: `token` as sent (any text), and from where to go on."""

    token: str
    resume: tuple[UUID, Position] | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """`chat.stop`: of one answer, or of whichever is being written."""

    message_id: UUID | None


@dataclass(frozen=True, slots=True)
class Follow:
    """`chat.follow`."""

    message_id: UUID
    position: Position


@dataclass(frozen=True, slots=True)
class Ping:
    """`ping`."""


@dataclass(frozen=True, slots=True)
class Pong:
    """`pong`."""


type Command = Authenticate | AnswerRequest | Stop | Follow | Ping | Pong


class RefusedFrameError(Exception):
    """A frame that was not understood: `error` says why, `client_id` whom to tell.

    `is_known_too_early`: before the sign-in it would have been refused, whatever its fields.
    """

    def __init__(self, error: AppError, client_id: UUID | None = None, *, is_known_too_early: bool = False) -> None:
        """Keep all of it for the answer."""
        super().__init__(str(error))
        self.error = error
        self.client_id = client_id
        self.is_known_too_early = is_known_too_early


def parse_command(text: str) -> tuple[Command, UUID | None]:
    """Return the command in a text frame and its `client_id`; unknown fields are ignored.

    Raises:
        RefusedFrameError: with INVALID_JSON, UNKNOWN_TYPE, INVALID_MESSAGE, EMPTY_CONTENT or MESSAGE_TOO_LONG.
    """
    fields = _decode(text)
    kind = fields.get("type")
    parse = PARSERS.get(kind) if isinstance(kind, str) else None
    if parse is None:
        raise RefusedFrameError(UnknownTypeError(), _client_id_if_valid(fields), is_known_too_early=True)
    try:
        return parse(fields), _uuid(fields, "client_id", required=False)
    except AppError as error:
        raise RefusedFrameError(error, _client_id_if_valid(fields), is_known_too_early=kind != "auth") from error


def _decode(text: str) -> dict[str, Any]:
    # The standard library's reader lets lone surrogates through to our own checks, which name the field.
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise RefusedFrameError(InvalidJsonError()) from error
    if not isinstance(value, dict):
        raise RefusedFrameError(InvalidJsonError())
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _client_id_if_valid(fields: dict[str, Any]) -> UUID | None:
    try:
        return _uuid(fields, "client_id", required=False)
    except InvalidMessageError:
        return None


def _parse_auth(fields: dict[str, Any]) -> Authenticate:
    token = fields.get("token")
    resume = None
    if fields.get("resume") is not None:
        if not isinstance(fields["resume"], dict):
            raise InvalidMessageError("The field 'resume' must be {message_id, run, seq}.")
        resume = (_required_uuid(fields["resume"], "message_id"), _position(fields["resume"]))
    return Authenticate(token if isinstance(token, str) and len(token) <= MAX_TOKEN_LENGTH else "", resume)


def _parse_message(fields: dict[str, Any]) -> AnswerRequest:
    parent_id = _uuid(fields, "parent_id", required=False) if "parent_id" in fields else CurrentLeaf
    return _request(fields, RequestKind.MESSAGE, content=_content(fields), parent_id=parent_id)


def _parse_regenerate(fields: dict[str, Any]) -> AnswerRequest:
    return _request(fields, RequestKind.REGENERATE, message_id=_required_uuid(fields, "message_id"))


def _parse_edit(fields: dict[str, Any]) -> AnswerRequest:
    message_id = _required_uuid(fields, "message_id")
    return _request(fields, RequestKind.EDIT, message_id=message_id, content=_content(fields))


def _parse_continue(fields: dict[str, Any]) -> AnswerRequest:
    return _request(fields, RequestKind.CONTINUE, message_id=_required_uuid(fields, "message_id"))


def _parse_stop(fields: dict[str, Any]) -> Stop:
    return Stop(_uuid(fields, "message_id", required=False))


def _parse_follow(fields: dict[str, Any]) -> Follow:
    return Follow(_required_uuid(fields, "message_id"), _position(fields))


PARSERS: dict[str, Callable[[dict[str, Any]], Command]] = {
    "auth": _parse_auth,
    "chat.message": _parse_message,
    "chat.regenerate": _parse_regenerate,
    "chat.edit": _parse_edit,
    "chat.continue": _parse_continue,
    "chat.stop": _parse_stop,
    "chat.follow": _parse_follow,
    "ping": lambda _: Ping(),
    "pong": lambda _: Pong(),
}


def _request(
    fields: dict[str, Any],
    kind: RequestKind,
    *,
    content: str = "",
    message_id: UUID | None = None,
    parent_id: UUID | None | type[CurrentLeaf] = CurrentLeaf,
) -> AnswerRequest:
    return AnswerRequest(
        kind=kind,
        client_id=_uuid(fields, "client_id", required=False),
        content=content,
        message_id=message_id,
        parent_id=parent_id,
        model=_model(fields),
    )


def _content(fields: dict[str, Any]) -> str:
    content = fields.get("content")
    if not isinstance(content, str):
        raise InvalidMessageError("The field 'content' must be a text.")
    return check_content(content)


def _model(fields: dict[str, Any]) -> str | None:
    model = fields.get("model")
    if model is None:
        return None
    if not isinstance(model, str) or not 0 < len(model) <= MAX_MODEL_LENGTH:
        raise InvalidMessageError(f"The field 'model' must be a text of 1 to {MAX_MODEL_LENGTH} characters.")
    check_text("model", model)
    return model


def _uuid(fields: dict[str, Any], name: str, *, required: bool) -> UUID | None:
    value = fields.get(name)
    if value is None and not required:
        return None
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidMessageError(f"The field {name!r} must be a UUID.") from error


def _required_uuid(fields: dict[str, Any], name: str) -> UUID:
    value = _uuid(fields, name, required=True)
    assert value is not None  # noqa: S101 - for the type checker
    return value


def _position(fields: dict[str, Any]) -> Position:
    return Position(_number(fields, "run"), _number(fields, "seq"))


def _number(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name)
    if type(value) is not int or not 0 <= value <= MAX_NUMBER:
        raise InvalidMessageError(f"The field {name!r} must be a whole number, 0 or greater.")
    return value


# Server to client ---------------------------------------------------------------------------------------------------

PING = '{"type":"ping"}'
PONG = '{"type":"pong"}'

_encoder = msgspec.json.Encoder()


def encode(fields: dict[str, Any]) -> str:
    """Return `fields` as the text of a frame."""
    return _encoder.encode(fields).decode()


def encode_auth_success(
    conversation_id: UUID, *, revision: int, leaf_id: UUID | None, active: UUID | None, renewed: bool
) -> str:
    """Return the `auth.success` frame; `active` is the answer being written."""
    fields = {
        "type": "auth.success",
        "conversation_id": conversation_id,
        "revision": revision,
        "leaf_id": leaf_id,
        "active": active,
    }
    return encode(fields | {"renewed": True} if renewed else fields)


def encode_accepted(turn: Turn) -> str:
    """Return the `chat.accepted` frame of a turn."""
    return encode(
        {
            "type": "chat.accepted",
            "kind": turn.kind,
            "client_id": turn.client_id,
            "message": turn.question,
            "reply": turn.reply,
            "run": turn.run,
            "revision": turn.revision,
        }
    )


def encode_part(message_id: str, part: TextPart) -> str:
    """Return the `chat.stream` or `chat.reasoning` frame of some text."""
    fields = {
        "type": "chat.stream" if part.kind is DeltaKind.CONTENT else "chat.reasoning",
        "content": part.text,
        "done": False,
        "message_id": message_id,
        "run": part.run,
        "seq": part.seq,
        "from": part.after,
    }
    if part.kind is DeltaKind.REASONING:
        del fields["done"]
    if part.reset:
        fields["reset"] = True
    return encode(fields)


def encode_ended(message_id: str, ended: RunEnded) -> str:
    """Return the terminal frame of a run: `chat.error` where the model or the server failed, else `chat.stream`."""
    ending = ended.ending
    fields: dict[str, Any] = {
        "type": "chat.stream",
        "content": "",
        "done": True,
        "message_id": message_id,
        "run": ended.run,
        "seq": ended.seq,
        "from": ended.after,
        "status": ending.status,
        "finish_reason": ending.finish_reason,
        "usage": ending.usage,
        "context_dropped": ending.context_dropped,
    }
    if ending.error_code is not None:
        fields |= {"type": "chat.error", "code": ending.error_code, "error": ENDING_SENTENCES[ending.error_code]}
        if ending.retry_after is not None:
            fields["retry_after"] = ending.retry_after
    return encode(fields)


ENDING_SENTENCES = {
    "AI_ERROR": "The model service failed: try again, or choose another model.",
    "AI_TIMEOUT": "The model service did not answer in time: try again.",
    "INTERNAL_ERROR": "Something went wrong on the server: try again.",
}


def encode_error(error: AppError, client_id: UUID | None = None) -> str:
    """Return the `chat.error` frame of a refusal; an answer that is being written goes on."""
    fields: dict[str, Any] = {"type": "chat.error", "code": error.code, "error": str(error)}
    if client_id is not None:
        fields["client_id"] = client_id
    if error.retry_after is not None:
        fields["retry_after"] = error.retry_after
    return encode(fields)
