"""Removal of control characters: the text of a model, a title or a file name must not control the terminal (P-13.6)."""

import re

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def remove_control_characters(text: str) -> str:
    """Return the text with only line feeds and tabs of the control characters."""
    return CONTROL.sub("", text)
