"""glibc's malloc: when freed memory returns to the system. Without glibc, nothing here has an effect."""

import ctypes

LARGE_BLOCK = 4 * 1024 * 1024
KEPT_BLOCK = 32 * 1024 * 1024
"""The most that `mallopt(3)` accepts, and more than a hash takes."""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Numbers of `mallopt(3)`."""


def return_large_blocks() -> None:
    """Make every block of at least `LARGE_BLOCK` bytes return to the system when it is freed.

    By default glibc keeps up to twice the largest block that was ever freed: 20 MB for good after the second password
    that a process hashes with Argon2. A hash takes about 10 ms of a core longer for this, so hashes of a burst keep
    their memory (`keep_large_blocks`).

    All threads share one arena, because only one at a time runs Python: free memory between the objects of a socket is
    used again by every thread.
    """
    _set_options({M_MMAP_THRESHOLD: LARGE_BLOCK, M_TRIM_THRESHOLD: LARGE_BLOCK, M_ARENA_MAX: 1})


def keep_large_blocks() -> None:
    """Keep freed blocks of up to `KEPT_BLOCK` for the next ones, until `return_large_blocks` and `trim_memory`."""
    _set_options({M_MMAP_THRESHOLD: KEPT_BLOCK, M_TRIM_THRESHOLD: 2 * KEPT_BLOCK})


def trim_memory() -> None:
    """Return all memory that is free; blocks other threads that allocate for a few milliseconds."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _set_options(values: dict[int, int]) -> None:
    options = getattr(ctypes.CDLL(None), "mallopt", None)
    if options is not None:
        for name, value in values.items():
            options(name, value)
