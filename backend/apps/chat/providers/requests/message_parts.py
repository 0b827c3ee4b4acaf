"""Messages with attachments in the form of Chat Completions: images as data URLs, documents as text.

These functions read files: call them off the event loop.
"""

import base64
import threading
from collections import OrderedDict

import structlog

from apps.chat.prompt_values import PromptDocument, PromptImage, PromptMessage, PromptPart
from apps.chat.providers.errors import Failure, ProviderUnavailableError
from apps.core.outages import log_failure
from apps.core.text import is_blank

logger = structlog.get_logger(__name__)

CACHED_BYTES = 32 * 1024 * 1024
PIECE_BYTES = 3 * 64 * 1024
"""Bytes that are encoded at once, while no other thread runs; a multiple of three."""

type Content = str | list[dict[str, object]]


def build_content(message: PromptMessage) -> tuple[Content, int]:
    """Return the content of a message, and how many of its images the store lacks.

    The content is a text if it has no image, otherwise its parts, the text last.

    Raises:
        ProviderUnavailableError: an attachment cannot be read; the cause is logged.
    """
    built = [_build_part(part) for part in message.attachments]
    parts = [part for part, _ in built]
    missing_images = sum(is_missing for _, is_missing in built)
    if not is_blank(message.content):
        parts.append({"type": "text", "text": message.content})
    if all(part["type"] == "text" for part in parts):
        # Models without vision accept only text.
        return "\n\n".join(str(part["text"]) for part in parts), missing_images
    return parts, missing_images


def _build_part(part: PromptPart) -> tuple[dict[str, object], bool]:
    """Return a part of the content, and whether it stands for an image that the store lacks."""
    if isinstance(part, str):
        return {"type": "text", "text": part}, False
    try:
        if isinstance(part, PromptDocument):
            return {"type": "text", "text": _quote_document(part)}, False
        return {"type": "image_url", "image_url": {"url": _data_urls.get(part)}}, False
    except FileNotFoundError as error:
        log_failure(logger, "attachment_missing", error, key=part.key)
        if isinstance(part, PromptDocument):
            return {"type": "text", "text": f"[document: {part.name}, which is missing]"}, False
        return {"type": "text", "text": part.placeholder}, True
    except Exception as error:
        log_failure(logger, "attachment_not_read", error, key=part.key)
        raise ProviderUnavailableError("an attachment cannot be read", failure=Failure.INTERNAL) from error


def _quote_document(document: PromptDocument) -> str:
    pages = "" if document.pages is None else f", {document.pages} {'page' if document.pages == 1 else 'pages'}"
    cut = ", only its beginning" if document.truncated else ""
    text = document.read() or "(It has no text.)"
    return f"[document: {document.name}{pages}{cut}]\n{text}\n[end of {document.name}]"


class _DataUrls:
    """Cache of the data URLs of recent images, which the next questions send again."""

    def __init__(self) -> None:
        self._urls: OrderedDict[str, str] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, image: PromptImage) -> str:
        """Return the data URL of an image; raises what its `read` does."""
        with self._lock:
            if (kept := self._urls.get(image.key)) is not None:
                self._urls.move_to_end(image.key)
                return kept
        url = _encode(image)
        with self._lock:
            if image.key not in self._urls:
                self._urls[image.key] = url
                self._size += len(url)
            while self._size > CACHED_BYTES:
                _, oldest = self._urls.popitem(last=False)
                self._size -= len(oldest)
        return url


_data_urls = _DataUrls()


def _encode(image: PromptImage) -> str:
    content = image.read()
    pieces = (content[start : start + PIECE_BYTES] for start in range(0, len(content), PIECE_BYTES))
    return f"data:{image.mime};base64,{''.join(base64.b64encode(piece).decode() for piece in pieces)}"
