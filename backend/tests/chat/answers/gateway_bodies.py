"""Streams as gateways and frameworks in front of model services send them, by kind."""

import json

from tests.chat.answers.bodies import (
    BROKEN,
    EMPTY,
    EVENTS,
    FAILED,
    HELLO,
    JSON,
    NDJSON,
    Expected,
    chunk,
    complete,
    events,
    stream,
    whole,
)

END = chunk(None, "stop")
NO_ERROR = {"message": "", "type": "", "param": None, "code": None}
DEEP = "[" * 100_000 + "]" * 100_000


def piece(text: str, reason: str | None = None) -> str:
    """Return a piece of a stream under the name that a whole completion has for it."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": reason}
    return json.dumps({"object": "chat.completion.chunk", "choices": [choice]})


GATEWAY_CASES: dict[str, tuple[bytes, str, Expected]] = {
    # Wrapping
    "chunks in an array in an event": (events(f"[{HELLO},{END}]", "[DONE]"), EVENTS, complete()),
    "several chunks in one line": (events(f"{chunk('Hel')}{chunk('lo')} {END}", "[DONE]"), EVENTS, complete()),
    "the name of the field twice": (events(f"data: {HELLO}", f"data: {END}", "data: [DONE]"), EVENTS, complete()),
    "the end in quotation marks": (events(HELLO, '"[DONE]"'), EVENTS, complete()),
    "blanks for a long time, of no type": (b"\n" * 5000 + whole({"content": "Hello"}).encode(), "", complete()),
    "blanks for a long time before events": (b" \r\n" * 5000 + stream(HELLO), "", complete()),
    # Keep-alives
    "values that say nothing": (
        stream("null", "{}", "[]", '""', "true", "0", HELLO, "[null]", "[heartbeat]"),
        EVENTS,
        complete(),
    ),
    "events of other names": (
        b"event: heartbeat\ndata: {}\n\n" + events(HELLO) + b"event: ping\nid: 7\nretry: 10\n\n" + stream(),
        EVENTS,
        complete(),
    ),
    "a message that is not an error": (
        stream('{"message": "queued", "code": 0}', HELLO, '{"status": "running", "message": "warm"}'),
        EVENTS,
        complete(),
    ),
    # Errors
    "an event of an error in capitals": (events(HELLO) + b"event: ERROR \ndata: busy\n\n" + stream(), EVENTS, BROKEN),
    "an error without words in each chunk": (
        events(chunk("Hel", error=NO_ERROR), chunk("lo", "stop", error={}), '{"error": {"message": ""}}', "[DONE]"),
        EVENTS,
        complete(),
    ),
    "an error in an array in an event": (events(HELLO, '[{"error": {"code": 500}}]', "[DONE]"), EVENTS, BROKEN),
    "an error of FastAPI": (events(HELLO, '{"detail": "Internal error"}', "[DONE]"), EVENTS, BROKEN),
    "an error of Cloudflare": (
        events(HELLO, '{"success": false, "errors": [{"code": 5007}], "result": {}}', "[DONE]"),
        EVENTS,
        BROKEN,
    ),
    "an error of Baidu": (events(HELLO, '{"error_code": 336003, "error_msg": "no"}', "[DONE]"), EVENTS, BROKEN),
    "an error of Alibaba": (events(HELLO, '{"code": "InternalError", "message": "no"}', "[DONE]"), EVENTS, BROKEN),
    "an error of FastAPI alone": (b'{"detail": "Internal error"}', JSON, FAILED),
    "an error of another form that has a code": (
        events('{"code": "rate_limit_exceeded", "message": "slow down"}'),
        EVENTS,
        Expected("error", code="AI_OVERLOADED"),
    ),
    "an error whose reason is in its details": (
        b'{"detail": "The model `x` does not exist"}',
        JSON,
        Expected("error", code="AI_MODEL_GONE"),
    ),
    "nesting without an end": (events(f'{{"x": {DEEP}, "choices": []}}'), EVENTS, FAILED),
    "nesting without an end in the middle": (events(HELLO, f'{{"x": {DEEP}}}', "[DONE]"), EVENTS, BROKEN),
    "nesting without an end in JSON": (f'{{"error": {DEEP}}}'.encode(), JSON, FAILED),
    # Shapes
    "a delta that is a text": (stream('{"choices": [{"delta": "Hel"}]}', chunk("lo")), EVENTS, complete()),
    "a message that is a text": (whole("Hello").encode(), JSON, complete()),
    "a text beside an empty delta": (stream('{"choices": [{"delta": {}, "text": "Hello"}]}'), EVENTS, complete()),
    "a message beside an empty delta": (
        b'{"choices": [{"delta": {}, "message": {"content": "Hello"}, "finish_reason": "stop"}]}',
        JSON,
        complete(),
    ),
    "choices that are not a list": (stream('{"choices": {"delta": {"content": "Hello"}}}'), EVENTS, complete()),
    "pieces named messages": (events(piece("Hel"), piece("lo"), piece("", "stop"), "[DONE]"), EVENTS, complete()),
    "pieces named messages that break off": (events(piece("Hel"), piece("lo")), EVENTS, BROKEN),
    "pieces named messages in lines": (f"{piece('Hel')}\n{piece('lo', 'stop')}\n".encode(), NDJSON, complete()),
    "the answer again as a message": (events(HELLO, piece("Hello", "stop"), "[DONE]"), EVENTS, complete()),
    "numbers that are none": (
        events('{"choices": [{"delta": {"content": "Hello"}, "logprobs": NaN}]}', END, "[DONE]"),
        EVENTS,
        complete(),
    ),
    "bytes that are not UTF-8": (
        b'data: {"choices": [{"delta": {"content": "caf\xe9"}}]}\n\n' + stream(),
        EVENTS,
        complete("caf\ufffd"),
    ),
    "an end in capitals": (events(HELLO, chunk(None, "STOP")), EVENTS, complete()),
    "an end for lack of tokens": (events(HELLO, chunk(None, "MAX_TOKENS")), EVENTS, Expected("length", "Hello")),
    "counts that are none": (
        stream(HELLO, '{"choices": [], "usage": {"prompt_tokens": true, "completion_tokens": -1}}'),
        EVENTS,
        complete(),
    ),
    # Reasoning
    "thinking of Gemini": (stream(chunk("<thought>Hm.</tho"), chunk("ught>Hello")), EVENTS, complete(reasoning="Hm.")),
    "thinking of Gemini without an answer": (
        stream(chunk("<thought>Hm.</thought>\n")),
        EVENTS,
        EMPTY._replace(reasoning="Hm."),
    ),
}
