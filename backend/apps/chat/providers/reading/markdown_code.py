"""Code in a Markdown text: whether a place is in it, fenced, indented or inline."""

import re

_FENCE = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}(?=[^`]*$)|~{3,})(.*)")
_INDENTED = re.compile(r" {4}| {0,3}\t")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
_BACKTICKS = re.compile(r"`+")


def ends_in_code(text: str) -> bool:
    """Return whether what follows `text` is in code; an inline code that opened is taken to close later."""
    fence = inline = ""
    is_block_open = is_list = is_indented = False
    line = ""
    for line in text.split("\n"):
        marks = _FENCE.match(line)
        if fence:
            if marks and marks[1].startswith(fence) and not marks[2].strip():
                fence = ""
            continue
        is_indented = _INDENTED.match(line) is not None and not is_block_open and not is_list
        if marks and not is_indented:
            fence, inline, is_block_open = marks[1], "", False
        elif not line.strip():
            inline, is_block_open = "", False
        elif not is_indented:
            is_block_open = True
            is_list = _LIST_ITEM.match(line) is not None or (is_list and line[0].isspace())
            inline = _inline_after(line, inline)
    # A tag that begins its line ends reasoning more often than it is part of inline code.
    return bool(fence) or is_indented or (bool(inline) and bool(line.strip()))


def _inline_after(line: str, opened: str) -> str:
    """Return the backticks of the inline code that is open after `line`; empty if none is."""
    for run in _BACKTICKS.findall(line):
        if not opened:
            opened = run
        elif run == opened:
            opened = ""
    return opened
