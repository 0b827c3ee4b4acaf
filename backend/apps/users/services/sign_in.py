"""Checks passwords, for sign-ins to the API and the admin and before sensitive changes; no other code does."""

import structlog
from django.contrib.auth.hashers import make_password

from apps.users import selectors
from apps.users.errors import WrongCredentialsError, WrongPasswordError
from apps.users.models import User
from apps.users.services.lockouts import account_key, refuse_locked, settle_attempt
from apps.users.services.sessions import open_session
from apps.users.tokens import TokenPair

logger = structlog.get_logger(__name__)


def sign_in(*, login: str, password: str, address: str, user_agent: str) -> TokenPair:
    """Check the password and open a session for the account with this user name or e-mail address.

    Raises:
        WrongCredentialsError, AccountLockedError, RateLimitError: see `check_credentials`.
    """
    user = check_credentials(login=login, password=password, address=address)
    tokens = open_session(user, address=address, user_agent=user_agent)
    logger.info("signed_in", user_id=str(user.id))
    return tokens


def check_credentials(*, login: str, password: str, address: str) -> User:
    """Return the account if the password is right; unknown and inactive accounts take as long as a wrong password.

    Raises:
        WrongCredentialsError: unknown or inactive account, or wrong password.
        AccountLockedError, RateLimitError: too many failures before this.
    """
    user = selectors.find_account(login)
    key = account_key(user, login)
    refuse_locked(key, address)
    is_right = _is_password_right(user, password)
    settle_attempt(key, address, succeeded=is_right)
    if user is None or not is_right:
        logger.info("sign_in_failed", account_id=str(user.id) if user else None, address=address)
        raise WrongCredentialsError
    return user


def check_current_password(user: User, password: str, *, address: str) -> None:
    """Verify that the user of a signed-in device knows the password; wrong ones count as failed sign-ins.

    Raises:
        WrongPasswordError: the password is wrong.
        AccountLockedError, RateLimitError: too many failures before this.
    """
    key = account_key(user, user.username)
    refuse_locked(key, address)
    is_right = _is_password_right(user, password)
    settle_attempt(key, address, succeeded=is_right)
    if not is_right:
        raise WrongPasswordError


def _is_password_right(user: User | None, password: str) -> bool:
    if user is None or not user.has_usable_password():
        make_password(password)  # takes as long as a comparison
        return False
    return user.check_password(password) and user.is_active
