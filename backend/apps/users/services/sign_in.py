"""All password checks: for sign-ins to the API and the administration, and before sensitive changes."""

import structlog
from django.conf import settings

from apps.core.http.client_address import ClientNetwork, client_network
from apps.core.limits.throttles import throttle_key
from apps.core.round_trips import round_trips
from apps.users import selectors
from apps.users.errors import WrongCredentialsError, WrongPasswordError
from apps.users.hashing import even_out_failure, list_outdated_algorithms, matches_hash
from apps.users.models import User
from apps.users.services.lockouts import account_key, count_attempt, login_key, refuse_locked
from apps.users.services.sessions import open_session
from apps.users.services.sign_in_failures import RecentFailures, read_failures_later
from apps.users.tokens import TokenPair

logger = structlog.get_logger(__name__)

NO_ACCOUNT = "!"  # a hash that no password matches


def sign_in(*, login: str, password: str, address: str, user_agent: str) -> TokenPair:
    """Check the password and open a session for the account with this user name or email address.

    Raises:
        WrongCredentialsError, AccountLockedError, RateLimitError, HashingBusyError: see `check_credentials`.
    """
    user = check_credentials(login=login, password=password, address=address)
    tokens = open_session(user, address=address, user_agent=user_agent)
    logger.info("signed_in", user_id=str(user.id))
    return tokens


def check_credentials(*, login: str, password: str, address: str) -> User:
    """Return the account if the password is correct; unknown and inactive accounts take as long as a wrong password.

    Raises:
        WrongCredentialsError: wrong password, or the account is unknown, inactive or locked under another name.
        AccountLockedError: too many earlier attempts under this name failed.
        RateLimitError: there were too many earlier checks or failures.
        HashingBusyError: too many passwords are being hashed.
    """
    typed = login_key(login)
    network = client_network(address)
    _count_check(network, f"{network}:{typed}")
    with round_trips():
        failures, account = read_failures_later(network), selectors.read_account_later(login)
        refuse_locked(typed, RecentFailures(failures.all()))
    user = account.first()
    stored = user.password if user else NO_ACCOUNT
    matches, is_outdated = matches_hash(password, stored)
    is_right = matches and user is not None and user.is_active
    is_accepted = count_attempt(typed, account_key(user, login), address, is_right=is_right, deciding_key=typed)
    if user is None or not is_accepted:
        even_out_failure(password, stored, selectors.find_stored_algorithm(list_outdated_algorithms()))
        logger.info("sign_in_failed", account_id=str(user.id) if user else None, address=address)
        raise WrongCredentialsError
    if is_outdated:
        user.renew_hash(password)
    return user


def check_current_password(user: User, password: str, *, address: str) -> None:
    """Verify that the user of a signed-in device knows the password; wrong ones count as failed sign-ins.

    Raises:
        WrongPasswordError: the password is wrong.
        AccountLockedError: too many failures before this.
        RateLimitError: there were too many earlier checks or failures.
        HashingBusyError: too many passwords are being hashed.
    """
    key = account_key(user, user.username)
    network = client_network(address)
    _count_check(network, key)
    refuse_locked(key, RecentFailures(read_failures_later(network).all()))
    is_right = user.check_password(password)
    if not count_attempt(login_key(user.username), key, address, is_right=is_right, deciding_key=key):
        raise WrongPasswordError


def lock_unchanged(user: User, checked: str) -> None:
    """Lock an account for this transaction; `checked` is the hash of its password that was checked before it.

    Raises:
        WrongPasswordError: the password has changed meanwhile, or the account was deleted.
    """
    stored = User.objects.select_for_update().filter(id=user.id).values_list("password", flat=True).first()
    if stored != checked:
        raise WrongPasswordError


def _count_check(network: ClientNetwork, account: str) -> None:
    """Count the check of a password, whatever its outcome; raises RateLimitError."""
    throttle_key(f"password:{network}", settings.THROTTLE_LOGIN)
    throttle_key(f"password-of:{account}", settings.THROTTLE_PASSWORD)
