"""Previews: untrusted Markdown as HTML that is safe in the administration's pages."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# Rendering takes time; an ellipsis marks that the rest is missing.
MAX_LENGTH = 20_000

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
# An external image would tell its server who views the page.
_TAGS = nh3.ALLOWED_TAGS - {"img"}


def render_preview(markdown: str) -> SafeString:
    """Return the beginning of `markdown` (GFM tables and strikethrough too) as HTML without scripts or images."""
    shown = markdown if len(markdown) <= MAX_LENGTH else f"{markdown[:MAX_LENGTH]}\n\n…"
    return mark_safe(nh3.clean(_MARKDOWN.render(shown), tags=_TAGS))  # noqa: S308 - nh3 has cleaned it
