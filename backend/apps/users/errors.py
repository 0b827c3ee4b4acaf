"""Expected failures of accounts, sessions and one-time links."""

from enum import Enum
from typing import override

from apps.core.errors import AppError, ConflictError


class AccountLockedError(AppError):
    """Too many failed sign-ins to this account from this client network; `retry_after` says how long to wait."""

    code = "ACCOUNT_LOCKED"
    status = 429
    message = "Too many failed sign-ins: this account is locked for a while."


class HashingBusyError(AppError):
    """Too many passwords are being hashed at once; `retry_after` says when to try again."""

    code = "PASSWORD_CHECKS_BUSY"
    status = 429
    message = "Too many passwords are being checked right now: try again in a second."


class WrongCredentialsError(AppError):
    """Unknown account, wrong password, inactive account: the same error for all."""

    code = "AUTH_FAILED"
    status = 401
    message = "The user name, email address or password is wrong."


class WrongPasswordError(AppError):
    """A signed-in user gave a wrong current password."""

    code = "PASSWORD_INCORRECT"
    status = 400
    message = "The current password is wrong."


class Refusal(Enum):
    """Why an account is not created, or a link sets no password: the error code, with its status and its sentence."""

    REGISTRATION_CLOSED = 403, "Registration is closed on this server."
    # One sentence for both names, so that neither can be probed alone.
    REGISTRATION_FAILED = 400, "An account with this user name or email address cannot be created."
    INVITE_REQUIRED = 400, "Registration on this server needs an invitation."
    INVITE_INVALID = 400, "This invitation is not valid: ask for a new one."
    SETUP_CODE_REQUIRED = (
        403,
        "The first account of this server needs the set-up code that the server printed when it started.",
    )
    SETUP_CODE_INVALID = 403, "This set-up code is wrong: the server prints the correct one when it starts."
    RESET_INVALID = 400, "This link is no longer valid: ask for a new one."


class AccessRefusedError(AppError):
    """A registration or a one-time link that is refused, for the reason in `code`."""

    def __init__(self, refusal: Refusal) -> None:
        self.code = refusal.name
        self.status, sentence = refusal.value
        super().__init__(sentence)

    @classmethod
    @override
    def list_codes(cls) -> set[str]:
        return {refusal.name for refusal in Refusal}


class LastAdministratorError(AppError):
    """Without this administrator, the other accounts would have none."""

    code = "LAST_ADMINISTRATOR"
    status = 409
    message = (
        "The last administrator cannot be deleted while other accounts exist: make another account administrator first."
    )


class OriginRefusedError(AppError):
    """A request with the cookie came from another site."""

    code = "ORIGIN_NOT_ALLOWED"
    status = 403
    message = "Requests from this site are not allowed."


class TooManyKeysError(ConflictError):
    """The user has as many personal keys as there may be."""

    code = "TOO_MANY_KEYS"
    message = "You have reached the limit for keys: delete one first."
