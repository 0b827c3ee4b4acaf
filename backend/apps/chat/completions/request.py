"""The request of a program: the fields that this server reads; all others are passed through unchanged."""

from dataclasses import dataclass
from typing import Any

from apps.chat.completions.errors import CallRefusedError
from apps.chat.providers.errors import ProviderError
from apps.chat.providers.reading.json_objects import decode_object
from apps.core.json_parts import MAX_PARTS, has_many_parts


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """A request with its unchanged `fields`. `wants_usage` says whether the stream must end with a chunk of usage."""

    model: str
    is_stream: bool
    wants_usage: bool
    fields: dict[str, Any]


def read_request(body: bytes) -> CompletionRequest:
    """Read the body of a request; raises CallRefusedError."""
    if has_many_parts(body):
        raise CallRefusedError(f"The body has more than {MAX_PARTS:,} brackets, commas and strings.")
    try:
        fields = decode_object(body, is_strict=True)
    except ProviderError:
        raise CallRefusedError("The body of the request must be a JSON object.") from None
    model = fields.get("model")
    if not isinstance(model, str) or not model:
        raise CallRefusedError("'model' must name a model: GET /v1/models lists them.", param="model")
    messages = fields.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(message, dict) for message in messages):
        raise CallRefusedError("'messages' must be a list with at least one message.", param="messages")
    is_stream = fields.get("stream")
    if not isinstance(is_stream, bool | None):
        raise CallRefusedError("'stream' must be true or false.", param="stream")
    options = fields.get("stream_options")
    if not isinstance(options, dict | None):
        raise CallRefusedError("'stream_options' must be an object.", param="stream_options")
    wants_usage = bool(options and options.get("include_usage"))
    return CompletionRequest(model, bool(is_stream), wants_usage, fields)
