"""Streams as gateways and frameworks in front of model services send them, by kind."""

import json

from tests.chat.answers.bodies import (
    BROKEN,
    EMPTY,
    FAILED,
    HELLO,
    JSON,
    NDJSON,
    Case,
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


GATEWAY_CASES: dict[str, Case] = {
    # Wrapping
    "chunks in an array in an event": Case(events(f"[{HELLO},{END}]", "[DONE]")),
    "several chunks in one line": Case(events(f"{chunk('Hel')}{chunk('lo')} {END}", "[DONE]")),
    "the name of the field twice": Case(events(f"data: {HELLO}", f"data: {END}", "data: [DONE]")),
    "the end in quotation marks": Case(events(HELLO, '"[DONE]"')),
    "blanks for a long time, of no type": Case(b"\n" * 5000 + whole({"content": "Hello"}).encode(), kind=""),
    "blanks for a long time before events": Case(b" \r\n" * 5000 + stream(HELLO), kind=""),
    # Keep-alives
    "values that say nothing": Case(stream("null", "{}", "[]", '""', "true", "0", HELLO, "[null]", "[heartbeat]")),
    "events of other names": Case(
        b"event: heartbeat\ndata: {}\n\n" + events(HELLO) + b"event: ping\nid: 7\nretry: 10\n\n" + stream()
    ),
    "a message that is not an error": Case(
        stream('{"message": "queued", "code": 0}', HELLO, '{"status": "running", "message": "warm"}')
    ),
    # Errors
    "an event of an error in capitals": Case(events(HELLO) + b"event: ERROR \ndata: busy\n\n" + stream(), BROKEN),
    "an error without words in each chunk": Case(
        events(chunk("Hel", error=NO_ERROR), chunk("lo", "stop", error={}), '{"error": {"message": ""}}', "[DONE]")
    ),
    "an error in an array in an event": Case(events(HELLO, '[{"error": {"code": 500}}]', "[DONE]"), BROKEN),
    "an error of FastAPI": Case(events(HELLO, '{"detail": "Internal error"}', "[DONE]"), BROKEN),
    "an error of Cloudflare": Case(
        events(HELLO, '{"success": false, "errors": [{"code": 5007}], "result": {}}', "[DONE]"), BROKEN
    ),
    "an error of Baidu": Case(events(HELLO, '{"error_code": 336003, "error_msg": "no"}', "[DONE]"), BROKEN),
    "an error of Alibaba": Case(events(HELLO, '{"code": "InternalError", "message": "no"}', "[DONE]"), BROKEN),
    "an error of FastAPI alone": Case(b'{"detail": "Internal error"}', FAILED, JSON),
    "an error of another form that has a code": Case(
        events('{"code": "rate_limit_exceeded", "message": "slow down"}'), Expected("error", code="AI_OVERLOADED")
    ),
    "an error whose reason is in its details": Case(
        b'{"detail": "The model `x` does not exist"}', Expected("error", code="AI_MODEL_GONE"), JSON
    ),
    "nesting without an end": Case(events(f'{{"x": {DEEP}, "choices": []}}'), FAILED),
    "nesting without an end in the middle": Case(events(HELLO, f'{{"x": {DEEP}}}', "[DONE]"), BROKEN),
    "nesting without an end in JSON": Case(f'{{"error": {DEEP}}}'.encode(), FAILED, JSON),
    # Shapes
    "a delta that is a text": Case(stream('{"choices": [{"delta": "Hel"}]}', chunk("lo"))),
    "a message that is a text": Case(whole("Hello").encode(), kind=JSON),
    "a text beside an empty delta": Case(stream('{"choices": [{"delta": {}, "text": "Hello"}]}')),
    "a message beside an empty delta": Case(
        b'{"choices": [{"delta": {}, "message": {"content": "Hello"}, "finish_reason": "stop"}]}', kind=JSON
    ),
    "choices that are not a list": Case(stream('{"choices": {"delta": {"content": "Hello"}}}')),
    "pieces named messages": Case(events(piece("Hel"), piece("lo"), piece("", "stop"), "[DONE]")),
    "pieces named messages that break off": Case(events(piece("Hel"), piece("lo")), BROKEN),
    "pieces named messages in lines": Case(f"{piece('Hel')}\n{piece('lo', 'stop')}\n".encode(), kind=NDJSON),
    "the answer again as a message": Case(events(HELLO, piece("Hello", "stop"), "[DONE]")),
    "numbers that are none": Case(
        events('{"choices": [{"delta": {"content": "Hello"}, "logprobs": NaN}]}', END, "[DONE]")
    ),
    "bytes that are not UTF-8": Case(
        b'data: {"choices": [{"delta": {"content": "caf\xe9"}}]}\n\n' + stream(), complete("caf\ufffd")
    ),
    "an end in capitals": Case(events(HELLO, chunk(None, "STOP"))),
    "an end for lack of tokens": Case(events(HELLO, chunk(None, "MAX_TOKENS")), Expected("length", "Hello")),
    "counts that are none": Case(
        stream(HELLO, '{"choices": [], "usage": {"prompt_tokens": true, "completion_tokens": -1}}')
    ),
    # Reasoning
    "thinking of Gemini": Case(stream(chunk("<thought>Hm.</tho"), chunk("ught>Hello")), complete(reasoning="Hm.")),
    "thinking of Gemini without an answer": Case(
        stream(chunk("<thought>Hm.</thought>\n")), EMPTY._replace(reasoning="Hm.")
    ),
}
