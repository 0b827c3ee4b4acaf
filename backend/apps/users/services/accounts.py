"""Services for accounts: creation, changes and deletion."""

from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.dispatch import Signal

from apps.core.database import uses_sqlite
from apps.core.errors import InvalidInputError
from apps.core.notify import notify_after_commit
from apps.core.round_trips import write
from apps.users.emails import normalize_email
from apps.users.errors import AccessRefusedError, LastAdministratorError, Refusal
from apps.users.hashing import hash_password
from apps.users.models import Session, User
from apps.users.notifications import SessionEndedNotification
from apps.users.services.links import find_invitation, find_reset, use_invitation, use_reset
from apps.users.services.lockouts import forget_failures
from apps.users.services.setup_code import check_setup_code, is_loopback_peer, is_setup_code_required
from apps.users.services.sign_in import check_current_password, lock_unchanged

logger = structlog.get_logger(__name__)

account_deleting = Signal()
"""Sent with `user_id` in the transaction that deletes an account, before anything is deleted."""

# Number of the PostgreSQL advisory lock that serializes the creation of a first account.
FIRST_ACCOUNT_LOCK = 7_301_144_950


def register_account(
    *, email: str, username: str, password: str, invite: str | None, setup_code: str | None, peer: str | None
) -> User:
    """Create an account as `REGISTRATION` allows.

    The first one of a fresh installation becomes administrator if it is created with the set-up code, or on the machine
    itself: `peer` is the address of a client without a proxy in between, else None.

    Raises:
        AccessRefusedError: the server has no accounts yet, and this is not its operator; registration is not open to
            this user; or a name is taken.
        InvalidInputError: the password is too weak.
        HashingBusyError: too many passwords are being hashed.
    """
    if settings.REGISTRATION == "closed":
        raise AccessRefusedError(Refusal.REGISTRATION_CLOSED)
    is_code_required = is_setup_code_required(peer=peer)
    is_by_code = is_code_required and not invite
    if is_by_code:
        check_setup_code(setup_code)
    # In place of the code, an invitation must be valid even where none is needed.
    needs_invitation = not is_by_code and (is_code_required or settings.REGISTRATION == "invite")
    invitation = find_invitation(invite, email=email) if needs_invitation else None
    user = User(username=username, email=normalize_email(email))
    _check_strength(password, user)
    user.password = hash_password(password)  # before the transaction, because it is slow on purpose
    with transaction.atomic():
        if (is_by_code or is_loopback_peer(peer)) and _is_first_account():
            user.is_staff = user.is_superuser = True
        elif is_by_code:
            raise AccessRefusedError(Refusal.SETUP_CODE_INVALID)  # Another registration was faster.
        _save_new(user)
        if invitation is not None:
            use_invitation(invitation, user)
    logger.info("registered", account_id=str(user.id), is_admin=user.is_staff)
    return user


def is_administrator_awaited(*, peer: str | None) -> bool:
    """Return whether an account that `peer` registers now, without an invitation, becomes the administrator account."""
    return settings.REGISTRATION == "open" and is_loopback_peer(peer) and not User.objects.exists()


def change_password(user: User, *, current: str, new: str, session_id: UUID, address: str) -> None:
    """Set a new password and end all other sessions.

    Raises:
        WrongPasswordError, AccountLockedError: `current` is not the password, or too many guesses were made.
        InvalidInputError: the new password is too weak.
        RateLimitError, HashingBusyError: too many checks before this, or at this moment.
    """
    check_current_password(user, current, address=address)
    _check_strength(new, user)
    checked = user.password
    user.surviving_session_id = session_id
    user.set_password(new)  # before the transaction, because it is slow on purpose
    with transaction.atomic():
        lock_unchanged(user, checked)
        user.save(update_fields=["password"])  # ends sessions and reset links, see validators.py


def reset_password(*, token: str, password: str) -> None:
    """Set a new password by a one-time link: ends all sessions and lifts lock-outs.

    Raises:
        AccessRefusedError: the link is unknown, used or expired.
        InvalidInputError: the new password is too weak; the link stays valid.
    """
    reset = find_reset(token)
    _check_strength(password, reset.user)
    reset.user.set_password(password)  # before the transaction, because it is slow on purpose
    with transaction.atomic():
        use_reset(reset)
        reset.user.save(update_fields=["password"])  # ends sessions and other reset links, see validators.py
        forget_failures(user=reset.user)


def delete_own_account(user: User, *, password: str, address: str) -> None:
    """Delete an account, if the password is correct.

    Raises:
        WrongPasswordError, AccountLockedError: it is not the password, or too many guesses were made.
        LastAdministratorError: the other accounts would have no administrator.
    """
    check_current_password(user, password, address=address)
    with transaction.atomic():
        lock_unchanged(user, user.password)
        _refuse_last_administrator(user)
        delete_account(user)
    logger.info("account_deleted", account_id=str(user.id))


def keep_account(user_id: UUID) -> None:
    """Lock the account against deletion until this transaction ends; waits if a deletion came first.

    The database does that for whatever refers to the account, but at the commit. By then, the transaction may have
    locked what the deletion waits for.
    """
    if not uses_sqlite():
        write(f"SELECT 1 FROM {User._meta.db_table} WHERE id = %s FOR KEY SHARE", [user_id])  # noqa: S608 - the model's names


def delete_account(user: User) -> None:
    """Delete an account with everything that belongs to it, and close its connections."""
    with transaction.atomic():
        User.objects.select_for_update().only("id").filter(id=user.id).first()
        ids = list(Session.objects.filter(user=user, ended_at__isnull=True).values_list("id", flat=True))
        account_deleting.send(sender=User, user_id=user.id)
        user.delete()
        notify_after_commit(*(SessionEndedNotification(session_id=session_id) for session_id in ids))


def _refuse_last_administrator(user: User) -> None:
    # Locked: otherwise two administrators could each rely on the other and both be deleted.
    administrators = User.objects.select_for_update().filter(is_staff=True, is_active=True)
    if {user.id} == {administrator.id for administrator in administrators} and User.objects.exclude(
        id=user.id
    ).exists():
        raise LastAdministratorError


def _is_first_account() -> bool:
    """Return whether no account exists yet; other callers wait until this transaction has ended."""
    if User.objects.exists():
        return False
    if connection.vendor == "postgresql":  # SQLite has one writer at a time
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FIRST_ACCOUNT_LOCK])
    return not User.objects.exists()


def _save_new(user: User) -> None:
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise AccessRefusedError(Refusal.REGISTRATION_FAILED) from error


def _check_strength(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        detail = [
            {"loc": ["body", "password"], "msg": " ".join(failure.messages), "type": failure.code}
            for failure in error.error_list
        ]
        raise InvalidInputError("The password is too weak.", detail=detail) from error
