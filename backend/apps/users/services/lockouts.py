"""Lock-outs after failed sign-ins.

The tables and the `axes_reset` commands are django-axes'; the decision is ours, because axes counts failures without a
window as long as each falls within the cool-off, counts `alice`, `ALICE` and her e-mail address separately, checks
before the password but not after it, so that concurrent guesses all get an answer, and has no limit per address.

An `AccessFailureLog` row is one failure. Its `username` is the account's id or, without such an account, the digest of
what was typed, which may have been a password. The row of the fifth failure has `locked_out`; while it is younger than
the window, the account is locked for that address. A few `AccessAttempt` rows exist only to be locked, so that the
attempts of one address are counted one after another.
"""

import math
from datetime import timedelta
from zlib import crc32

from axes.models import AccessAttempt, AccessFailureLog
from django.db import transaction
from django.utils import timezone

from apps.core.errors import RateLimitError
from apps.core.http.client_address import UNKNOWN_ADDRESS, client_network
from apps.users.errors import AccountLockedError
from apps.users.models import User
from apps.users.tokens import hash_secret

WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 5
FAILURES_PER_ADDRESS = 50
# Number of rows to lock: enough that addresses seldom wait for each other, and few enough to keep.
TURNS = 64


def account_key(user: User | None, login: str) -> str:
    """Return the key that counts failures of an account, whether it exists or not."""
    return user.id.hex if user else f"unknown:{hash_secret(login.lower())}"


def refuse_locked(key: str, address: str) -> None:
    """Raise AccountLockedError or RateLimitError if this account or this address has to wait."""
    network = client_network(address)
    recent = AccessFailureLog.objects.filter(ip_address=network, attempt_time__gt=timezone.now() - WINDOW)
    lock = recent.filter(username=key, locked_out=True).order_by("attempt_time").last()
    if lock is not None:
        raise AccountLockedError(retry_after=_seconds_until_over(lock))
    if recent.count() >= FAILURES_PER_ADDRESS:
        # Unlocked when enough failures have expired that fewer than the limit remain.
        blocking = recent.order_by("-attempt_time")[FAILURES_PER_ADDRESS - 1]
        raise RateLimitError(retry_after=_seconds_until_over(blocking))


def settle_attempt(key: str, address: str, *, succeeded: bool) -> None:
    """Count a sign-in after its password was checked; a success deletes earlier failures.

    Of concurrent attempts only the first five get an answer.

    Raises:
        AccountLockedError, RateLimitError: other attempts reached the limit first; even a right password is refused.
    """
    network = client_network(address)
    with transaction.atomic():
        _take_turn(network)
        refuse_locked(key, address)
        failures = AccessFailureLog.objects.filter(ip_address=network, username=key)
        if succeeded:
            failures.delete()
            return
        AccessFailureLog.objects.filter(attempt_time__lte=timezone.now() - WINDOW).delete()
        is_last = failures.count() + 1 >= FAILURES_PER_ACCOUNT
        AccessFailureLog.objects.create(ip_address=network, username=key, locked_out=is_last)


def forget_failures(*, user: User | None = None, address: str | None = None) -> int:
    """Unlock an account, an address, the pair of both, or everything; return how many failures were deleted."""
    failures = AccessFailureLog.objects.all()
    if user is not None:
        failures = failures.filter(username=user.id.hex)
    if address is not None:
        failures = failures.filter(ip_address=client_network(address))
    forgotten, _ = failures.delete()
    return int(forgotten)


def _take_turn(network: str) -> None:
    turn = f"turn {crc32(network.encode()) % TURNS}"
    row = {"ip_address": UNKNOWN_ADDRESS, "username": turn, "user_agent": ""}
    AccessAttempt.objects.get_or_create(**row, defaults={"failures_since_start": 0})
    AccessAttempt.objects.select_for_update().get(**row)


def _seconds_until_over(failure: AccessFailureLog) -> int:
    left: timedelta = failure.attempt_time + WINDOW - timezone.now()
    return max(1, math.ceil(left.total_seconds()))
