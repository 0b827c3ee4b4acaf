"""Bodies in other encodings: UTF-16, the charset that a service declares, and compressed ones, declared or not."""

import codecs
import re
import zlib
from collections.abc import Callable

import aiohttp

from apps.chat.providers.errors import ProviderUnavailableError

_ZIPPED = re.compile(rb"\x1f\x8b|\x78[\x01\x9c\xda]")
"""The beginning of gzip, and of zlib at the levels in use."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ANY_ZIP, _RAW = 47, -15
"""zlib's `wbits` for gzip and zlib, and for deflate without a header, which some servers send as `deflate`."""

_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1d\x1f]")
"""Bytes that no text has."""

_MAX_HELD_BYTES = 8 * 1024 * 1024
_MAX_UNPACKED_BYTES = 16 * 1024 * 1024

type Recode = Callable[[bytes], bytes]
"""Returns the part of a piece that can be recoded; for an empty piece, which is the end, the rest."""


class RecodedContent:
    """The content of a response, recoded; it has those methods of aiohttp's `StreamReader` that our readers call."""

    def __init__(self, content: aiohttp.StreamReader, recode: Recode) -> None:
        self._content = content
        self._recode = recode
        self.set_exception = content.set_exception

    async def readany(self) -> bytes:
        """Return the data that has arrived, or wait for more; empty at the end."""
        while received := await self._content.readany():
            if recoded := self._recode(received):
                return recoded
        return self._recode(b"")

    def _read_nowait(self, size: int) -> bytes:
        return self._recode(self._content._read_nowait(size))  # noqa: SLF001


def find_recoding(beginning: bytes, charset: str | None, encoding: str = "") -> Recode | None:
    """Return how to convert a body with this beginning and declared charset to UTF-8; None if it is UTF-8.

    The declared content `encoding` is only a hint, like the content type: proxies that unpack an answer may keep it.

    Raises:
        ProviderUnavailableError: the body is compressed, but not with gzip or zlib; we ask for no compression.
    """
    if _ZIPPED.match(beginning):
        return _Unzip(_ANY_ZIP)
    if encoding and not _is_text(beginning):
        if encoding.strip().lower() == "deflate":
            return _Unzip(_RAW)
        raise ProviderUnavailableError("the model service sent an answer that is compressed in an unknown way")
    name = _find_codec(charset)
    if beginning.startswith(_UTF_16) or (name.startswith("utf-16") and b"\0" in beginning):
        decoder = codecs.getincrementaldecoder("utf-16" if beginning.startswith(_UTF_16) else name)("replace")
        return lambda received: decoder.decode(received, not received).encode(errors="replace")
    is_utf_8 = name in {"", "utf-8", "ascii"} or name.startswith("utf-")
    return None if is_utf_8 else _Charset(name)


def _find_codec(charset: str | None) -> str:
    """Return Python's name of a charset; empty if it is not known."""
    try:
        found = codecs.lookup((charset or "").strip("'\" "))
    except (LookupError, ValueError):
        return ""
    return found.name if found._is_text_encoding else ""  # noqa: SLF001 - `rot13` and the like


def _is_text(beginning: bytes) -> bool:
    """Return whether a beginning, which may end within a character, is text."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(beginning)
    except UnicodeDecodeError:
        return beginning.startswith(_UTF_16)
    return _CONTROLS.search(beginning) is None


class _Unzip:
    """Unpacks deflate and gzip, including gzip with several members, one for each piece of a stream."""

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._zip = zlib.decompressobj(wbits)

    def __call__(self, received: bytes) -> bytes:
        unpacked = b""
        try:
            while received:
                if self._zip.eof:
                    self._zip = zlib.decompressobj(self._wbits)
                unpacked += self._zip.decompress(received, _MAX_UNPACKED_BYTES)
                if self._zip.unconsumed_tail or len(unpacked) > _MAX_UNPACKED_BYTES:
                    raise aiohttp.ClientPayloadError("the body unpacks to too much")
                received = self._zip.unused_data
        except zlib.error:
            raise aiohttp.ClientPayloadError("the body is not gzip") from None
        return unpacked


class _Charset:
    """Decodes whole lines in the declared charset, unless they are UTF-8: many services declare the wrong one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rest = b""

    def __call__(self, received: bytes) -> bytes:
        lines, end, rest = (self._rest + received).rpartition(b"\n")
        if not received or len(rest) > _MAX_HELD_BYTES:
            lines, end, rest = lines + end + rest, b"", b""
        self._rest = rest
        complete = lines + end
        try:
            complete.decode()
        except UnicodeDecodeError:
            return complete.decode(self._name, "replace").encode(errors="replace")
        return complete
