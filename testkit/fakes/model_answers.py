"""Answers of the fake model."""

import re
from dataclasses import dataclass
from typing import Any

from testkit.fakes.model_knobs import Knobs, read_knobs

TITLE_MARKER = "Write a short title"
CONTINUE_MARKER = "Continue your last answer"

NOTHING_MORE = " That is all."
"""The answer to a request to continue an answer that is already complete."""

# Words with the spaces after them; each Chinese, Japanese or Korean character alone, as models send them.
_PIECE = re.compile(r"[\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]|[^\s\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]+\s*|\s+")

MARKDOWN = """\
# A heading

Some **bold**, some *italic*, some `code`, a [link](https://example.com) and a ~~strike~~.

## A list

1. First
2. Second
   - nested
   - [x] done
   - [ ] to do

> A quotation
> of two lines.

## A table

| Language | Typed | Since |
|----------|:-----:|------:|
| Python   | yes   |  1991 |
| Rust     | yes   |  2015 |

## Code

```python
def greet(names: list[str]) -> str:
    \"\"\"Say hello to all.\"\"\"
    return ", ".join(f"Hello {name}" for name in names if name != "<nobody>")
```

```html
<script>alert("never run")</script>
```

中文段落：這是一段用來測試換行與標點的文字。

---

The end.
"""


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the stream."""

    text: str
    is_reasoning: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one request; `question` is the text from which the knobs were read."""

    knobs: Knobs
    tokens: tuple[Token, ...]
    question: str
    is_title: bool = False

    @property
    def content(self) -> str:
        """The whole text, without the reasoning."""
        return "".join(token.text for token in self.tokens if not token.is_reasoning)


def plan_answer(messages: list[dict[str, Any]], defaults: Knobs) -> Answer:
    last = _last_text(messages, "user")
    if _system_text(messages).startswith(TITLE_MARKER):
        _, text = read_knobs(last, Knobs())
        title = "Title of " + " ".join(text.split()[:4])
        return Answer(Knobs(), _pieces(title), last, is_title=True)
    partial = _continued(messages)
    if partial is None:
        return _answer(last, defaults)
    return _continuation(_last_text(messages[:-2], "user"), partial, defaults)


def _answer(question: str, defaults: Knobs) -> Answer:
    knobs, text = read_knobs(question, defaults)
    thinking = tuple(Token(f"r{number} ", is_reasoning=True) for number in range(1, knobs.reasoning + 1))
    return Answer(knobs, thinking + _content(knobs, text), question)


def _content(knobs: Knobs, text: str) -> tuple[Token, ...]:
    if knobs.text is not None:
        return _pieces(knobs.text * knobs.copies)
    if knobs.tokens is not None:
        return tuple(Token(f"w{number} ") for number in range(1, knobs.tokens + 1))
    if knobs.markdown:
        return _pieces(MARKDOWN)
    if knobs.surrogate:
        return tuple(Token(piece) for piece in ("pair ", "\ud83d", "\ude00", " lone ", "\ud83d", " end"))
    if knobs.nul:
        return tuple(Token(piece) for piece in ("before", "\0", "after"))
    return _pieces(f"Echo: {text}")


def _continuation(question: str, partial: str, defaults: Knobs) -> Answer:
    complete = _answer(question, defaults)
    full = complete.content
    # The server has replaced characters that no database stores, so the partial text may differ from what was sent.
    rest = full[len(partial) :] or NOTHING_MORE
    again = partial[-complete.knobs.repeat :] if complete.knobs.repeat else ""
    return Answer(complete.knobs.for_continuation(), _pieces(again + rest), question)


def _pieces(text: str) -> tuple[Token, ...]:
    return tuple(Token(piece) for piece in _PIECE.findall(text))


def _last_text(messages: list[dict[str, Any]], role: str) -> str:
    return next((text_of(message["content"]) for message in reversed(messages) if message["role"] == role), "")


def text_of(content: Any) -> str:
    """Return a text, or the texts of the parts of a message with images."""
    if not isinstance(content, list):
        return str(content)
    return "\n\n".join(part["text"] for part in content if part["type"] == "text")


def _system_text(messages: list[dict[str, Any]]) -> str:
    return next((str(message["content"]) for message in messages if message["role"] == "system"), "")


def _continued(messages: list[dict[str, Any]]) -> str | None:
    match messages:
        case [*_, {"role": "assistant", "content": str(partial)}, {"role": "user", "content": str(instruction)}]:
            return partial if instruction.startswith(CONTINUE_MARKER) else None
        case _:
            return None
