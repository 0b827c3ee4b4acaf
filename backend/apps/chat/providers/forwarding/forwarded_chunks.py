"""The chunks of a forwarded answer: every field stays, and each has the `choices` that OpenAI's clients rely on."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.chat.providers.errors import ModelReportedError
from apps.chat.providers.failures.classification import make_reported_error
from apps.chat.providers.failures.reported_errors import is_error_text, reports_error
from apps.chat.providers.reading.chunks import CHUNK_OBJECT, states_finish
from apps.chat.providers.reading.json_objects import JsonObject, decode_objects, unquote_object
from apps.chat.providers.reading.native_answers import translate_answer
from apps.chat.providers.reading.sse import BLANKS, SseEvent, is_done
from apps.core.json_parts import MAX_PARTS

_NO_CONTENT = {
    "choices", "created", "error", "id", "model", "object", "service_tier", "status", "system_fingerprint", "type",
    "usage",
}  # fmt: skip
"""Fields of a chunk without choices that say nothing about the answer."""

_FAILED = {"error", "insufficient_system_resource", "network_error"}
"""Finish reasons with which services report that they failed."""

_RATE_LIMIT_WORDS = {"429", "rate_limit_exceeded", "rate_limit_error"}
_TOO_MANY_REQUESTS = 429


class ChunkReader:
    """Reads the chunks in the events of one answer, or in its JSON."""

    def __init__(self, choice_count: int = 1) -> None:
        """Start at the beginning of an answer, for which `choice_count` choices were requested."""
        self._choice_count = choice_count
        self._reasons: dict[int, str | None] = {}
        self._is_whole = False
        self.is_done = False
        """Whether `[DONE]` has arrived."""

    @property
    def has_finished(self) -> bool:
        """Whether the answer has ended: each choice has had a finish reason, or the answer arrived in one piece."""
        return self.is_done or self._is_whole or (bool(self._reasons) and all(self._reasons.values()))

    @property
    def awaits_only_usage(self) -> bool:
        """Whether nothing but the usage can follow."""
        return self.has_finished and len(self._reasons) >= self._choice_count

    def read(self, event: SseEvent) -> Iterator[JsonObject]:
        """Yield the chunks of an event: none if it only keeps the connection alive; some services send several.

        After `[DONE]`, only usage and errors count.
        """
        data = unquote_object(event.data.strip(BLANKS))
        if event.is_error or (data[:1] != b"{" and is_error_text(data)):
            raise make_reported_error(data)
        if is_done(data):
            self.is_done = True
        elif data[:1] in {b"{", b"["}:
            chunks = self.read_json(data)
            yield from (one for one in chunks if not one["choices"]) if self.is_done else chunks

    def read_json(self, data: bytes, max_parts: int = MAX_PARTS) -> Iterator[JsonObject]:
        """Yield the chunks of one JSON object, of an array, or of several objects one after the other."""
        for one, chunk in decode_objects(data, max_parts):
            if (complete := self.read_object(chunk, one)) is not None:
                yield complete

    def read_object(self, chunk: JsonObject, data: bytes) -> JsonObject | None:
        """Return the chunk of one JSON object, whose encoding is `data`; None if it says nothing about the answer."""
        _refuse_error(chunk, data)
        return self._complete_chunk(translate_answer(chunk) or chunk)

    def raise_for_failed_finish(self) -> None:
        """Raise ModelReportedError if the service ended a choice because it failed."""
        if any(reason is not None and reason.lower() in _FAILED for reason in self._reasons.values()):
            raise ModelReportedError

    def _complete_chunk(self, chunk: JsonObject) -> JsonObject | None:
        """Return a chunk with `choices` that each have a `delta`."""
        choices = list_choices(chunk)
        if any("finishReason" in choice for choice in choices):
            choices = [_rename_reason(choice) for choice in choices]
            chunk = chunk | {"choices": choices}
        if not choices:
            has_content = isinstance(chunk.get("choices"), list) and any(
                value for name, value in chunk.items() if name not in _NO_CONTENT
            )
            return chunk | {"choices": []} if has_content or _has_usage(chunk) else None
        has_begun = bool(self._reasons)
        self._note_reasons(choices)
        if any("message" in choice and choice.get("delta") is None for choice in choices):
            # A whole completion, or a piece that has its text under that name.
            is_piece = chunk.get("object") == CHUNK_OBJECT
            self._is_whole = self._is_whole or not is_piece
            return _as_chunk(chunk, choices, repeats=has_begun and not is_piece)
        if all(isinstance(choice.get("delta"), dict) for choice in choices):
            return chunk
        return chunk | {"choices": [choice | {"delta": _read_delta(choice)} for choice in choices]}

    def _note_reasons(self, choices: list[JsonObject]) -> None:
        for choice in choices:
            index, reason = choice.get("index"), choice.get("finish_reason")
            number = index if isinstance(index, int) else 0
            before = self._reasons.setdefault(number, None)
            if states_finish(reason) and (before is None or before.lower() not in _FAILED):
                self._reasons[number] = reason


def list_choices(chunk: Mapping[str, Any]) -> list[JsonObject]:
    """Return the choices of a chunk or completion that are objects."""
    choices = chunk.get("choices")
    return [choice for choice in choices if isinstance(choice, dict)] if isinstance(choices, list) else []


def is_completion(answer: JsonObject) -> bool:
    choices = list_choices(answer)
    return bool(choices) and all(isinstance(choice.get("message"), dict) for choice in choices)


def _refuse_error(answer: JsonObject, data: bytes) -> None:
    if reports_error(answer):
        error = answer.get("error")
        stated = [error.get("code"), error.get("type")] if isinstance(error, dict) else []
        is_limit = any(str(word).lower() in _RATE_LIMIT_WORDS for word in stated)
        failure = make_reported_error(data)
        failure.status = _TOO_MANY_REQUESTS if is_limit else failure.status
        raise failure


def _has_usage(chunk: JsonObject) -> bool:
    return isinstance(chunk.get("usage"), dict) and bool(chunk["usage"])


def _rename_reason(choice: JsonObject) -> JsonObject:
    """Return a choice whose finish reason has OpenAI's name, not Google's, which no program reads."""
    return {"finish_reason": choice.get("finishReason")} | {
        name: value
        for name, value in choice.items()
        if name != "finishReason" and (name, value) != ("finish_reason", None)
    }


def _as_chunk(completion: JsonObject, choices: list[JsonObject], *, repeats: bool) -> JsonObject:
    """Return a whole completion as a chunk of a stream, without its text if it `repeats` what came in pieces."""
    pieces = [
        {name: value for name, value in choice.items() if name not in {"message", "delta"}}
        | {"delta": {} if repeats else _number_tool_calls(choice.get("message"))}
        for choice in choices
    ]
    return completion | {"object": CHUNK_OBJECT, "choices": pieces}


def _number_tool_calls(message: object) -> JsonObject:
    """Return a message as a delta, in which each tool call has an `index`."""
    if not isinstance(message, dict):
        return {}
    calls = message.get("tool_calls")
    if not isinstance(calls, list):
        return message
    numbered = [{"index": index, **call} if isinstance(call, dict) else call for index, call in enumerate(calls)]
    return message | {"tool_calls": numbered}


def _read_delta(choice: JsonObject) -> JsonObject:
    delta = choice.get("delta")
    if isinstance(delta, dict):
        return delta
    text = delta if isinstance(delta, str) else choice.get("text")
    return {"content": text} if isinstance(text, str) and text else {}
