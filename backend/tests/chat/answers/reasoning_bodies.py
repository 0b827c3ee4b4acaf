"""Streams as services really send them, reduced from reports of their users: reasoning."""

from typing import Any

from tests.chat.answers.bodies import EMPTY, HELLO, JSON, Case, chunk, complete, stream, whole

ANALYSIS = "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hello"
THOUGHT = complete(reasoning="Hm.")


def part(kind: str, **fields: Any) -> str:
    """Return a chunk whose content is one part of this type."""
    return chunk([{"type": kind, **fields}])


REASONING_CASES: dict[str, Case] = {
    "a part that is a thought": Case(stream(part("thought", text="Hm."), part("text", text="Hello")), THOUGHT),
    "a part that is marked as a thought": Case(
        stream(part("text", text="Hm.", thought=True), part("text", text="Hello", thought=False)), THOUGHT
    ),
    "a part of the Responses API": Case(
        stream(part("reasoning_text", text="Hm."), part("output_text", text="Hello")), THOUGHT
    ),
    "a part that is a summary of thinking": Case(
        stream(part("reasoning", summary=[{"type": "summary_text", "text": "Hm."}]), HELLO), THOUGHT
    ),
    "a part that is redacted": Case(stream(part("redacted_thinking", data="c2VjcmV0"), HELLO)),
    "a part with empty thinking": Case(stream(part("text", text="Hello", thinking=None))),
    "a part with text and thinking": Case(stream(part("text", text="Hello", thinking="Hm.")), THOUGHT),
    "a delta that is marked as a thought": Case(stream(chunk("Hm.", None, delta_thought=True), HELLO), THOUGHT),
    "a delta that has a thought": Case(stream(chunk(None, None, delta_thought="Hm."), HELLO), THOUGHT),
    "a mark beside odd types": Case(
        stream('{"choices": [{"index": "0", "delta": {"content": "Hm.", "thought": true}}]}', HELLO), THOUGHT
    ),
    "the name of Copilot": Case(stream(chunk(None, None, delta_reasoning_text="Hm."), HELLO), THOUGHT),
    "Gemini's marks and tags": Case(
        stream(
            chunk("<thought>H", None, delta_extra_content={"google": {"thought": True}}),
            chunk("m.", None, delta_extra_content={"google": {"thought": True}}),
            chunk("</thought>Hello"),
        ),
        THOUGHT,
    ),
    "several blocks": Case(
        stream(chunk("<think>One.</think>\n<th"), chunk("ink>Two.</think>\n\nHello")),
        complete(reasoning="One.\n\nTwo."),
    ),
    "several blocks, one empty": Case(stream(chunk("<think></think><think>Hm.</think>Hello")), THOUGHT),
    "several blocks without an answer": Case(
        stream(chunk("<think>One.</think><think>Two.")), EMPTY._replace(reasoning="One.\n\nTwo.")
    ),
    "a block later in the text": Case(stream(chunk("Hello <think>x</think>")), complete("Hello <think>x</think>")),
    "Magistral's tags": Case(stream(chunk("[THI"), chunk("NK]Hm.[/THINK]"), HELLO), THOUGHT),
    "a bracket at the beginning": Case(stream(chunk("[THIS] is text")), complete("[THIS] is text")),
    "Cohere's tags": Case(stream(chunk("<|START_THINKING|>Hm.<|END_THINKING|><|START_TEXT|>"), HELLO), THOUGHT),
    "Gemma's tags": Case(stream(chunk("<|channel>thought\nHm.<chan"), chunk("nel|>Hello")), THOUGHT),
    "gpt-oss's channels": Case(stream(*(chunk(one) for one in ANALYSIS)), THOUGHT),
    "gpt-oss's final channel alone": Case(stream(chunk("<|channel|>final<|message|>Hello"))),
    "Seed's tags": Case(stream(chunk("<seed:think>Hm.</seed:think>Hello")), THOUGHT),
    "MiniMax's tags": Case(stream(chunk("<mm:thi"), chunk("nk>Hm.</mm:think>Hello")), THOUGHT),
    "Kimi's tags": Case(stream(chunk("◁think▷Hm.◁/think▷"), HELLO), THOUGHT),
    **{
        f"thinking as {name}": Case(stream(chunk(None, None, **{f"delta_{name}": value}), HELLO), THOUGHT)
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
        f"a delta whose {name} says that it is thinking: {mark}": Case(
            stream(chunk("Hm.", None, **{f"delta_{name}": mark}), HELLO), THOUGHT
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
        f"a delta whose {name} says that it is the answer: {mark}": Case(
            stream(chunk("Hel", None, **{f"delta_{name}": mark}), chunk("lo"))
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
    "details of thinking beside text": Case(
        stream(chunk("Hello", None, delta_reasoning_details=[{"type": "reasoning.text", "text": "Hm."}])), THOUGHT
    ),
    "a summary of thinking": Case(stream(chunk(None, None, delta_reasoning_summary="Hm."), HELLO), THOUGHT),
    "the result of a tool in a list": Case(
        stream(chunk([{"type": "tool_result", "content": "x"}, {"type": "text", "text": "Hello"}]))
    ),
    "Gemini's parts": Case(stream(chunk({"parts": [{"text": "Hm.", "thought": True}, {"text": "Hello"}]})), THOUGHT),
    "a byte order mark before a tag": Case(stream(chunk("\ufeff<think>Hm.</think>Hello")), THOUGHT),
    "a zero-width space before a tag": Case(stream(chunk("\u200b"), chunk("<think>Hm.</think>Hello")), THOUGHT),
    "a byte order mark before text": Case(stream(chunk("\ufeffHello")), complete("\ufeffHello")),
    "an empty tag": Case(stream(chunk("<thi"), chunk("nk/"), chunk(">Hello"))),
    "an empty tag with a blank": Case(stream(chunk("<think />\n\n"), chunk("Hello"))),
    "an empty tag before thinking": Case(stream(chunk("<think/><think>Hm.</think>Hello")), THOUGHT),
    "tags within tags": Case(
        stream(chunk("<think>a <think>b</think> c</thi"), chunk("nk>Hello")), complete(reasoning="a <think>bc")
    ),
    "thinking of Bedrock in a list": Case(
        stream(chunk([{"reasoningContent": {"reasoningText": {"text": "Hm."}}}]), HELLO), THOUGHT
    ),
    "thinking of Bedrock beside a whole answer": Case(
        whole({"content": "Hello", "reasoningContent": {"text": "Hm."}}).encode(), THOUGHT, JSON
    ),
    "an opening tag twice": Case(stream(chunk("<think>\n<thi"), chunk("nk>Hm.</think>Hello")), THOUGHT),
    "a closing tag twice": Case(stream(chunk("<think>Hm.</think>\n</thi"), chunk("nk>\n\nHello")), THOUGHT),
    "a link at the beginning": Case(stream(chunk("[think]"), chunk("(https://x)")), complete("[think](https://x)")),
    "a closing tag in backticks within thinking": Case(
        stream(chunk("<think>Say `</thi"), chunk("nk>`.</think>Hello")), complete(reasoning="Say `</think>`.")
    ),
    "an opening tag in code before a lone end": Case(
        stream(chunk("Say `<think>`."), chunk("</think>Hello")), complete(reasoning="Say `<think>`.")
    ),
    "a lone end of MiniMax's tags": Case(stream(chunk("Hm.</mm:think>Hello")), THOUGHT),
    "a lone end behind one in code": Case(
        stream(chunk("Say `</think>`.</think>Hello")), complete(reasoning="Say `</think>`.")
    ),
    "an opening tag in a fence at the beginning": Case(
        stream(chunk("```\n<think>\n```\nsays it.")), complete("```\n<think>\n```\nsays it.")
    ),
    "thinking apart between pieces of a tag": Case(
        stream(chunk("a <"), chunk(None, None, delta_reasoning="Hm."), chunk(" b")), complete("a < b", reasoning="Hm.")
    ),
}
