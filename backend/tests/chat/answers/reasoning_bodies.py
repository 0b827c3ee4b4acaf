"""Streams as services really send them, reduced from reports of their users: reasoning."""

from typing import Any

from tests.chat.answers.bodies import EMPTY, EVENTS, HELLO, JSON, Expected, chunk, complete, stream, whole

ANALYSIS = "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hello"
THOUGHT = complete(reasoning="Hm.")


def part(kind: str, **fields: Any) -> str:
    """Return a chunk whose content is one part of this type."""
    return chunk([{"type": kind, **fields}])


REASONING_CASES: dict[str, tuple[bytes, str, Expected]] = {
    "a part that is a thought": (stream(part("thought", text="Hm."), part("text", text="Hello")), EVENTS, THOUGHT),
    "a part that is marked as a thought": (
        stream(part("text", text="Hm.", thought=True), part("text", text="Hello", thought=False)),
        EVENTS,
        THOUGHT,
    ),
    "a part of the Responses API": (
        stream(part("reasoning_text", text="Hm."), part("output_text", text="Hello")),
        EVENTS,
        THOUGHT,
    ),
    "a part that is a summary of thinking": (
        stream(part("reasoning", summary=[{"type": "summary_text", "text": "Hm."}]), HELLO),
        EVENTS,
        THOUGHT,
    ),
    "a part that is redacted": (stream(part("redacted_thinking", data="c2VjcmV0"), HELLO), EVENTS, complete()),
    "a part with empty thinking": (stream(part("text", text="Hello", thinking=None)), EVENTS, complete()),
    "a part with text and thinking": (stream(part("text", text="Hello", thinking="Hm.")), EVENTS, THOUGHT),
    "a delta that is marked as a thought": (stream(chunk("Hm.", None, delta_thought=True), HELLO), EVENTS, THOUGHT),
    "a delta that has a thought": (stream(chunk(None, None, delta_thought="Hm."), HELLO), EVENTS, THOUGHT),
    "a mark beside odd types": (
        stream('{"choices": [{"index": "0", "delta": {"content": "Hm.", "thought": true}}]}', HELLO),
        EVENTS,
        THOUGHT,
    ),
    "the name of Copilot": (stream(chunk(None, None, delta_reasoning_text="Hm."), HELLO), EVENTS, THOUGHT),
    "Gemini's marks and tags": (
        stream(
            chunk("<thought>H", None, delta_extra_content={"google": {"thought": True}}),
            chunk("m.", None, delta_extra_content={"google": {"thought": True}}),
            chunk("</thought>Hello"),
        ),
        EVENTS,
        THOUGHT,
    ),
    "several blocks": (
        stream(chunk("<think>One.</think>\n<th"), chunk("ink>Two.</think>\n\nHello")),
        EVENTS,
        complete(reasoning="One.\n\nTwo."),
    ),
    "several blocks, one empty": (stream(chunk("<think></think><think>Hm.</think>Hello")), EVENTS, THOUGHT),
    "several blocks without an answer": (
        stream(chunk("<think>One.</think><think>Two.")),
        EVENTS,
        EMPTY._replace(reasoning="One.\n\nTwo."),
    ),
    "a block later in the text": (
        stream(chunk("Hello <think>x</think>")),
        EVENTS,
        complete("Hello <think>x</think>"),
    ),
    "Magistral's tags": (stream(chunk("[THI"), chunk("NK]Hm.[/THINK]"), HELLO), EVENTS, THOUGHT),
    "a bracket at the beginning": (stream(chunk("[THIS] is text")), EVENTS, complete("[THIS] is text")),
    "Cohere's tags": (
        stream(chunk("<|START_THINKING|>Hm.<|END_THINKING|><|START_TEXT|>"), HELLO),
        EVENTS,
        THOUGHT,
    ),
    "Gemma's tags": (stream(chunk("<|channel>thought\nHm.<chan"), chunk("nel|>Hello")), EVENTS, THOUGHT),
    "gpt-oss's channels": (stream(*(chunk(one) for one in ANALYSIS)), EVENTS, THOUGHT),
    "gpt-oss's final channel alone": (stream(chunk("<|channel|>final<|message|>Hello")), EVENTS, complete()),
    "Seed's tags": (stream(chunk("<seed:think>Hm.</seed:think>Hello")), EVENTS, THOUGHT),
    "MiniMax's tags": (stream(chunk("<mm:thi"), chunk("nk>Hm.</mm:think>Hello")), EVENTS, THOUGHT),
    "Kimi's tags": (stream(chunk("◁think▷Hm.◁/think▷"), HELLO), EVENTS, THOUGHT),
    **{
        f"thinking as {name}": (stream(chunk(None, None, **{f"delta_{name}": value}), HELLO), EVENTS, THOUGHT)
        for name, value in {
            "reasoningContent": {"reasoningText": {"text": "Hm.", "signature": "c2ln"}},
            "reasoning_content": {"reasoning_text": {"text": "Hm."}},
            "thinking_content": "Hm.",
            "thinking_blocks": [{"type": "thinking", "thinking": "Hm.", "signature": ""}],
            "thoughts": "Hm.",
            "reasoning": ["H", {"text": "m."}],
        }.items()
    },
    **{
        f"a delta whose {name} says that it is thinking: {mark}": (
            stream(chunk("Hm.", None, **{f"delta_{name}": mark}), HELLO),
            EVENTS,
            THOUGHT,
        )
        for name, marks in {
            "role": ("reasoning", "thinking"),
            "type": ("reasoning", "thinking"),
            "channel": ("analysis", "commentary"),
            "phase": ("think",),
            **dict.fromkeys(("thinking", "reasoning", "is_thinking", "is_reasoning"), (True,)),
        }.items()
        for mark in marks
    },
    **{
        f"a delta whose {name} says that it is the answer: {mark}": (
            stream(chunk("Hel", None, **{f"delta_{name}": mark}), chunk("lo")),
            EVENTS,
            complete(),
        )
        for name, mark in {
            "role": "model",
            "type": "text",
            "channel": "final",
            "phase": "answer",
            "thinking": False,
            "is_thinking": False,
            "reasoning": 0,
        }.items()
    },
    "details of thinking beside text": (
        stream(chunk("Hello", None, delta_reasoning_details=[{"type": "reasoning.text", "text": "Hm."}])),
        EVENTS,
        THOUGHT,
    ),
    "a summary of thinking": (stream(chunk(None, None, delta_reasoning_summary="Hm."), HELLO), EVENTS, THOUGHT),
    "the result of a tool in a list": (
        stream(chunk([{"type": "tool_result", "content": "x"}, {"type": "text", "text": "Hello"}])),
        EVENTS,
        complete(),
    ),
    "Gemini's parts": (
        stream(chunk({"parts": [{"text": "Hm.", "thought": True}, {"text": "Hello"}]})),
        EVENTS,
        THOUGHT,
    ),
    "a byte order mark before a tag": (stream(chunk("\ufeff<think>Hm.</think>Hello")), EVENTS, THOUGHT),
    "a zero-width space before a tag": (stream(chunk("\u200b"), chunk("<think>Hm.</think>Hello")), EVENTS, THOUGHT),
    "a byte order mark before text": (stream(chunk("\ufeffHello")), EVENTS, complete("\ufeffHello")),
    "an empty tag": (stream(chunk("<thi"), chunk("nk/"), chunk(">Hello")), EVENTS, complete()),
    "an empty tag with a blank": (stream(chunk("<think />\n\n"), chunk("Hello")), EVENTS, complete()),
    "an empty tag before thinking": (stream(chunk("<think/><think>Hm.</think>Hello")), EVENTS, THOUGHT),
    "tags within tags": (
        stream(chunk("<think>a <think>b</think> c</thi"), chunk("nk>Hello")),
        EVENTS,
        complete(reasoning="a <think>bc"),
    ),
    "thinking of Bedrock in a list": (
        stream(chunk([{"reasoningContent": {"reasoningText": {"text": "Hm."}}}]), HELLO),
        EVENTS,
        THOUGHT,
    ),
    "thinking of Bedrock beside a whole answer": (
        whole({"content": "Hello", "reasoningContent": {"text": "Hm."}}).encode(),
        JSON,
        THOUGHT,
    ),
    "an opening tag twice": (stream(chunk("<think>\n<thi"), chunk("nk>Hm.</think>Hello")), EVENTS, THOUGHT),
    "a closing tag twice": (stream(chunk("<think>Hm.</think>\n</thi"), chunk("nk>\n\nHello")), EVENTS, THOUGHT),
    "a link at the beginning": (stream(chunk("[think]"), chunk("(https://x)")), EVENTS, complete("[think](https://x)")),
    "a closing tag in backticks within thinking": (
        stream(chunk("<think>Say `</thi"), chunk("nk>`.</think>Hello")),
        EVENTS,
        complete(reasoning="Say `</think>`."),
    ),
    "an opening tag in code before a lone end": (
        stream(chunk("Say `<think>`."), chunk("</think>Hello")),
        EVENTS,
        complete(reasoning="Say `<think>`."),
    ),
    "a lone end of MiniMax's tags": (stream(chunk("Hm.</mm:think>Hello")), EVENTS, THOUGHT),
    "a lone end behind one in code": (
        stream(chunk("Say `</think>`.</think>Hello")),
        EVENTS,
        complete(reasoning="Say `</think>`."),
    ),
    "an opening tag in a fence at the beginning": (
        stream(chunk("```\n<think>\n```\nsays it.")),
        EVENTS,
        complete("```\n<think>\n```\nsays it."),
    ),
    "thinking apart between pieces of a tag": (
        stream(chunk("a <"), chunk(None, None, delta_reasoning="Hm."), chunk(" b")),
        EVENTS,
        complete("a < b", reasoning="Hm."),
    ),
}
