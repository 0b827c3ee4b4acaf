"""Answers in the shapes of other APIs than OpenAI's, whole and as streams: some gateways pass them on as they come."""

import json
from typing import Any

from tests.chat.answers.bodies import BROKEN, EMPTY, EVENTS, JSON, NDJSON, Expected, complete, events

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

_ANTHROPIC: dict[str, tuple[bytes, str, Expected]] = {
    "a whole answer": (message(TEXT), JSON, COUNTED),
    "a whole answer with thinking": (message({"type": "thinking", "thinking": "Hm."}, TEXT), JSON, THOUGHT),
    "a whole answer that is cut off": (message(TEXT, reason="max_tokens"), JSON, CUT_OFF),
    "a whole answer that is a refusal": (message(TEXT, reason="refusal"), JSON, FILTERED),
    "a whole answer of nothing": (message(), JSON, EMPTY),
    "a whole answer without a reason": (message(TEXT, reason=None), JSON, BROKEN),
    "a whole answer, a tool call only": (message({"type": "tool_use", "input": {}}, reason="tool_use"), JSON, EMPTY),
    "a whole answer with the result of a tool": (message({"type": "tool_result", "content": "x"}, TEXT), JSON, COUNTED),
    "a stream": (named(BEGINNING, {"type": "ping"}, *HELLO, *ending("end_turn")), EVENTS, COUNTED),
    "a stream without names": (
        events(*map(json.dumps, [BEGINNING, *HELLO, *ending("end_turn")])),
        EVENTS,
        COUNTED,
    ),
    "a stream with thinking": (named(BEGINNING, *THINKING, *HELLO, *ending("end_turn")), EVENTS, THOUGHT),
    "a stream that is cut off": (named(BEGINNING, *HELLO, *ending("max_tokens")), EVENTS, CUT_OFF),
    "a stream of a tool call": (named(BEGINNING, *TOOL, *ending("tool_use")), EVENTS, EMPTY),
    "a stream that breaks off": (named(BEGINNING, *HELLO), EVENTS, BROKEN),
    "a stream with an error": (named(BEGINNING, *HELLO, OVERLOADED), EVENTS, BROKEN),
    "an error": (named(OVERLOADED), EVENTS, Expected("error", code="AI_OVERLOADED")),
}

# Gemini's `generateContent`


def candidate(*parts: dict[str, Any], reason: str | None = None, **more: Any) -> str:
    one = {"content": {"parts": parts, "role": "model"}, "index": 0} | ({"finishReason": reason} if reason else {})
    return json.dumps({"candidates": [one], "modelVersion": "m", **more})


COUNTS = {"promptTokenCount": 7, "candidatesTokenCount": 2, "totalTokenCount": 9}
LAST = candidate({"text": "lo"}, reason="STOP", usageMetadata=COUNTS)

_GEMINI: dict[str, tuple[bytes, str, Expected]] = {
    "a whole answer": (candidate({"text": "Hello"}, reason="STOP", usageMetadata=COUNTS).encode(), JSON, COUNTED),
    "a whole answer within a response": (
        f'{{"response": {candidate({"text": "Hello"}, reason="STOP")}}}'.encode(),
        JSON,
        complete(),
    ),
    "a stream": (events(candidate({"text": "Hel"}), LAST), EVENTS, COUNTED),
    "a stream as an array": (f"[{candidate({'text': 'Hel'})},\n{LAST}]".encode(), JSON, COUNTED),
    "a stream with thinking": (
        events(
            candidate({"text": "Hm.", "thought": True}),
            candidate(
                {"text": "Hello"},
                reason="STOP",
                usageMetadata={"promptTokenCount": 7, "candidatesTokenCount": 1, "thoughtsTokenCount": 1},
            ),
        ),
        EVENTS,
        THOUGHT,
    ),
    "a stream that breaks off": (events(candidate({"text": "Hello"})), EVENTS, BROKEN),
    "an answer that is cut off": (
        events(candidate({"text": "Hello"}, reason="MAX_TOKENS")),
        EVENTS,
        CUT_OFF._replace(usage=None),
    ),
    "an answer that is blocked": (
        events(candidate({"text": "Hello"}, reason="SAFETY")),
        EVENTS,
        FILTERED._replace(usage=None),
    ),
    "an answer of another kind of end": (candidate({"text": "Hello"}, reason="OTHER").encode(), JSON, BROKEN),
    "an answer of nothing": (events(candidate(reason="STOP")), EVENTS, EMPTY),
    "a prompt that is blocked": (b'{"promptFeedback": {"blockReason": "SAFETY"}}', JSON, Expected("filtered")),
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


_COHERE: dict[str, tuple[bytes, str, Expected]] = {
    "a whole answer": (cohere("COMPLETE"), JSON, COUNTED),
    "a whole answer that is cut off": (cohere("MAX_TOKENS"), JSON, CUT_OFF),
    "a whole answer that failed": (cohere("ERROR"), JSON, BROKEN),
    "a stream": (named(STARTED, *PIECES, {"type": "content-end", "index": 0}, ENDED), EVENTS, COUNTED),
    "a stream of lines": ("\n".join(map(json.dumps, [STARTED, *PIECES, ENDED])).encode(), NDJSON, COUNTED),
    "a stream with thinking": (
        named(STARTED, piece("start", type="thinking", thinking=""), piece("delta", thinking="Hm."), *PIECES, ENDED),
        EVENTS,
        THOUGHT,
    ),
    "a stream that breaks off": (named(STARTED, *PIECES), EVENTS, BROKEN),
    "a stream that failed": (
        named(STARTED, *PIECES, {"type": "message-end", "delta": {"finish_reason": "ERROR", "error": "boom"}}),
        EVENTS,
        BROKEN,
    ),
}

# Ollama's `/api/generate`, and a proxy that leaves out `done`; test_odd_streams.py has `/api/chat`

_OLLAMA: dict[str, tuple[bytes, str, Expected]] = {
    "generated text": (
        b'{"response": "Hello", "done": false}\n{"done": true, "prompt_eval_count": 7, "eval_count": 2}\n',
        NDJSON,
        COUNTED,
    ),
    "an answer that does not say that it is done": (b'{"message": {"content": "Hello"}}', JSON, BROKEN),
}

NATIVE_CASES: dict[str, tuple[bytes, str, Expected]] = {
    f"{whose}: {name}": case
    for whose, cases in {"Anthropic": _ANTHROPIC, "Gemini": _GEMINI, "Cohere": _COHERE, "Ollama": _OLLAMA}.items()
    for name, case in cases.items()
}
