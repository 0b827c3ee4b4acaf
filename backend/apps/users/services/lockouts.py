"""Lock-outs after failed sign-ins.

The tables and the `axes_reset` commands are django-axes'; the decision is ours
(docs/decisions/0031-parts-of-axes-and-ninja-jwt.md).

A failure is counted twice, under what was typed and under the account, as an `AccessFailureLog` row each: `username` is
the digest of what was typed (users sometimes type a password there), or the account's id. The count of what was typed
decides between 401 and 429, so that a lock on one name does not reveal the account's other name. The count of the
account decides whether a correct password is accepted; if not, it is answered and counted like a wrong one, so that
alternating between the names gives no extra guesses.

The row of the fifth failure has `locked_out`; while it is younger than the window, its key is locked for that client
network. The attempts of one network are counted one after another.
"""

import math

from axes.models import AccessFailureLog

from apps.core.errors import RateLimitError
from apps.core.http.client_address import client_network
from apps.core.transactions import CompactTransaction
from apps.users.emails import normalize_email
from apps.users.errors import AccountLockedError
from apps.users.models import User
from apps.users.services.sign_in_failures import (
    TYPED_PREFIX,
    RecentFailures,
    SignInFailure,
    add_failure,
    forget_failures_of,
    forget_old_failures,
    lock_network,
    read_failures_later,
)
from apps.users.tokens import hash_secret

FAILURES_PER_ACCOUNT = 5
FAILURES_PER_NETWORK = 50


def login_key(login: str) -> str:
    """Return the key that counts failures of what was typed: a user name or an email address, known or not."""
    return f"{TYPED_PREFIX}{hash_secret(normalize_email(login).lower())}"


def account_key(user: User | None, login: str) -> str:
    """Return the key that counts failures of an account, whether it exists or not."""
    return user.id.hex if user else f"unknown:{hash_secret(login.lower())}"


def refuse_locked(key: str, failures: RecentFailures) -> None:
    """Raise AccountLockedError if the key is locked for this network, RateLimitError if the network must wait."""
    lock = failures.find_lock(key)
    if lock is not None:
        raise AccountLockedError(retry_after=_seconds_until_over(lock))
    typed = failures.of_names()
    if len(typed) >= FAILURES_PER_NETWORK:
        # Unlocked when enough failures have expired that fewer than the limit remain.
        raise RateLimitError(retry_after=_seconds_until_over(typed[-FAILURES_PER_NETWORK]))


def count_attempt(typed: str, account: str, address: str, *, is_right: bool, deciding_key: str) -> bool:
    """Count an attempt under both keys after its password was checked, and return whether it is accepted.

    A correct password is refused while the account is locked; if it is accepted, earlier failures are deleted. Of
    concurrent attempts, only the first five are checked against the count.

    Raises:
        AccountLockedError, RateLimitError: other attempts reached the limit of the key `deciding_key` first.
    """
    network = client_network(address)
    with CompactTransaction():
        lock_network(network)
        failures = RecentFailures(read_failures_later(network).all())
        refuse_locked(deciding_key, failures)
        if is_right and failures.find_lock(account) is None:
            forget_failures_of(network, [key for key in (typed, account) if failures.of(key)])
            return True
        forget_old_failures()
        for key in (typed, account):
            # Failures under another name do not prolong a lock.
            is_last = len(failures.of(key)) + 1 >= FAILURES_PER_ACCOUNT and failures.find_lock(key) is None
            add_failure(network, key, is_lock=is_last)
    return False


def forget_failures(*, user: User | None = None, address: str | None = None) -> int:
    """Unlock an account, a client network, the pair of both, or everything; return how many failures were deleted."""
    rows = AccessFailureLog.objects.all()
    if user is not None:
        rows = rows.filter(username__in=[user.id.hex, login_key(user.username), login_key(user.email)])
    if address is not None:
        rows = rows.filter(ip_address=client_network(address))
    counted: int = rows.filter(username__startswith=TYPED_PREFIX).count()
    rows.delete()
    return counted


def _seconds_until_over(failure: SignInFailure) -> int:
    return max(1, math.ceil(failure.seconds_left))
