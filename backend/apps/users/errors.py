"""Expected failures of accounts, sessions and one-time links."""

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


class RegistrationFailedError(AppError):
    """The user name or email address is taken: one message for both, so that neither can be probed alone."""

    code = "REGISTRATION_FAILED"
    status = 400
    message = "An account with this user name or email address cannot be created."


class RegistrationClosedError(AppError):
    """Registration is off."""

    code = "REGISTRATION_CLOSED"
    status = 403
    message = "Registration is closed on this server."


class InviteRequiredError(AppError):
    """Registration needs an invitation, and the request has none."""

    code = "INVITE_REQUIRED"
    status = 400
    message = "Registration on this server needs an invitation."


class InviteInvalidError(AppError):
    """The invitation is unknown, used, expired or for another email address."""

    code = "INVITE_INVALID"
    status = 400
    message = "This invitation is not valid: ask for a new one."


class SetupCodeRequiredError(AppError):
    """The server has no accounts yet, and the request has no set-up code."""

    code = "SETUP_CODE_REQUIRED"
    status = 403
    message = "The first account of this server needs the set-up code that the server printed when it started."


class SetupCodeInvalidError(AppError):
    """The set-up code is not the server's, or another account was first."""

    code = "SETUP_CODE_INVALID"
    status = 403
    message = "This set-up code is wrong: the server prints the correct one when it starts."


class ResetInvalidError(AppError):
    """The password-reset link is unknown, used or expired."""

    code = "RESET_INVALID"
    status = 400
    message = "This link is no longer valid: ask for a new one."


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
