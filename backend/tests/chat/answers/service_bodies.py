"""Streams as services really send them, reduced from reports of their users: ends, usage and choices."""

import json
from typing import Any

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


ENDING_CASES: dict[str, Case] = {
    **{
        f"{reason}, then a good end": Case(stream(HELLO, chunk(None, reason)), expected)
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
        f"{reason} alone": Case(events(HELLO, chunk(None, reason), "[DONE]"), expected)
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
        f"{reason} of Google's enumeration": Case(stream(HELLO, chunk(None, reason)), expected)
        for reason, expected in {
            "FinishReason.STOP": complete(),
            "FINISH_REASON_MAX_TOKENS": CUT_OFF,
            "FINISH_REASON_SAFETY": Expected("filtered", "Hello"),
            "FINISH_REASON_OTHER": BROKEN,
        }.items()
    },
    "no reason yet, in watsonx's word": Case(events(chunk("Hel", "not_finished"), chunk("lo", "stop"))),
    "a single tool call": Case(events(chunk(None, "TOOL_CALL"), "[DONE]"), EMPTY),
    "a reason under Google's name": Case(events(HELLO, chunk(None, None, choice_finishReason="STOP"))),
    "a reason under Google's name beside text": Case(events(chunk("Hello", None, choice_finishReason="stop"))),
    "a bad reason under Google's name beside text": Case(
        events(chunk("Hello", None, choice_finishReason="OTHER"), "[DONE]"), BROKEN
    ),
    "a reason in the delta": Case(events(HELLO, chunk(None, None, delta_finish_reason="length")), CUT_OFF),
    "a reason under Anthropic's name": Case(
        events(HELLO, '{"choices": [{"index": 0, "delta": {}, "stop_reason": "end_turn"}]}')
    ),
    "a reason beside no choices": Case(events(HELLO, '{"choices": [], "finish_reason": "stop"}')),
    "a bad reason beside no choices": Case(
        events(HELLO, '{"choices": [], "finish_reason": "error"}', "[DONE]"), BROKEN
    ),
    "a reason under Google's name beside no choices": Case(events(HELLO, '{"choices": [], "finishReason": "STOP"}')),
    "a reason under Anthropic's name beside no choices": Case(
        events(HELLO, '{"choices": [], "stop_reason": "end_turn"}')
    ),
    "a reason in details of the finish": Case(
        events(HELLO, '{"choices": [{"index": 0, "delta": {}, "finish_details": {"type": "max_tokens"}}]}'), CUT_OFF
    ),
    "JSON lines with usage and no end": Case(f"{HELLO}\n{USAGE}\n".encode(), BROKEN, NDJSON),
    "an end with blanks": Case(events(HELLO, "[ DONE ]")),
    "an end in apostrophes": Case(events(HELLO, "'[DONE]'")),
    "an end without a field": Case(events(HELLO) + b"[DONE]\n\n"),
    "an end behind JSON lines": Case(f"{HELLO}\n[DONE]\n".encode(), kind=NDJSON),
    "an end behind JSON lines, as an event": Case(f"{HELLO}\n\ndata: [DONE]\n\n".encode(), kind=JSON),
    "the word for an end in a text that breaks off": Case(
        json.dumps({"choices": [{"delta": {"content": "Hello"}}], "end": "[DONE]"}).encode(), BROKEN, JSON
    ),
    "a reason that is a number": Case(events(chunk("Hello", 2), "[DONE]"), BROKEN),
    "a reason that is an object": Case(events(chunk("Hello", {"type": "stop"}))),
    "no reason, of an odd type": Case(events(chunk("Hel", False), chunk("lo", 0), END)),
    "a good end before the text": Case(
        events(chunk("", "stop", delta_role="assistant"), chunk("Hel"), chunk("lo"), END, "[DONE]")
    ),
    "usage after the end": Case(events(HELLO, END, "[DONE]", USAGE), COUNTED),
    "usage before and after the end": Case(
        events(HELLO, END, '{"usage": {"prompt_tokens": 1, "completion_tokens": 1}}', "[DONE]", USAGE, "[DONE]"),
        COUNTED,
    ),
    "usage before the text": Case(stream(USAGE, HELLO), COUNTED),
    "text after the end": Case(events(HELLO, END, "[DONE]", chunk(" and more"))),
    "a second end": Case(events(HELLO, END, "[DONE]", "[DONE]")),
    "a bracket too many": Case(stream(chunk("Hel") + "}", chunk("lo") + "]")),
    "a comment behind the JSON": Case(stream(f"{HELLO} // one")),
    "two events in one line": Case(events(f"{chunk('Hel')}data: {chunk('lo')}data: {END}data: [DONE]")),
    "two events in one line, one broken": Case(events(f'{HELLO}data: {{"choices": [{{"del', "[DONE]"), BROKEN),
    "an event broken off by an error": Case(
        b'data: {"choices": [{"delta": {"con\ndata: {"type": "error", "message": "stream_read_error"}\n\n',
        FAILED,
    ),
    "words behind a whole answer": Case(whole({"content": "Hello"}).encode() + b"\nServed by box 7.", kind=JSON),
    "JSON lines and a good end in the middle": Case(f"{HELLO}\n{END}\n{USAGE}\n".encode(), COUNTED, NDJSON),
}

