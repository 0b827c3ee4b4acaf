"""Decoding of commands: from the text of a frame to a command, or to a refusal that names the field."""

import json
from collections.abc import Mapping
from string import digits
from typing import Any, NoReturn, Union, cast, get_args
from uuid import UUID

import msgspec
from msgspec import Meta

from apps.chat.answers.errors import InvalidMessageError
from apps.chat.protocol.commands import (
    MAX_TOKEN_LENGTH,
    AnswerPosition,
    Authenticate,
    BaseCommand,
    ChangeFeedCommand,
    ContinueAnswer,
    EditQuestion,
    Follow,
    Ping,
    Pong,
    PostedCommand,
    Regenerate,
    SendMessage,
    SocketCommand,
    Stop,
)
from apps.core.errors import AppError, InvalidInputError
from apps.core.json_parts import MAX_PARTS, has_many_parts

MAX_DIGITS = 4300
"""The most digits that Python reads as one number; msgspec would accept more in an unknown field."""

CONVERSION_ERRORS = (msgspec.ValidationError, UnicodeEncodeError)
"""Errors that `msgspec.convert` raises; the second one for lone surrogates where it expects no text."""


class InvalidJsonError(InvalidInputError):
    """Not a JSON object."""

    code = "INVALID_JSON"
    message = "The frame is not a JSON object."


class TooManyPartsError(InvalidInputError):
    """A frame that is not understood, with so many parts that finding out why would take too long."""

    code = "INVALID_JSON"
    message = f"The frame has more than {MAX_PARTS:,} brackets, commas and strings."


class UnknownCommandError(InvalidInputError):
    """A `type` that this kind of connection does not accept."""

    code = "UNKNOWN_TYPE"
    message = "The frame's 'type' is missing, or this connection does not accept it."


class RefusedFrameError(Exception):
    """A frame that was not understood: `error` says why, `client_id` identifies its command.

    `needs_sign_in`: a connection that has not signed in gets AUTH_REQUIRED instead of `error`.
    """

    def __init__(self, error: AppError, client_id: UUID | None = None, *, needs_sign_in: bool = False) -> None:
        super().__init__(str(error))
        self.error = error
        self.client_id = client_id
        self.needs_sign_in = needs_sign_in


class CommandDecoder[C: BaseCommand]:
    """Decodes the commands that one kind of connection accepts; unknown fields are ignored."""

    def __init__(self, *shapes: type[C]) -> None:
        self._shapes: Mapping[str, type[C]] = {str(shape.__struct_config__.tag): shape for shape in shapes}
        self._decoder = msgspec.json.Decoder(Union[shapes])  # noqa: UP007 - `|` cannot join the types of a tuple

    def decode(self, text: str) -> C:
        """Return the command in a text frame.

        Raises:
            RefusedFrameError: with INVALID_JSON, UNKNOWN_TYPE or INVALID_MESSAGE.
        """
        if not has_long_number(text):
            try:
                return cast("C", self._decoder.decode(text))
            except (msgspec.DecodeError, RecursionError):
                pass
        return self._decode_in_steps(text)

    def _decode_in_steps(self, text: str) -> C:
        """Decode a frame that msgspec refuses, to name its mistake, or to accept it if msgspec is too strict.

        msgspec refuses lone surrogates wherever they are; an unknown field may have them.
        """
        if has_many_parts(text):
            raise RefusedFrameError(TooManyPartsError())
        fields = _load_object(text)
        kind = fields.get("type")
        shape = self._shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            raise RefusedFrameError(UnknownCommandError(), _find_client_id(fields), needs_sign_in=True)
        if kind == "auth" and not (isinstance(token := fields.get("token"), str) and len(token) <= MAX_TOKEN_LENGTH):
            fields["token"] = ""  # A token of any other shape does not sign in: AUTH_FAILED.
        try:
            return msgspec.convert(fields, shape)
        except CONVERSION_ERRORS as error:
            refusal = InvalidMessageError(_describe_mistake(shape, fields))
            raise RefusedFrameError(refusal, _find_client_id(fields), needs_sign_in=kind != "auth") from error


SOCKET_COMMANDS: CommandDecoder[SocketCommand] = CommandDecoder(
    Authenticate, SendMessage, Regenerate, EditQuestion, ContinueAnswer, Stop, Follow, Ping, Pong
)
CHANGE_FEED_COMMANDS: CommandDecoder[ChangeFeedCommand] = CommandDecoder(Authenticate, Ping, Pong)
# Without WebSocket, the header `Authorization` signs in, and the URL of the event stream says which answer to follow.
POSTED_COMMANDS: CommandDecoder[PostedCommand] = CommandDecoder(
    SendMessage, Regenerate, EditQuestion, ContinueAnswer, Stop, Ping, Pong
)


def has_long_number(text: str) -> bool:
    """Return whether a text has more than `MAX_DIGITS` digits in a row.

    It looks only at every 4301st character, because each such row contains one: to search all of 2 MB would take 0.1 s.
    """
    for at in range(MAX_DIGITS, len(text), MAX_DIGITS + 1):
        if text[at] in digits:
            before, after = text[at - MAX_DIGITS : at], text[at : at + MAX_DIGITS + 1]
            row = len(before) - len(before.rstrip(digits)) + len(after) - len(after.lstrip(digits))
            if row > MAX_DIGITS:
                return True
    return False


def _load_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise RefusedFrameError(InvalidJsonError()) from error
    if not isinstance(value, dict):
        raise RefusedFrameError(InvalidJsonError())
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _find_client_id(fields: dict[str, Any]) -> UUID | None:
    try:
        return msgspec.convert(fields.get("client_id"), UUID | None)
    except CONVERSION_ERRORS:
        return None


def _describe_mistake(shape: type[msgspec.Struct], fields: dict[str, Any]) -> str:
    """Return a sentence about the first field that does not fit `shape`."""
    for field in msgspec.structs.fields(shape):
        value = fields.get(field.name)
        if value is None and not field.required:
            continue
        try:
            msgspec.convert(value, field.type)
        except CONVERSION_ERRORS:
            if field.name == "resume" and isinstance(value, dict):
                return _describe_mistake(AnswerPosition, value)
            return f"The field {field.name!r} must be {_find_description(field.type)}."
    return InvalidMessageError.message


def _find_description(annotation: object) -> str | None:
    written = getattr(annotation, "__value__", annotation)  # The type that a `type` statement names.
    for meta in getattr(written, "__metadata__", ()):
        if isinstance(meta, Meta) and meta.description is not None:
            return meta.description
    return next((found for part in get_args(written) if (found := _find_description(part)) is not None), None)
