"""Bodies of services that no document describes."""

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
    ollama,
    stream,
    whole,
)

LONG = "x" * (1 << 21)

ODD_CASES: dict[str, Case] = {
    # Lines
    "only CR ends lines": Case(stream(HELLO, end="\r\r")),
    "a byte order mark": Case(b"\xef\xbb\xbf" + stream(HELLO)),
    "one JSON in several data lines": Case(
        b'data: {"choices": [{"index": 0,\ndata:  "delta": {"content": "Hello"}}]}\n\n' + stream()
    ),
    "a huge comment": Case(f": {LONG}\n\n".encode() + stream(HELLO)),
    "an image in the delta": Case(stream(chunk("Hello", None, delta_images=[LONG]))),
    "a huge comment in the middle": Case(events(HELLO) + f":{LONG}\n".encode() + stream()),
    "JSON lines in an event stream": Case(f"{HELLO}\n{chunk(None, 'stop')}\n".encode()),
    "JSON lines": Case(f"{HELLO}\n{chunk(None, 'stop')}\n".encode(), kind=NDJSON),
    "JSON objects without anything between": Case(f"{HELLO}{chunk(None, 'stop')}".encode(), kind=JSON),
    "JSON objects that have no end": Case(HELLO.encode(), BROKEN, JSON),
    "JSON lines that break off": Case(f"{HELLO}\n".encode() + b'{"choices": [{"del', BROKEN, NDJSON),
    "chunks in an array": Case(f"[{HELLO},{chunk(None, 'stop')}]".encode(), kind=JSON),
    "an event of too many parts": Case(stream(chunk("Hello", None, x=[[]] * 100_000)), FAILED),
    "JSON of too many parts": Case(json.dumps([[]] * 300_000).encode(), FAILED, JSON),
    "an error in an array": Case(b'[{"error": {"code": 400, "message": "no"}}]', FAILED, JSON),
    "done in small letters": Case(events(HELLO, "[done]")),
    "no done": Case(events(HELLO, chunk(None, "stop"))),
    "nothing but the end of the connection": Case(events(HELLO), BROKEN),
    # Ollama's own API
    "Ollama's own stream": Case(
        "\n".join(
            [ollama("Hel"), ollama("lo"), ollama("", done=True, done_reason="stop", prompt_eval_count=7, eval_count=2)]
        ).encode(),
        complete(usage=(7, 2)),
        NDJSON,
    ),
    "Ollama's thinking": Case(
        "\n".join(
            [
                json.dumps({"message": {"content": "", "thinking": "Hm."}, "done": False}),
                ollama("Hello"),
                ollama("", done=True),
            ]
        ).encode(),
        complete(reasoning="Hm."),
        NDJSON,
    ),
    "Ollama's own stream breaks off": Case(ollama("Hello").encode(), BROKEN, NDJSON),
    "Ollama's whole answer": Case(ollama("Hello", done=True, done_reason="stop").encode(), kind=JSON),
    "Ollama's error in the middle": Case(
        f'{ollama("Hello")}\n{{"error": "model runner stopped"}}'.encode(), BROKEN, NDJSON
    ),
    "Ollama's own chunks as events": Case(events(ollama("Hello"), ollama("", done=True))),
    # Errors
    "an error before the text": Case(events('{"error": {"message": "no"}}', HELLO, "[DONE]"), FAILED),
    "an error after the text": Case(events(HELLO, '{"error": {"message": "no"}}', "[DONE]"), BROKEN),
    "an error after the finish": Case(events(HELLO, chunk(None, "stop"), '{"error": "no"}'), BROKEN),
    "an error with the text": Case(events(chunk("Hello", error={"code": 502}), "[DONE]"), BROKEN),
    "an error in the choice": Case(events(HELLO, chunk(None, None, choice_error={"code": 502}), "[DONE]"), BROKEN),
    "an error that is only a type": Case(events(HELLO, '{"type": "error"}', "[DONE]"), BROKEN),
    "an event of an error without data": Case(events(HELLO) + b"event: error\n\n" + stream(), BROKEN),
    "an event of an error that is done": Case(events(HELLO) + b"event: error\ndata: [DONE]\n\n", BROKEN),
    "an error outside of the events": Case(events(HELLO) + b'{"error": "no"}\n\ndata: [DONE]\n\n', BROKEN),
    "an error in words": Case(events(HELLO, "[ERROR] upstream", "[DONE]"), BROKEN),
    "JSON that breaks off": Case(events(HELLO, '{"choices": [{"delta": {"con', "[DONE]"), BROKEN),
    "an unknown end": Case(events(HELLO, chunk(None, "overheated"), "[DONE]"), BROKEN),
    "HTML with 200": Case(b"<html><body>Sign in</body></html>", Expected("error", code="AI_UNREACHABLE")),
    # Ends
    "an error, then a good end": Case(stream(HELLO, chunk(None, "error")), BROKEN),
    "an unknown end, then a good one": Case(stream(HELLO, chunk(None, "network_error")), BROKEN),
    "a good end, then an error": Case(events(HELLO, chunk(None, "stop"), chunk(None, "error"), "[DONE]"), BROKEN),
    "cut off, then a good end": Case(stream(HELLO, chunk(None, "length")), Expected("length", "Hello")),
    "an error, then a good end in JSON lines": Case(
        f"{HELLO}\n{chunk(None, 'error')}\n{chunk(None, 'stop')}\n".encode(), BROKEN, NDJSON
    ),
    "no reason until the end": Case(events(chunk("Hel", "null"), chunk("lo", "null"), chunk(None, "stop"))),
    "tool calls only": Case(events(chunk(None, "tool_calls", delta_tool_calls=[{"index": 0}]), "[DONE]"), EMPTY),
    "a function call only": Case(events(chunk(None, "function_call", delta_function_call={}), "[DONE]"), EMPTY),
    "thinking, then a tool call": Case(
        events(chunk(None, None, delta_reasoning="Hm."), chunk(None, "tool_calls"), "[DONE]"),
        EMPTY._replace(reasoning="Hm."),
    ),
    "a stream of nothing": Case(events("[DONE]"), EMPTY),
    "no choices": Case(stream(HELLO, '{"choices": []}', '{"choices": null}')),
    "no delta": Case(stream('{"choices": [{"index": 0, "delta": null}]}', HELLO)),
    "a choice that is null": Case(stream('{"choices": [null]}', HELLO)),
    "a second choice": Case(stream(HELLO, chunk("Bye", None, choice_index=1))),
    "a whole answer of two choices": Case(
        json.dumps(
            {
                "choices": [
                    {"index": 1, "message": {"content": "Bye"}, "finish_reason": "stop"},
                    {"index": 0, "message": {"content": "Hello"}, "finish_reason": "stop"},
                ]
            }
        ).encode(),
        kind=JSON,
    ),
    "a whole answer as an event, without an end": Case(events(whole({"content": "Hello"}))),
    "a whole answer without choices": Case(b'{"object": "chat.completion", "choices": []}', EMPTY, JSON),
    "a whole answer without a message": Case(whole(None).encode(), EMPTY, JSON),
    # Text
    "the text of old completions": Case(
        events('{"choices": [{"index": 0, "text": "Hello"}]}', '{"choices": [{"text": "", "finish_reason": "stop"}]}')
    ),
    "a list of parts": Case(
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
        complete(reasoning="Hm."),
    ),
    "a refusal": Case(stream(chunk(None, None, delta_refusal="I cannot.")), complete("I cannot.")),
    "a surrogate in two chunks": Case(
        events(r'{"choices":[{"delta":{"content":"\ud83d"}}]}', r'{"choices":[{"delta":{"content":"\ude00"}}]}')
        + stream(),
        complete("😀"),
    ),
    "a lone surrogate": Case(
        events(r'{"choices":[{"delta":{"content":"a\ud83d"}}]}', chunk("b")) + stream(), complete("a�b")
    ),
    # Usage
    "usage as strings": Case(
        stream(HELLO, '{"choices": [], "usage": {"prompt_tokens": "7", "completion_tokens": "2.0"}}'),
        complete(usage=(7, 2)),
    ),
    "usage in every chunk": Case(
        stream(
            chunk("Hel", usage={"prompt_tokens": 7, "completion_tokens": 1}),
            chunk("lo", usage={"prompt_tokens": 7.0, "completion_tokens": 2}),
            chunk("", usage=None),
        ),
        complete(usage=(7, 2)),
    ),
    "usage in the choice": Case(
        stream(HELLO, chunk(None, None, choice_usage={"prompt_tokens": 7, "completion_tokens": 2})),
        complete(usage=(7, 2)),
    ),
    "usage under other names": Case(
        stream(HELLO, '{"choices": [], "usage": {"input_tokens": 7, "output_tokens": 2}}'), complete(usage=(7, 2))
    ),
    "usage of odd types": Case(stream(HELLO, '{"choices": [], "usage": [1]}', '{"usage": "x"}')),
    # Reasoning
    "thinking in attributes": Case(
        stream(chunk('<thinking budget="3" '), chunk('mode="x">Hm.</thin'), chunk("king >\n\nHello")),
        complete(reasoning="Hm."),
    ),
    "empty thinking": Case(stream(chunk("<think>\n\n</think>\n\nHello"))),
    "thinking only": Case(stream(chunk("<THINK>Hm.</THINK>\n")), EMPTY._replace(reasoning="Hm.")),
    "thinking without an end": Case(stream(chunk("<think>Hm.")), EMPTY._replace(reasoning="Hm.")),
    "tags in code": Case(
        stream(chunk("```html\n<think>x</think>\n```\n`</think>` ends it.")),
        complete("```html\n<think>x</think>\n```\n`</think>` ends it."),
    ),
    "a lone end of thinking": Case(stream(chunk("Hm.</thi"), chunk("nk>\n\nHello")), complete(reasoning="Hm.")),
    "thinking apart, and its end in the text": Case(
        stream(chunk(None, None, delta_reasoning_content="Hm."), chunk("</think>\n\nHello")), complete(reasoning="Hm.")
    ),
    "thinking under another name": Case(
        stream(chunk(None, None, delta_thinking="Hm."), HELLO), complete(reasoning="Hm.")
    ),
    "details of thinking of each kind": Case(
        stream(
            chunk(None, None, delta_reasoning_details=[{"type": "reasoning.text", "text": "Hm"}]),
            chunk(None, None, delta_reasoning_details=[{"type": "reasoning.summary", "summary": "."}]),
            chunk(None, None, delta_reasoning_details=[{"type": "reasoning.encrypted", "data": "c2VjcmV0"}]),
            HELLO,
        ),
        complete(reasoning="Hm."),
    ),
    "thinking as a text and in details": Case(
        stream(chunk(None, None, delta_reasoning="Hm.", delta_reasoning_details=[{"text": "Hm."}]), HELLO),
        complete(reasoning="Hm."),
    ),
    "thinking as an object": Case(
        stream(chunk(None, None, delta_reasoning={"content": "Hm."}), HELLO), complete(reasoning="Hm.")
    ),
}
