"""Streams as services really send them, reduced from reports of their users: ends, usage and choices."""

import json
from typing import Any

from tests.chat.answers.bodies import (
    BROKEN,
    EMPTY,
    EVENTS,
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
THOUGHT = complete(reasoning="Hm.")
USAGE = '{"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}'
COUNTED = complete(usage=(7, 2))
CUT_OFF = Expected("length", "Hello")


def numbered(index: int, content: str | None, reason: str | None = None, /, **delta: Any) -> str:
    """Return a chunk with one choice of this index."""
    fields = delta if content is None else {"content": content, **delta}
    return json.dumps({"choices": [{"index": index, "delta": fields, "finish_reason": reason}]})


def growing(text: str, reason: str | None = None) -> str:
    """Return an event of Perplexity's, which repeats the whole message each time."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": reason}
    return json.dumps({"object": "chat.completion", "choices": [choice]})


def both(delta: Any, message: Any, reason: str | None = None) -> str:
    """Return an event with a piece and a whole message."""
    return json.dumps({"choices": [{"index": 0, "delta": delta, "message": message, "finish_reason": reason}]})


ENDING_CASES: dict[str, tuple[bytes, str, Expected]] = {
    **{
        f"{reason}, then a good end": (stream(HELLO, chunk(None, reason)), EVENTS, expected)
        for reason, expected in {
            "error": BROKEN,
            "insufficient_system_resource": BROKEN,
            "network_error": BROKEN,
            "MALFORMED_FUNCTION_CALL": BROKEN,
            "abort": BROKEN,
            "length": CUT_OFF,
            "content_filter": Expected("filtered", "Hello"),
        }.items()
    },
    **{
        f"{reason} alone": (events(HELLO, chunk(None, reason), "[DONE]"), EVENTS, expected)
        for expected, reasons in {
            complete(): (
                "Stop",
                "eos_token",
                "stop_sequence",
                "COMPLETE",
                "normal",
                "end_of_text",
                "eosFound",
                "stop ",
            ),
            CUT_OFF: ("token_limit", "model_context_window_exceeded", "maxPredictedTokensReached", "maximum_tokens"),
            Expected("filtered", "Hello"): ("sensitive", "refusal", "guardrail_intervened", "SPII", "content-filter"),
            BROKEN: ("cancelled", "OTHER", "load", "pause_turn", "time_limit", "FINISH_REASON_UNSPECIFIED", "異常"),
        }.items()
        for reason in reasons
    },
    **{
        f"{reason} of Google's enumeration": (stream(HELLO, chunk(None, reason)), EVENTS, expected)
        for reason, expected in {
            "FinishReason.STOP": complete(),
            "FINISH_REASON_MAX_TOKENS": CUT_OFF,
            "FINISH_REASON_SAFETY": Expected("filtered", "Hello"),
            "FINISH_REASON_OTHER": BROKEN,
        }.items()
    },
    "no reason yet, in watsonx's word": (events(chunk("Hel", "not_finished"), chunk("lo", "stop")), EVENTS, complete()),
    "a single tool call": (events(chunk(None, "TOOL_CALL"), "[DONE]"), EVENTS, EMPTY),
    "a reason under Google's name": (events(HELLO, chunk(None, None, choice_finishReason="STOP")), EVENTS, complete()),
    "a reason under Google's name beside text": (
        events(chunk("Hello", None, choice_finishReason="stop")),
        EVENTS,
        complete(),
    ),
    "a bad reason under Google's name beside text": (
        events(chunk("Hello", None, choice_finishReason="OTHER"), "[DONE]"),
        EVENTS,
        BROKEN,
    ),
    "a reason in the delta": (events(HELLO, chunk(None, None, delta_finish_reason="length")), EVENTS, CUT_OFF),
    "a reason under Anthropic's name": (
        events(HELLO, '{"choices": [{"index": 0, "delta": {}, "stop_reason": "end_turn"}]}'),
        EVENTS,
        complete(),
    ),
    "a reason beside no choices": (events(HELLO, '{"choices": [], "finish_reason": "stop"}'), EVENTS, complete()),
    "a bad reason beside no choices": (
        events(HELLO, '{"choices": [], "finish_reason": "error"}', "[DONE]"),
        EVENTS,
        BROKEN,
    ),
    "a reason under Google's name beside no choices": (
        events(HELLO, '{"choices": [], "finishReason": "STOP"}'),
        EVENTS,
        complete(),
    ),
    "a reason under Anthropic's name beside no choices": (
        events(HELLO, '{"choices": [], "stop_reason": "end_turn"}'),
        EVENTS,
        complete(),
    ),
    "a reason in details of the finish": (
        events(HELLO, '{"choices": [{"index": 0, "delta": {}, "finish_details": {"type": "max_tokens"}}]}'),
        EVENTS,
        CUT_OFF,
    ),
    "JSON lines with usage and no end": (f"{HELLO}\n{USAGE}\n".encode(), NDJSON, BROKEN),
    "an end with blanks": (events(HELLO, "[ DONE ]"), EVENTS, complete()),
    "an end in apostrophes": (events(HELLO, "'[DONE]'"), EVENTS, complete()),
    "an end without a field": (events(HELLO) + b"[DONE]\n\n", EVENTS, complete()),
    "an end behind JSON lines": (f"{HELLO}\n[DONE]\n".encode(), NDJSON, complete()),
    "an end behind JSON lines, as an event": (f"{HELLO}\n\ndata: [DONE]\n\n".encode(), JSON, complete()),
    "the word for an end in a text that breaks off": (
        json.dumps({"choices": [{"delta": {"content": "Hello"}}], "end": "[DONE]"}).encode(),
        JSON,
        BROKEN,
    ),
    "a reason that is a number": (events(chunk("Hello", 2), "[DONE]"), EVENTS, BROKEN),
    "a reason that is an object": (events(chunk("Hello", {"type": "stop"})), EVENTS, complete()),
    "no reason, of an odd type": (events(chunk("Hel", False), chunk("lo", 0), END), EVENTS, complete()),
    "a good end before the text": (
        events(chunk("", "stop", delta_role="assistant"), chunk("Hel"), chunk("lo"), END, "[DONE]"),
        EVENTS,
        complete(),
    ),
    "usage after the end": (events(HELLO, END, "[DONE]", USAGE), EVENTS, COUNTED),
    "usage before and after the end": (
        events(HELLO, END, '{"usage": {"prompt_tokens": 1, "completion_tokens": 1}}', "[DONE]", USAGE, "[DONE]"),
        EVENTS,
        COUNTED,
    ),
    "usage before the text": (stream(USAGE, HELLO), EVENTS, COUNTED),
    "text after the end": (events(HELLO, END, "[DONE]", chunk(" and more")), EVENTS, complete()),
    "a second end": (events(HELLO, END, "[DONE]", "[DONE]"), EVENTS, complete()),
    "a bracket too many": (stream(chunk("Hel") + "}", chunk("lo") + "]"), EVENTS, complete()),
    "a comment behind the JSON": (stream(f"{HELLO} // one"), EVENTS, complete()),
    "two events in one line": (events(f"{chunk('Hel')}data: {chunk('lo')}data: {END}data: [DONE]"), EVENTS, complete()),
    "two events in one line, one broken": (events(f'{HELLO}data: {{"choices": [{{"del', "[DONE]"), EVENTS, BROKEN),
    "an event broken off by an error": (
        b'data: {"choices": [{"delta": {"con\ndata: {"type": "error", "message": "stream_read_error"}\n\n',
        EVENTS,
        Expected("error", code="AI_ERROR"),
    ),
    "words behind a whole answer": (whole({"content": "Hello"}).encode() + b"\nServed by box 7.", JSON, complete()),
    "JSON lines and a good end in the middle": (f"{HELLO}\n{END}\n{USAGE}\n".encode(), NDJSON, COUNTED),
}

SHAPE_CASES: dict[str, tuple[bytes, str, Expected]] = {
    "a message beside an empty delta": (events(both({}, {"content": "Hello"}, "stop")), EVENTS, complete()),
    "a message beside a delta without text": (
        events(both({"role": "assistant", "content": ""}, {"role": "assistant", "content": "Hello"}, "stop")),
        EVENTS,
        complete(),
    ),
    "a message beside a delta without text, in JSON": (
        both({"role": "assistant", "content": ""}, {"content": "Hello"}, "stop").encode(),
        JSON,
        complete(),
    ),
    "a message that grows beside pieces": (
        events(
            both({"content": "Hel"}, {"content": "Hel"}),
            both({"content": "lo"}, {"content": "Hello"}),
            both({"content": ""}, {"content": "Hello"}, "stop"),
            "[DONE]",
        ),
        EVENTS,
        complete(),
    ),
    "a message that grows": (events(growing("Hel"), growing("Hello"), growing("Hello", "stop")), EVENTS, complete()),
    "a message with thinking that grows": (
        events(
            growing("<"),
            growing("<think>Hm."),
            growing("<think>Hm.</think>Hel"),
            growing("<think>Hm.</think>Hello"),
            END,
        ),
        EVENTS,
        THOUGHT,
    ),
    "a message that grows and breaks off": (events(growing("Hel"), growing("Hello")), EVENTS, BROKEN),
    "a message after thinking": (
        events(chunk(None, None, delta_reasoning="Hm."), both({}, {"content": "Hello", "reasoning": "Hm."}, "stop")),
        EVENTS,
        THOUGHT,
    ),
    "a completion in the response of a gateway": (
        f'{{"response": {whole({"content": "Hello"})}}}'.encode(),
        JSON,
        complete(),
    ),
    "a completion that is encoded twice": (json.dumps(whole({"content": "Hello"})).encode(), JSON, complete()),
    "choices with the index 1 only": (
        events(numbered(1, ""), numbered(1, "Hel"), numbered(1, "lo"), numbered(1, None, "stop")),
        EVENTS,
        complete(),
    ),
    "one choice with the index 1": (events(numbered(1, "Hello", "stop")), EVENTS, complete()),
    "one choice with the index 1, then the end": (events(numbered(1, "Hello"), "[DONE]"), EVENTS, complete()),
    "the index of a block: thinking 0, text 1": (
        events(numbered(0, None, reasoning="Hm."), numbered(1, "Hel"), numbered(1, "lo"), "[DONE]"),
        EVENTS,
        THOUGHT,
    ),
    "another choice first": (
        events(numbered(1, "Bye"), numbered(0, "Hello"), numbered(1, "."), END),
        EVENTS,
        complete(),
    ),
    "choices in turn": (
        events(*(numbered(n, text) for text in ("Hel", "lo") for n in (0, 1)), END),
        EVENTS,
        complete(),
    ),
    "Azure's chunk without a delta": (
        stream(
            HELLO, '{"choices": [{"index": 0, "finish_reason": null, "content_filter_offsets": {}}], "usage": null}'
        ),
        EVENTS,
        complete(),
    ),
    "an empty role": (stream(chunk("Hello", None, delta_role="")), EVENTS, complete()),
    "a delta that is null at the end": (
        events(HELLO, '{"choices": [{"index": 0, "delta": null, "finish_reason": "stop"}]}'),
        EVENTS,
        complete(),
    ),
    "Cloudflare's own stream": (
        events('{"response": "Hel", "p": "x"}', '{"response": "lo"}', "[DONE]"),
        EVENTS,
        complete(),
    ),
    "Cloudflare's own stream breaks off": (events('{"response": "Hello"}'), EVENTS, BROKEN),
    "Cloudflare's own answer": (b'{"result": {"response": "Hello"}, "success": true, "errors": []}', JSON, complete()),
    "a completion within the result": (
        f'{{"success": true, "result": {whole({"content": "Hello"})}}}'.encode(),
        JSON,
        complete(),
    ),
    "chunks within the data of a gateway": (
        stream(f'{{"code": 0, "msg": "ok", "data": {HELLO}}}'),
        EVENTS,
        complete(),
    ),
    "an answer of Alibaba's own API": (
        json.dumps({"output": json.loads(whole({"content": "Hello"})), "usage": json.loads(USAGE)["usage"]}).encode(),
        JSON,
        COUNTED,
    ),
    "chunks that are encoded twice": (
        events(json.dumps(chunk("Hel", error=None)), json.dumps(chunk("lo")), json.dumps(END), '"[DONE]"'),
        EVENTS,
        complete(),
    ),
    "a content that is an object": (stream(chunk({"type": "text", "text": "Hello"})), EVENTS, complete()),
    "a content that is a number": (stream(chunk(4), chunk(2)), EVENTS, complete("42")),
    "a tool that the service runs itself": (
        stream(chunk(None, None, delta_tool_calls=[{"index": 0}]), chunk(None, "tool_calls"), HELLO),
        EVENTS,
        complete(),
    ),
}
