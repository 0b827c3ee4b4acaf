"""Answers in the shapes of other APIs than OpenAI's, whole and as streams: some gateways pass them on as they come."""

import json
from typing import Any

from tests.chat.answers.bodies import BROKEN, EMPTY, JSON, NDJSON, Case, Expected, complete, events

COUNTED = complete(usage=(7, 2))
THOUGHT = complete(reasoning="Hm.", usage=(7, 2))
CUT_OFF = Expected("length", "Hello", usage=(7, 2))
FILTERED = Expected("filtered", "Hello", usage=(7, 2))


def named(*data: dict[str, Any]) -> bytes:
    """Return a stream whose events have the names of their types, as Anthropic and Cohere send them."""
    return "".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in data).encode()


# Anthropic's Messages


def message(*content: dict[str, Any], reason: str | None = "end_turn") -> bytes:
    usage = {"input_tokens": 7, "output_tokens": 2}
    fields = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "stop_sequence": None}
    return json.dumps({**fields, "content": content, "stop_reason": reason, "usage": usage}).encode()


def block(index: int, kind: str, *deltas: dict[str, Any]) -> list[dict[str, Any]]:
    started = {"type": kind, "text" if kind == "text" else "thinking": ""}
    return [
        {"type": "content_block_start", "index": index, "content_block": started},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def ending(reason: str) -> list[dict[str, Any]]:
    delta = {"stop_reason": reason, "stop_sequence": None}
    return [{"type": "message_delta", "delta": delta, "usage": {"output_tokens": 2}}, {"type": "message_stop"}]


TEXT = {"type": "text", "text": "Hello"}
BEGINNING = {
    "type": "message_start",
    "message": {"type": "message", "content": [], "usage": {"input_tokens": 7, "output_tokens": 1}},
}
HELLO = block(0, "text", {"type": "text_delta", "text": "Hel"}, {"type": "text_delta", "text": "lo"})
THINKING = block(
    0, "thinking", {"type": "thinking_delta", "thinking": "Hm."}, {"type": "signature_delta", "signature": "c2ln"}
)
TOOL = [
    {"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "name": "f", "input": {}}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": '{"text": 1}'}},
]
OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}

_ANTHROPIC: dict[str, Case] = {
    "a whole answer": Case(message(TEXT), COUNTED, JSON),
    "a whole answer with thinking": Case(message({"type": "thinking", "thinking": "Hm."}, TEXT), THOUGHT, JSON),
    "a whole answer that is cut off": Case(message(TEXT, reason="max_tokens"), CUT_OFF, JSON),
    "a whole answer that is a refusal": Case(message(TEXT, reason="refusal"), FILTERED, JSON),
    "a whole answer of nothing": Case(message(), EMPTY, JSON),
    "a whole answer without a reason": Case(message(TEXT, reason=None), BROKEN, JSON),
    "a whole answer, a tool call only": Case(
        message({"type": "tool_use", "input": {}}, reason="tool_use"), EMPTY, JSON
    ),
    "a whole answer with the result of a tool": Case(
        message({"type": "tool_result", "content": "x"}, TEXT), COUNTED, JSON
    ),
    "a stream": Case(named(BEGINNING, {"type": "ping"}, *HELLO, *ending("end_turn")), COUNTED),
    "a stream without names": Case(events(*map(json.dumps, [BEGINNING, *HELLO, *ending("end_turn")])), COUNTED),
    "a stream with thinking": Case(named(BEGINNING, *THINKING, *HELLO, *ending("end_turn")), THOUGHT),
    "a stream that is cut off": Case(named(BEGINNING, *HELLO, *ending("max_tokens")), CUT_OFF),
    "a stream of a tool call": Case(named(BEGINNING, *TOOL, *ending("tool_use")), EMPTY),
    "a stream that breaks off": Case(named(BEGINNING, *HELLO), BROKEN),
    "a stream with an error": Case(named(BEGINNING, *HELLO, OVERLOADED), BROKEN),
    "an error": Case(named(OVERLOADED), Expected("error", code="AI_OVERLOADED")),
}

# Gemini's `generateContent`


def candidate(*parts: dict[str, Any], reason: str | None = None, **more: Any) -> str:
    one = {"content": {"parts": parts, "role": "model"}, "index": 0} | ({"finishReason": reason} if reason else {})
    return json.dumps({"candidates": [one], "modelVersion": "m", **more})


