"""Memory of the process that is returned to the system; works with glibc alone."""

import ctypes

LARGE_BLOCK = 4 * 1024 * 1024
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Numbers of `mallopt(3)`."""


def return_large_blocks() -> None:
    """Make every block of at least `LARGE_BLOCK` bytes return to the system when it is freed.

    By default glibc keeps up to twice the largest block that was ever freed: 20 MB for good after the second password
    that a process hashes with Argon2. A hash takes about 12 ms of a core longer for this.

    All threads share one arena, because only one at a time runs Python: free memory between the objects of a socket is
    used again by every thread.
    """
    options = getattr(ctypes.CDLL(None), "mallopt", None)
    if options is not None:
        options(M_MMAP_THRESHOLD, LARGE_BLOCK)
        options(M_TRIM_THRESHOLD, LARGE_BLOCK)
        options(M_ARENA_MAX, 1)


def trim_memory() -> None:
    """Return the memory that only start-up needed."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
