"""Bodies of services that no document describes."""

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
    ollama,
    stream,
    whole,
)

LONG = "x" * (1 << 21)

ODD_CASES: dict[str, tuple[bytes, str, Expected]] = {
    # Lines
    "only CR ends lines": (stream(HELLO, end="\r\r"), EVENTS, complete()),
    "a byte order mark": (b"\xef\xbb\xbf" + stream(HELLO), EVENTS, complete()),
    "one JSON in several data lines": (
        b'data: {"choices": [{"index": 0,\ndata:  "delta": {"content": "Hello"}}]}\n\n' + stream(),
        EVENTS,
        complete(),
    ),
    "a huge comment": (f": {LONG}\n\n".encode() + stream(HELLO), EVENTS, complete()),
    "a picture in the delta": (stream(chunk("Hello", None, delta_images=[LONG])), EVENTS, complete()),
    "a huge comment in the middle": (events(HELLO) + f":{LONG}\n".encode() + stream(), EVENTS, complete()),
    "JSON lines in an event stream": (f"{HELLO}\n{chunk(None, 'stop')}\n".encode(), EVENTS, complete()),
    "JSON lines": (f"{HELLO}\n{chunk(None, 'stop')}\n".encode(), NDJSON, complete()),
    "JSON objects without anything between": (f"{HELLO}{chunk(None, 'stop')}".encode(), JSON, complete()),
    "JSON objects that have no end": (HELLO.encode(), JSON, BROKEN),
    "JSON lines that break off": (f"{HELLO}\n".encode() + b'{"choices": [{"del', NDJSON, BROKEN),
    "chunks in an array": (f"[{HELLO},{chunk(None, 'stop')}]".encode(), JSON, complete()),
    "an event of too many parts": (stream(chunk("Hello", None, x=[[]] * 100_000)), EVENTS, FAILED),
    "JSON of too many parts": (json.dumps([[]] * 300_000).encode(), JSON, FAILED),
    "an error in an array": (b'[{"error": {"code": 400, "message": "no"}}]', JSON, FAILED),
    "done in small letters": (events(HELLO, "[done]"), EVENTS, complete()),
    "no done": (events(HELLO, chunk(None, "stop")), EVENTS, complete()),
    "nothing but the end of the connection": (events(HELLO), EVENTS, BROKEN),
    # Ollama's own API
    "Ollama's own stream": (
        "\n".join(
            [ollama("Hel"), ollama("lo"), ollama("", done=True, done_reason="stop", prompt_eval_count=7, eval_count=2)]
        ).encode(),
        NDJSON,
        complete(usage=(7, 2)),
    ),
    "Ollama's thinking": (
        "\n".join(
            [
                json.dumps({"message": {"content": "", "thinking": "Hm."}, "done": False}),
                ollama("Hello"),
                ollama("", done=True),
            ]
        ).encode(),
        NDJSON,
        complete(reasoning="Hm."),
    ),
    "Ollama's own stream breaks off": (ollama("Hello").encode(), NDJSON, BROKEN),
    "Ollama's whole answer": (ollama("Hello", done=True, done_reason="stop").encode(), JSON, complete()),
    "Ollama's error in the middle": (
        f'{ollama("Hello")}\n{{"error": "model runner stopped"}}'.encode(),
        NDJSON,
        BROKEN,
    ),
    "Ollama's own chunks as events": (events(ollama("Hello"), ollama("", done=True)), EVENTS, complete()),
    # Errors
    "an error before the text": (events('{"error": {"message": "no"}}', HELLO, "[DONE]"), EVENTS, FAILED),
    "an error after the text": (events(HELLO, '{"error": {"message": "no"}}', "[DONE]"), EVENTS, BROKEN),
    "an error after the finish": (events(HELLO, chunk(None, "stop"), '{"error": "no"}'), EVENTS, BROKEN),
    "an error with the text": (events(chunk("Hello", error={"code": 502}), "[DONE]"), EVENTS, BROKEN),
    "an error in the choice": (events(HELLO, chunk(None, None, choice_error={"code": 502}), "[DONE]"), EVENTS, BROKEN),
    "an error that is only a type": (events(HELLO, '{"type": "error"}', "[DONE]"), EVENTS, BROKEN),
    "an event of an error without data": (events(HELLO) + b"event: error\n\n" + stream(), EVENTS, BROKEN),
    "an event of an error that is done": (events(HELLO) + b"event: error\ndata: [DONE]\n\n", EVENTS, BROKEN),
    "an error outside of the events": (events(HELLO) + b'{"error": "no"}\n\ndata: [DONE]\n\n', EVENTS, BROKEN),
    "an error in words": (events(HELLO, "[ERROR] upstream", "[DONE]"), EVENTS, BROKEN),
    "JSON that breaks off": (events(HELLO, '{"choices": [{"delta": {"con', "[DONE]"), EVENTS, BROKEN),
    "an unknown end": (events(HELLO, chunk(None, "overheated"), "[DONE]"), EVENTS, BROKEN),
    "HTML with 200": (b"<html><body>Sign in</body></html>", EVENTS, Expected("error", code="AI_UNREACHABLE")),
    # Ends
    "an error, then a good end": (stream(HELLO, chunk(None, "error")), EVENTS, BROKEN),
    "an unknown end, then a good one": (stream(HELLO, chunk(None, "network_error")), EVENTS, BROKEN),
    "a good end, then an error": (events(HELLO, chunk(None, "stop"), chunk(None, "error"), "[DONE]"), EVENTS, BROKEN),
    "cut off, then a good end": (stream(HELLO, chunk(None, "length")), EVENTS, Expected("length", "Hello")),
    "an error, then a good end in JSON lines": (
        f"{HELLO}\n{chunk(None, 'error')}\n{chunk(None, 'stop')}\n".encode(),
        NDJSON,
        BROKEN,
    ),
    "no reason until the end": (
        events(chunk("Hel", "null"), chunk("lo", "null"), chunk(None, "stop")),
        EVENTS,
        complete(),
    ),
    "tool calls only": (events(chunk(None, "tool_calls", delta_tool_calls=[{"index": 0}]), "[DONE]"), EVENTS, EMPTY),
    "a function call only": (events(chunk(None, "function_call", delta_function_call={}), "[DONE]"), EVENTS, EMPTY),
    "thinking, then a tool call": (
        events(chunk(None, None, delta_reasoning="Hm."), chunk(None, "tool_calls"), "[DONE]"),
        EVENTS,
        EMPTY._replace(reasoning="Hm."),
    ),
    "a stream of nothing": (events("[DONE]"), EVENTS, EMPTY),
    "no choices": (stream(HELLO, '{"choices": []}', '{"choices": null}'), EVENTS, complete()),
    "no delta": (stream('{"choices": [{"index": 0, "delta": null}]}', HELLO), EVENTS, complete()),
    "a choice that is null": (stream('{"choices": [null]}', HELLO), EVENTS, complete()),
    "a second choice": (stream(HELLO, chunk("Bye", None, choice_index=1)), EVENTS, complete()),
    "a whole answer of two choices": (
        json.dumps(
            {
                "choices": [
                    {"index": 1, "message": {"content": "Bye"}, "finish_reason": "stop"},
                    {"index": 0, "message": {"content": "Hello"}, "finish_reason": "stop"},
                ]
            }
        ).encode(),
        JSON,
        complete(),
    ),
    "a whole answer as an event, without an end": (events(whole({"content": "Hello"})), EVENTS, complete()),
    "a whole answer without choices": (b'{"object": "chat.completion", "choices": []}', JSON, EMPTY),
    "a whole answer without a message": (whole(None).encode(), JSON, EMPTY),
    # Text
    "the text of old completions": (
        events('{"choices": [{"index": 0, "text": "Hello"}]}', '{"choices": [{"text": "", "finish_reason": "stop"}]}'),
        EVENTS,
        complete(),
    ),
    "a list of parts": (
        stream(
            chunk(
                [
                    {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
                    {"type": "text", "text": "Hel"},
                    "l",
                    {"type": "text", "text": {"value": "o"}},
                    {"type": "image_url", "image_url": {"url": "data:,"}},
                    None,
                ]
            )
        ),
        EVENTS,
        complete(reasoning="Hm."),
    ),
    "a refusal": (stream(chunk(None, None, delta_refusal="I cannot.")), EVENTS, complete("I cannot.")),
    "a surrogate in two chunks": (
        events(r'{"choices":[{"delta":{"content":"\ud83d"}}]}', r'{"choices":[{"delta":{"content":"\ude00"}}]}')
        + stream(),
        EVENTS,
        complete("😀"),
    ),
    "a lone surrogate": (
        events(r'{"choices":[{"delta":{"content":"a\ud83d"}}]}', chunk("b")) + stream(),
        EVENTS,
        complete("a�b"),
    ),
    # Usage
    "usage as strings": (
        stream(HELLO, '{"choices": [], "usage": {"prompt_tokens": "7", "completion_tokens": "2.0"}}'),
        EVENTS,
        complete(usage=(7, 2)),
    ),
    "usage in every chunk": (
        stream(
            chunk("Hel", usage={"prompt_tokens": 7, "completion_tokens": 1}),
            chunk("lo", usage={"prompt_tokens": 7.0, "completion_tokens": 2}),
            chunk("", usage=None),
        ),
        EVENTS,
        complete(usage=(7, 2)),
    ),
    "usage in the choice": (
        stream(HELLO, chunk(None, None, choice_usage={"prompt_tokens": 7, "completion_tokens": 2})),
        EVENTS,
        complete(usage=(7, 2)),
    ),
    "usage under other names": (
        stream(HELLO, '{"choices": [], "usage": {"input_tokens": 7, "output_tokens": 2}}'),
        EVENTS,
        complete(usage=(7, 2)),
    ),
    "usage of odd types": (stream(HELLO, '{"choices": [], "usage": [1]}', '{"usage": "x"}'), EVENTS, complete()),
    # Reasoning
    "thinking in attributes": (
        stream(chunk('<thinking budget="3" '), chunk('mode="x">Hm.</thin'), chunk("king >\n\nHello")),
        EVENTS,
        complete(reasoning="Hm."),
    ),
    "empty thinking": (stream(chunk("<think>\n\n</think>\n\nHello")), EVENTS, complete()),
    "thinking only": (stream(chunk("<THINK>Hm.</THINK>\n")), EVENTS, EMPTY._replace(reasoning="Hm.")),
    "thinking without an end": (stream(chunk("<think>Hm.")), EVENTS, EMPTY._replace(reasoning="Hm.")),
    "tags in code": (
        stream(chunk("```html\n<think>x</think>\n```\n`</think>` ends it.")),
        EVENTS,
        complete("```html\n<think>x</think>\n```\n`</think>` ends it."),
    ),
    "a lone end of thinking": (stream(chunk("Hm.</thi"), chunk("nk>\n\nHello")), EVENTS, complete(reasoning="Hm.")),
    "thinking apart, and its end in the text": (
        stream(chunk(None, None, delta_reasoning_content="Hm."), chunk("</think>\n\nHello")),
        EVENTS,
        complete(reasoning="Hm."),
    ),
    "thinking under another name": (
        stream(chunk(None, None, delta_thinking="Hm."), HELLO),
        EVENTS,
        complete(reasoning="Hm."),
    ),
    "details of thinking of each kind": (
        stream(
            chunk(None, None, delta_reasoning_details=[{"type": "reasoning.text", "text": "Hm"}]),
            chunk(None, None, delta_reasoning_details=[{"type": "reasoning.summary", "summary": "."}]),
            chunk(None, None, delta_reasoning_details=[{"type": "reasoning.encrypted", "data": "c2VjcmV0"}]),
            HELLO,
        ),
        EVENTS,
        complete(reasoning="Hm."),
    ),
    "thinking as an object": (
        stream(chunk(None, None, delta_reasoning={"content": "Hm."}), HELLO),
        EVENTS,
        complete(reasoning="Hm."),
    ),
}
