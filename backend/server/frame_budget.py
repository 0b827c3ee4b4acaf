"""Counts of the frames of one WebSocket as they arrive, before they are parsed (RFC 6455, section 5.2)."""

from apps.core.limits.base import Limit
from apps.core.limits.token_buckets import TokenBucket

MIN_HEADER = 2
MASK_BYTES = 4
LENGTH_BYTES = {126: 2, 127: 8}


class FrameBudget:
    """Finds the frames in the data of a WebSocket, and spends its token buckets for each."""

    __slots__ = ("_bytes", "_frames", "_header", "_payload_left")

    def __init__(self, frames: str, size: str) -> None:
        """Allow this many frames and bytes, each written `count/seconds` or `off`."""
        self._frames = TokenBucket(Limit.parse(frames))
        self._bytes = TokenBucket(Limit.parse(size))
        self._header = b""
        self._payload_left = 0

    def measure(self, data: bytes, *, max_frames: int, now: float) -> tuple[int, bool]:
        """Find the end of the next `max_frames` frames in `data`; pass each byte that arrives exactly once.

        Returns:
            The number of bytes to that end (all of `data` if it has fewer frames), and whether the budget allows them.
        """
        at, frames = min(self._payload_left, len(data)), 0
        self._payload_left -= at
        while at < len(data) and frames < max_frames:
            header = self._header + data[at : at + MIN_HEADER + 8 + MASK_BYTES]
            size = _header_size(header)
            if size is None:
                self._header = header
                at = len(data)
                break
            frames += 1
            at += size - len(self._header)
            self._header = b""
            payload = _payload_size(header)
            step = min(payload, len(data) - at)
            self._payload_left = payload - step
            at += step
        is_within = self._frames.spend(frames, now) and self._bytes.spend(at, now)
        return at, is_within


def _header_size(header: bytes) -> int | None:
    """Return the length of a header; None if `header` is incomplete."""
    if len(header) < MIN_HEADER:
        return None
    size = MIN_HEADER + LENGTH_BYTES.get(header[1] & 0x7F, 0) + (MASK_BYTES if header[1] & 0x80 else 0)
    return size if len(header) >= size else None


def _payload_size(header: bytes) -> int:
    length = header[1] & 0x7F
    more = LENGTH_BYTES.get(length, 0)
    return int.from_bytes(header[MIN_HEADER : MIN_HEADER + more]) if more else length
