"""Client to server (PROTOCOL.md section 4): the text of a frame to a command."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.chat.answers.errors import InvalidMessageError
from apps.chat.answers.request import AnswerRequest, CurrentLeaf, RequestKind, check_content, check_text
from apps.chat.events import Position
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


type SignedInCommand = AnswerRequest | Stop | Follow
type Command = Authenticate | SignedInCommand | Ping | Pong


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


def parse_command(text: str, types: Collection[str]) -> tuple[Command, UUID | None]:
    """Return the command in a text frame, of one of these `types`, and its `client_id`; unknown fields are ignored.

    Raises:
        RefusedFrameError: with INVALID_JSON, UNKNOWN_TYPE, INVALID_MESSAGE, EMPTY_CONTENT or MESSAGE_TOO_LONG.
    """
    fields = _decode(text)
    kind = fields.get("type")
    parse = PARSERS[kind] if isinstance(kind, str) and kind in types else None
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