SHAPE_CASES: dict[str, Case] = {
    "a message beside an empty delta": Case(events(both({}, {"content": "Hello"}, "stop"))),
    "a message beside a delta without text": Case(
        events(both({"role": "assistant", "content": ""}, {"role": "assistant", "content": "Hello"}, "stop"))
    ),
    "a message beside a delta without text, in JSON": Case(
        both({"role": "assistant", "content": ""}, {"content": "Hello"}, "stop").encode(), kind=JSON
    ),
    "a message that grows beside pieces": Case(
        events(
            both({"content": "Hel"}, {"content": "Hel"}),
            both({"content": "lo"}, {"content": "Hello"}),
            both({"content": ""}, {"content": "Hello"}, "stop"),
            "[DONE]",
        )
    ),
    "a message that grows": Case(events(growing("Hel"), growing("Hello"), growing("Hello", "stop"))),
    "a message with thinking that grows": Case(
        events(
            growing("<"),
            growing("<think>Hm."),
            growing("<think>Hm.</think>Hel"),
            growing("<think>Hm.</think>Hello"),
            END,
        ),
        THOUGHT,
    ),
    "a message that grows and breaks off": Case(events(growing("Hel"), growing("Hello")), BROKEN),
    "a message after thinking": Case(
        events(chunk(None, None, delta_reasoning="Hm."), both({}, {"content": "Hello", "reasoning": "Hm."}, "stop")),
        THOUGHT,
    ),
    "a completion in the response of a gateway": Case(
        f'{{"response": {whole({"content": "Hello"})}}}'.encode(), kind=JSON
    ),
    "a completion that is encoded twice": Case(json.dumps(whole({"content": "Hello"})).encode(), kind=JSON),
    "choices with the index 1 only": Case(
        events(numbered(1, ""), numbered(1, "Hel"), numbered(1, "lo"), numbered(1, None, "stop"))
    ),
    "one choice with the index 1": Case(events(numbered(1, "Hello", "stop"))),
    "one choice with the index 1, then the end": Case(events(numbered(1, "Hello"), "[DONE]")),
    "the index of a block: thinking 0, text 1": Case(
        events(numbered(0, None, reasoning="Hm."), numbered(1, "Hel"), numbered(1, "lo"), "[DONE]"), THOUGHT
    ),
    "another choice first": Case(events(numbered(1, "Bye"), numbered(0, "Hello"), numbered(1, "."), END)),
    "choices in turn": Case(events(*(numbered(n, text) for text in ("Hel", "lo") for n in (0, 1)), END)),
    "Azure's chunk without a delta": Case(
        stream(HELLO, '{"choices": [{"index": 0, "finish_reason": null, "content_filter_offsets": {}}], "usage": null}')
    ),
    "an empty role": Case(stream(chunk("Hello", None, delta_role=""))),
    "a delta that is null at the end": Case(
        events(HELLO, '{"choices": [{"index": 0, "delta": null, "finish_reason": "stop"}]}')
    ),
    "Cloudflare's own stream": Case(events('{"response": "Hel", "p": "x"}', '{"response": "lo"}', "[DONE]")),
    "Cloudflare's own stream breaks off": Case(events('{"response": "Hello"}'), BROKEN),
    "Cloudflare's own answer": Case(b'{"result": {"response": "Hello"}, "success": true, "errors": []}', kind=JSON),
    "a completion within the result": Case(
        f'{{"success": true, "result": {whole({"content": "Hello"})}}}'.encode(), kind=JSON
    ),
    "chunks within the data of a gateway": Case(stream(f'{{"code": 0, "msg": "ok", "data": {HELLO}}}')),
    "an answer of Alibaba's own API": Case(
        json.dumps({"output": json.loads(whole({"content": "Hello"})), "usage": json.loads(USAGE)["usage"]}).encode(),
        COUNTED,
        JSON,
    ),
    "chunks that are encoded twice": Case(
        events(json.dumps(chunk("Hel", error=None)), json.dumps(chunk("lo")), json.dumps(END), '"[DONE]"')
    ),
    "a content that is an object": Case(stream(chunk({"type": "text", "text": "Hello"}))),
    "a content that is a number": Case(stream(chunk(4), chunk(2)), complete("42")),
    "a tool that the service runs itself": Case(
        stream(chunk(None, None, delta_tool_calls=[{"index": 0}]), chunk(None, "tool_calls"), HELLO)
    ),
}
