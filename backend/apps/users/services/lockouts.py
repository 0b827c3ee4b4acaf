"""Lock-outs after failed sign-ins.

The tables and the `axes_reset` commands are django-axes'; the decision is ours
(docs/decisions/0031-parts-of-axes-and-ninja-jwt.md).

A failure is counted twice, under what was typed and under the account, as an `AccessFailureLog` row each: `username` is
the digest of what was typed (users sometimes type a password there), or the account's id. The count of what was typed
decides between 401 and 429, so that a lock on one name does not reveal the account's other name. The count of the
account decides whether a correct password is accepted; if not, it is answered and counted like a wrong one, so that
alternating between the names gives no extra guesses.

The row of the fifth failure has `locked_out`; while it is younger than the window, its key is locked for that client
network. A few `AccessAttempt` rows exist only to be locked, so that the attempts of one network are counted one after
another.
"""

import math
from datetime import timedelta
from zlib import crc32

from axes.models import AccessAttempt, AccessFailureLog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.core.errors import RateLimitError
from apps.core.http.client_address import UNKNOWN_ADDRESS, ClientNetwork, client_network
from apps.users.emails import normalize_email
from apps.users.errors import AccountLockedError
from apps.users.models import User
from apps.users.tokens import hash_secret

WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 5
FAILURES_PER_NETWORK = 50
# Number of rows to lock: enough that networks rarely wait for each other, and few enough to keep the rows.
LOCKS = 64
TYPED = "typed:"


def login_key(login: str) -> str:
    """Return the key that counts failures of what was typed: a user name or an email address, known or not."""
    return f"{TYPED}{hash_secret(normalize_email(login).lower())}"


def account_key(user: User | None, login: str) -> str:
    """Return the key that counts failures of an account, whether it exists or not."""
    return user.id.hex if user else f"unknown:{hash_secret(login.lower())}"


def refuse_locked(key: str, address: str) -> None:
    """Raise AccountLockedError if the key is locked for this network, RateLimitError if the network must wait."""
    network = client_network(address)
    lock = _find_lock(key, network)
    if lock is not None:
        raise AccountLockedError(retry_after=_seconds_until_over(lock))
    failures = _recent_failures(network).filter(username__startswith=TYPED)
    if failures.count() >= FAILURES_PER_NETWORK:
        # Unlocked when enough failures have expired that fewer than the limit remain.
        blocking = failures.order_by("-attempt_time")[FAILURES_PER_NETWORK - 1]
        raise RateLimitError(retry_after=_seconds_until_over(blocking))


def settle_attempt(typed: str, account: str, address: str, *, is_right: bool, deciding_key: str) -> bool:
    """Count an attempt under both keys after its password was checked, and return whether it is accepted.

    A correct password is refused while the account is locked; if it is accepted, earlier failures are deleted. Of
    concurrent attempts, only the first five are checked against the count.

    Raises:
        AccountLockedError, RateLimitError: other attempts reached the limit of the key `deciding_key` first.
    """
    network = client_network(address)
    with transaction.atomic():
        _lock_network(network)
        refuse_locked(deciding_key, address)
        if is_right and _find_lock(account, network) is None:
            AccessFailureLog.objects.filter(ip_address=network, username__in=[typed, account]).delete()
            return True
        AccessFailureLog.objects.filter(attempt_time__lte=timezone.now() - WINDOW).delete()
        for key in (typed, account):
            failures = AccessFailureLog.objects.filter(ip_address=network, username=key)
            # Failures under another name do not prolong a lock.
            is_last = failures.count() + 1 >= FAILURES_PER_ACCOUNT and not failures.filter(locked_out=True).exists()
            AccessFailureLog.objects.create(ip_address=network, username=key, locked_out=is_last)
    return False


def forget_failures(*, user: User | None = None, address: str | None = None) -> int:
    """Unlock an account, a client network, the pair of both, or everything; return how many failures were deleted."""
    rows = AccessFailureLog.objects.all()
    if user is not None:
        rows = rows.filter(username__in=[user.id.hex, login_key(user.username), login_key(user.email)])
    if address is not None:
        rows = rows.filter(ip_address=client_network(address))
    counted: int = rows.filter(username__startswith=TYPED).count()
    rows.delete()
    return counted


def _find_lock(key: str, network: ClientNetwork) -> AccessFailureLog | None:
    return _recent_failures(network).filter(username=key, locked_out=True).order_by("attempt_time").last()


def _recent_failures(network: ClientNetwork) -> QuerySet[AccessFailureLog]:
    since = timezone.now() - WINDOW
    recent: QuerySet[AccessFailureLog] = AccessFailureLog.objects.filter(ip_address=network, attempt_time__gt=since)
    return recent


def _lock_network(network: ClientNetwork) -> None:
    lock = f"turn {crc32(network.encode()) % LOCKS}"
    row = {"ip_address": UNKNOWN_ADDRESS, "username": lock, "user_agent": ""}
    AccessAttempt.objects.get_or_create(**row, defaults={"failures_since_start": 0})
    AccessAttempt.objects.select_for_update().get(**row)


def _seconds_until_over(failure: AccessFailureLog) -> int:
    left: timedelta = failure.attempt_time + WINDOW - timezone.now()
    return max(1, math.ceil(left.total_seconds()))
