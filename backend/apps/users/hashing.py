"""Password hashing with Argon2id: on separate threads, a few at a time, without a database connection.

A hash is slow on purpose. If requests hashed on their own threads, a burst of them would take the processor from
running streams and the connections from the pool. Client networks take turns, so that none can keep the others
from signing in.
"""

import math
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import override

from django.conf import settings
from django.contrib.auth.hashers import (
    Argon2PasswordHasher,
    BasePasswordHasher,
    get_hasher,
    get_hashers,
    identify_hasher,
    is_password_usable,
    make_password,
    verify_password,
)

from apps.core.database import release_connection
from apps.core.http.client_address import ClientNetwork, current_network
from apps.core.http.running_requests import request_slot_released
from apps.core.malloc import keep_large_blocks, return_large_blocks, trim_memory
from apps.core.slots import FairSlots, NoSlotError
from apps.core.unicode_forms import normalize
from apps.users.errors import HashingBusyError

MAX_RUNNING = min(4, max(1, (os.cpu_count() or 1) // 2))
"""Concurrent hashes of one process: half of the cores. Each takes 19 MiB and about 40 ms of a core."""

NICENESS = 10
"""The threads yield the processor to the event loop, which relays tokens."""

MAX_WAITING = 16
"""Hashes of one client network that wait for a slot: about as many as one core makes in
`PASSWORD_CHECK_WAIT_SECONDS`."""

BURST_SECONDS = 2.0
"""Three hashes that begin within this time are a burst, which ends when none has begun for as long."""

_slots = FairSlots[ClientNetwork | None](MAX_RUNNING, max_per_key=MAX_RUNNING, max_waiting=MAX_WAITING)


class _HashDuration:
    """The time that a slot is held for a hash, as a moving average; for any thread."""

    WEIGHT = 0.2

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Count the time of the block."""
        began = time.monotonic()
        yield
        self.seconds += self.WEIGHT * (time.monotonic() - began - self.seconds)


_hash_duration = _HashDuration()


class _HashMemory:
    """Keeps the memory of a hash for the next one during a burst, and returns it afterwards.

    The kernel clears and maps 19 MiB page by page, which takes a fifth of the time of a hash.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used_at = deque([-math.inf, -math.inf], maxlen=2)
        self._is_kept = False

    def use(self) -> None:
        """Record the start of a hash."""
        with self._lock:
            now = time.monotonic()
            is_burst = now - self._used_at[0] <= BURST_SECONDS
            self._used_at.append(now)
            if self._is_kept or not is_burst:
                return
            self._is_kept = True
        keep_large_blocks()
        threading.Thread(target=self._return_after_burst, name="password-memory", daemon=True).start()

    def _return_after_burst(self) -> None:
        while True:
            with self._lock:
                left = self._used_at[-1] + BURST_SECONDS - time.monotonic()
                if left <= 0:
                    self._is_kept = False
                    return_large_blocks()
                    trim_memory()
                    return
            time.sleep(left)


_memory = _HashMemory()


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id as OWASP recommends: 19 MiB, two passes, one lane."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1

    @override
    def encode(self, password: str, salt: str) -> str:
        _memory.use()
        return super().encode(password, salt)

    @override
    def verify(self, password: str, encoded: str) -> bool:
        _memory.use()
        return super().verify(password, encoded)


def is_hashing_busy(network: ClientNetwork, *, max_wait: float) -> bool:
    """Return whether a hash for this client network would wait for more than `max_wait` seconds; for the event loop."""
    return _slots.count_before(network) * _hash_duration.seconds > MAX_RUNNING * max_wait


def hash_password(password: str | None) -> str:
    """Return the hash to store, of the password in Unicode NFC; without a password, a hash that nothing matches.

    Raises:
        HashingBusyError: too many passwords are being hashed.
    """
    return make_password(None) if password is None else _hash_in_slot(partial(make_password, _compose(password)))


def matches_hash(password: str, encoded: str) -> tuple[bool, bool]:
    """Return whether the password is correct, and whether its hash is outdated: of another kind, or not of Unicode NFC.

    Keyboards differ in how they write a letter with an accent. Hashes of earlier versions are of what was typed. An
    unusable hash takes as long as one of the current kind.

    Raises:
        HashingBusyError: too many passwords are being hashed.
    """
    composed = _compose(password)
    is_right, is_outdated = _hash_in_slot(partial(verify_password, composed, encoded))
    if is_right or composed == password:
        return is_right, is_outdated
    return _hash_in_slot(partial(verify_password, password, encoded))[0], True


def even_out_failure(password: str, encoded: str, outdated: str | None) -> None:
    """Spend the time by which a failed check of `encoded` was shorter than it is for any other account.

    `outdated` names an outdated algorithm that is still stored for other accounts, if there is one.

    Raises:
        HashingBusyError: too many passwords are being hashed.
    """
    current = _name(get_hasher())
    spent = _name(identify_hasher(encoded)) if is_password_usable(encoded) else current
    for algorithm in {current, outdated or current} - {spent}:
        _hash_in_slot(partial(make_password, password, hasher=algorithm))


def list_outdated_algorithms() -> list[str]:
    """Return the algorithms that are accepted, but no longer used for new hashes."""
    return [_name(hasher) for hasher in get_hashers()[1:]]


def _compose(password: str) -> str:
    return normalize("NFC", password)


def _name(hasher: BasePasswordHasher) -> str:
    return str(hasher.algorithm)


def _hash_in_slot[R](work: Callable[[], R]) -> R:
    release_connection()
    try:
        max_wait = settings.PASSWORD_CHECK_WAIT_SECONDS
        with request_slot_released(), _slots.slot(current_network.get(), max_wait=max_wait), _hash_duration.measured():
            return _threads().submit(work).result()
    except NoSlotError:
        raise HashingBusyError(retry_after=1) from None


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MAX_RUNNING, thread_name_prefix="password", initializer=_yield_to_others)


def _yield_to_others() -> None:
    if sys.platform == "linux":  # elsewhere, priorities belong to processes
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
