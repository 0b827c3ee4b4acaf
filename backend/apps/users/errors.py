"""What can go wrong with accounts, as a caller is told."""

from apps.core.errors import AppError


class AccountLockedError(AppError):
    """Too many failed sign-ins of this account from this address; `retry_after` says for how long."""

    code = "ACCOUNT_LOCKED"
    status = 429
    message = "Too many failed sign-ins: this account is locked for a while."


class WrongCredentialsError(AppError):
    """Unknown account, wrong password, inactive account: the same answer for all."""

    code = "AUTH_FAILED"
    status = 401
    message = "The account or the password is wrong."


class WrongPasswordError(AppError):
    """A signed-in person gave a wrong current password."""

    code = "PASSWORD_INCORRECT"
    status = 400
    message = "The current password is wrong."


class RegistrationFailedError(AppError):
    """User name or e-mail address is taken: one sentence for both, so that neither can be probed alone."""

    code = "REGISTRATION_FAILED"
    status = 400
    message = "An account with this user name or e-mail address cannot be made."


class RegistrationClosedError(AppError):
    """Nobody can register on this server."""

    code = "REGISTRATION_CLOSED"
    status = 403
    message = "Registration is closed on this server."


class InviteRequiredError(AppError):
    """Registration is by invitation, and there was none."""

    code = "INVITE_REQUIRED"
    status = 400
    message = "Registration on this server needs an invitation."


class InviteInvalidError(AppError):
    """The invitation is unknown, used, expired or for another e-mail address."""

    code = "INVITE_INVALID"
    status = 400
    message = "This invitation is not valid: ask for a new one."


class ResetInvalidError(AppError):
    """The password-reset link is unknown, used or expired."""

    code = "RESET_INVALID"
    status = 400
    message = "This link is not valid any more: ask for a new one."


class LastAdministratorError(AppError):
    """The others would be left with nobody who may administer the server."""

    code = "LAST_ADMINISTRATOR"
    status = 409
    message = "The last administrator cannot go while others stay: make somebody else one first."


class OriginRefusedError(AppError):
    """A cookie came along with a call from a site that is not ours."""

    code = "ORIGIN_NOT_ALLOWED"
    status = 403
    message = "Calls from this site are not allowed."
