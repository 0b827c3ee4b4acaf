"""Parts of a Markdown page that can be cited: headings, numbered sections and requirements."""

import re
from pathlib import Path
from typing import NamedTuple

HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)
SECTION = re.compile(r"(\d+)\.\s")
DEFINED = re.compile(r"^(?:- |\| )\*\*((?:[PA]-\d+\.\d+|I-\d+))\*\*", re.MULTILINE)
FENCE = re.compile(r"^(`{3,})[^\n]*\n.*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)


class Page(NamedTuple):
    """A page; `anchors` are the ids that GitHub gives its headings."""

    anchors: set[str]
    sections: set[str]
    requirements: list[str]


def read_page(path: Path) -> Page:
    """Return the parts of the page at `path` that can be cited."""
    text = without_code(path.read_text(encoding="utf-8"))
    headings: list[str] = HEADING.findall(text)
    sections = {found.group(1) for heading in headings if (found := SECTION.match(heading))}
    return Page(_name_anchors(headings), sections, DEFINED.findall(text))


def without_code(text: str) -> str:
    """Return `text` with its fenced blocks emptied; lines keep their numbers."""
    return FENCE.sub(lambda found: "\n" * found.group().count("\n"), text)


def _name_anchors(headings: list[str]) -> set[str]:
    anchors: set[str] = set()
    seen: dict[str, int] = {}
    for heading in headings:
        plain = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        count = seen.get(plain, 0)
        seen[plain] = count + 1
        anchors.add(f"{plain}-{count}" if count else plain)
    return anchors