COUNTS = {"promptTokenCount": 7, "candidatesTokenCount": 2, "totalTokenCount": 9}
LAST = candidate({"text": "lo"}, reason="STOP", usageMetadata=COUNTS)

_GEMINI: dict[str, Case] = {
    "a whole answer": Case(candidate({"text": "Hello"}, reason="STOP", usageMetadata=COUNTS).encode(), COUNTED, JSON),
    "a whole answer within a response": Case(
        f'{{"response": {candidate({"text": "Hello"}, reason="STOP")}}}'.encode(), kind=JSON
    ),
    "a stream": Case(events(candidate({"text": "Hel"}), LAST), COUNTED),
    "a stream as an array": Case(f"[{candidate({'text': 'Hel'})},\n{LAST}]".encode(), COUNTED, JSON),
    "a stream with thinking": Case(
        events(
            candidate({"text": "Hm.", "thought": True}),
            candidate(
                {"text": "Hello"},
                reason="STOP",
                usageMetadata={"promptTokenCount": 7, "candidatesTokenCount": 1, "thoughtsTokenCount": 1},
            ),
        ),
        THOUGHT,
    ),
    "a stream that breaks off": Case(events(candidate({"text": "Hello"})), BROKEN),
    "an answer that is cut off": Case(
        events(candidate({"text": "Hello"}, reason="MAX_TOKENS")), CUT_OFF._replace(usage=None)
    ),
    "an answer that is blocked": Case(
        events(candidate({"text": "Hello"}, reason="SAFETY")), FILTERED._replace(usage=None)
    ),
    "an answer of another kind of end": Case(candidate({"text": "Hello"}, reason="OTHER").encode(), BROKEN, JSON),
    "an answer of nothing": Case(events(candidate(reason="STOP")), EMPTY),
    "a prompt that is blocked": Case(b'{"promptFeedback": {"blockReason": "SAFETY"}}', Expected("filtered"), JSON),
}

# Cohere's Chat


def piece(kind: str, **content: Any) -> dict[str, Any]:
    return {"type": f"content-{kind}", "index": 0, "delta": {"message": {"content": content}}}


TOKENS = {"billed_units": {"input_tokens": 5, "output_tokens": 1}, "tokens": {"input_tokens": 7, "output_tokens": 2}}
STARTED = {"type": "message-start", "delta": {"message": {"role": "assistant", "content": []}}}
ENDED = {"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": TOKENS}}
PIECES = [piece("start", type="text", text=""), piece("delta", text="Hel"), piece("delta", text="lo")]


def cohere(reason: str) -> bytes:
    message_fields = {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]}
    return json.dumps({"id": "x", "message": message_fields, "finish_reason": reason, "usage": TOKENS}).encode()


_COHERE: dict[str, Case] = {
    "a whole answer": Case(cohere("COMPLETE"), COUNTED, JSON),
    "a whole answer that is cut off": Case(cohere("MAX_TOKENS"), CUT_OFF, JSON),
    "a whole answer that failed": Case(cohere("ERROR"), BROKEN, JSON),
    "a stream": Case(named(STARTED, *PIECES, {"type": "content-end", "index": 0}, ENDED), COUNTED),
    "a stream of lines": Case("\n".join(map(json.dumps, [STARTED, *PIECES, ENDED])).encode(), COUNTED, NDJSON),
    "a stream with thinking": Case(
        named(STARTED, piece("start", type="thinking", thinking=""), piece("delta", thinking="Hm."), *PIECES, ENDED),
        THOUGHT,
    ),
    "a stream that breaks off": Case(named(STARTED, *PIECES), BROKEN),
    "a stream that failed": Case(
        named(STARTED, *PIECES, {"type": "message-end", "delta": {"finish_reason": "ERROR", "error": "boom"}}), BROKEN
    ),
}

# Ollama's `/api/generate`, and a proxy that leaves out `done`; test_odd_streams.py has `/api/chat`

_OLLAMA: dict[str, Case] = {
    "generated text": Case(
        b'{"response": "Hello", "done": false}\n{"done": true, "prompt_eval_count": 7, "eval_count": 2}\n',
        COUNTED,
        NDJSON,
    ),
    "an answer that does not say that it is done": Case(b'{"message": {"content": "Hello"}}', BROKEN, JSON),
}

NATIVE_CASES: dict[str, Case] = {
    f"{whose}: {name}": case
    for whose, cases in {"Anthropic": _ANTHROPIC, "Gemini": _GEMINI, "Cohere": _COHERE, "Ollama": _OLLAMA}.items()
    for name, case in cases.items()
}
