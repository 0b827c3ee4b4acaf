"""The tags between which models write their reasoning."""

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Tags:
    """Opening and closing tags that belong together."""

    opening: re.Pattern[str]
    closing: re.Pattern[str]
    openings: tuple[str, ...]
    """The opening tags in lower case, to recognize a part of one."""

    closings: tuple[str, ...]


_NAMES = ("think", "thinking", "thought", "reasoning", "seed:think", "mm:think")
_LONE_NAMES = ("think", "thinking", "thought", "seed:think", "mm:think")
_FIXED = (
    ("<|START_THINKING|>", "<|END_THINKING|>"),  # Cohere
    ("<|channel>thought", "<channel|>"),  # Gemma 4
    ("<|channel|>analysis<|message|>", "<|end|>"),  # gpt-oss
    ("<|channel|>commentary<|message|>", "<|end|>"),
    ("<|think|>", "<|/think|>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("◁think▷", "◁/think▷"),  # Kimi
)
HEADERS = ("<|start|>assistant", "<|channel|>final<|message|>", "<|START_TEXT|>", "<|START_RESPONSE|>")
"""Marks before the answer, or before more reasoning, that belong to neither."""

EMPTY_TAG = re.compile(rf"<(?:{'|'.join(_NAMES)})(?:\s[^<>]{{0,200}})?/>", re.IGNORECASE)
"""Empty reasoning, in one tag."""

OPEN_TAG = re.compile(rf"</?(?:{'|'.join(_NAMES)})(?:\s[^<>]{{0,200}}|/)", re.IGNORECASE)
"""A tag with blanks or attributes that has not ended."""


def _make_named_tags(names: tuple[str, ...], also_closing: tuple[str, ...] = ()) -> Tags:
    any_name = "|".join(names)
    others = "".join(f"|{re.escape(tag)}" for tag in also_closing)
    return Tags(
        opening=re.compile(rf"<(?:{any_name})(?:\s[^<>]{{0,200}})?(?<!/)>", re.IGNORECASE),
        closing=re.compile(rf"</(?:{any_name})\s{{0,20}}>{others}", re.IGNORECASE),
        openings=tuple(f"<{name}>" for name in names),
        closings=(*(f"</{name}>" for name in names), *(tag.lower() for tag in also_closing)),
    )


def _make_fixed_tags(opening: str, closing: str, flags: int = re.IGNORECASE) -> Tags:
    return Tags(
        opening=re.compile(re.escape(opening), flags),
        closing=re.compile(re.escape(closing), flags),
        openings=(opening.lower(),),
        closings=(closing.lower(),),
    )


_MAGISTRAL = _make_fixed_tags("[THINK]", "[/THINK]", flags=0)
"""In capitals only: in lower case, it is more likely the text of a link."""

ALL_TAGS = (_make_named_tags(_NAMES), _MAGISTRAL, *(_make_fixed_tags(*tags) for tags in _FIXED))
LONE_TAGS = _make_named_tags(_LONE_NAMES, also_closing=("<|END_THINKING|>",))
"""Tags of models whose chat templates may put the opening one into the prompt; all begin with `<`."""

BEGINNINGS = (*(tag for tags in ALL_TAGS for tag in tags.openings), *(header.lower() for header in HEADERS))
"""Everything that an answer may begin with, in lower case."""


def may_become(text: str, tags: tuple[str, ...]) -> bool:
    """Return whether `text` is a beginning of one of `tags`."""
    return text.lower() in _find_beginnings(tags) or OPEN_TAG.fullmatch(text) is not None


@lru_cache(maxsize=64)
def _find_beginnings(tags: tuple[str, ...]) -> frozenset[str]:
    return frozenset(tag[:length] for tag in tags for length in range(len(tag) + 1))


def remove_unfinished_tag(text: str, tags: tuple[str, ...]) -> str:
    """Return `text` without an unfinished tag at its end; all of `tags` begin with the same character."""
    start = text.rfind(tags[0][0])
    return text[:start] if start >= 0 and may_become(text[start:], tags) else text
