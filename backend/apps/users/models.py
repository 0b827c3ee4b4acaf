"""Accounts, their sessions (one per signed-in device), personal keys and one-time links."""

from datetime import timedelta
from typing import ClassVar, Self, override
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from apps.core.ids import uuid7
from apps.users.emails import EmailField, normalize_email
from apps.users.hashing import hash_password, matches_hash

USERNAME_PATTERN = r"^[A-Za-z0-9_-]+\Z"
USERNAME_MIN_LENGTH = 3
USERNAME_MAX_LENGTH = 50
EMAIL_MAX_LENGTH = 254
USER_AGENT_MAX_LENGTH = 200
HASH_LENGTH = 64  # SHA-256 in hexadecimal
KEY_NAME_MAX_LENGTH = 100
KEY_END_LENGTH = 4
# How far the clocks of two machines may differ.
EXPIRY_LEEWAY = timedelta(seconds=10)


def login_column(login: str) -> tuple[str, str]:
    """Return the column, `email` or `username`, that has this user name or email address, and its value to compare."""
    # User names never contain "@".
    return ("email", normalize_email(login).lower()) if "@" in login else ("username", login.lower())


class UserManager(BaseUserManager["User"]):
    """Creates accounts and finds them regardless of case."""

    def create_user(self, username: str, email: str, password: str | None = None, **fields: object) -> "User":
        """Create an account; without a password it cannot sign in."""
        user = self.model(username=username, email=normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(username, email, password, **(fields | {"is_staff": True, "is_superuser": True}))

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.with_login(username or "").get()

    def with_login(self, login: str) -> models.QuerySet["User"]:
        """Filter for the account with this user name or email address."""
        return self.with_key(*login_column(login))

    def with_key(self, column: str, key: str) -> models.QuerySet["User"]:
        """Filter for the account whose `column`, `username` or `email`, is `key` in lower case."""
        # The unique indexes use Lower().
        return self.alias(key=Lower(column)).filter(key=key)


class User(AbstractBaseUser, PermissionsMixin):
    """An account. User name and email address are unique regardless of case, and kept as typed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(
        max_length=USERNAME_MAX_LENGTH,
        unique=True,
        validators=[RegexValidator(USERNAME_PATTERN), MinLengthValidator(USERNAME_MIN_LENGTH)],
    )
    email = EmailField(max_length=EMAIL_MAX_LENGTH)
    is_active = models.BooleanField(default=True, help_text="Off: this account cannot sign in, and its sessions end.")
    is_staff = models.BooleanField(default=False, help_text="May use this administration.")
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    # The session that changes the password, and survives the change.
    surviving_session_id: UUID | None = None

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["email"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique",
                violation_error_message="There is an account with this user name.",
            ),
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message="There is an account with this email address.",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @override
    def set_password(self, raw_password: str | None) -> None:
        """Set the password; raises HashingBusyError."""
        self.password = hash_password(raw_password)
        self._password = raw_password  # Django tells its validators of the change when it is saved.

    @override
    def check_password(self, raw_password: str | None) -> bool:
        """Return whether the password is correct. Raises HashingBusyError.

        Nothing is counted: what a client types goes through `services/sign_in.py`.
        """
        return raw_password is not None and matches_hash(raw_password, self.password)[0]

    def renew_hash(self, raw_password: str) -> None:
        """Replace an outdated hash by one of the current kind, of the same password. Raises HashingBusyError."""
        before = self.password
        self.password = hash_password(raw_password)
        if not User.objects.filter(id=self.id, password=before).update(password=self.password):
            # Another sign-in has renewed it, or the user has set another password.
            stored = User.objects.filter(id=self.id).values_list("password", flat=True).first() or before
            self.password = stored if matches_hash(raw_password, stored)[0] else before


class EndReason(models.TextChoices):
    """The reason why a session ended."""

    LOGOUT = "logout"
    REVOKED = "revoked", "Revoked from another device"
    PASSWORD = "password", "Password changed"
    REUSE = "reuse", "A spent refresh token came back"
    ADMIN = "admin", "Ended by an administrator"
    SURPLUS = "surplus", "Too many sessions"


class SessionQuerySet(models.QuerySet["Session"]):
    """Queries for sessions."""

    def alive(self) -> Self:
        """Filter for sessions of active users that have neither ended nor expired."""
        edge = timezone.now() - EXPIRY_LEEWAY
        # A refresh token never outlives its session, so this checks both.
        return self.filter(ended_at__isnull=True, refresh_expires_at__gt=edge, user__is_active=True)

    def of_administration(self) -> Self:
        """Filter for sessions of the administration: they have no refresh token."""
        return self.filter(current_hash="")


class Session(models.Model):
    """One signed-in device; every token carries its id as `sid`.

    It keeps only hashes of refresh token ids: of the current token and of its predecessor, which can be exchanged for
    the same current token for a short time (two tabs that refresh at once). `refreshed_at` and `refresh_expires_at`
    are `iat` and `exp` of the current token, so that it can be signed again byte for byte. A session of the
    administration has no token, and so no hash.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_seen_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    end_reason = models.CharField(max_length=8, choices=EndReason.choices, blank=True, editable=False)
    user_agent = models.CharField(max_length=USER_AGENT_MAX_LENGTH, blank=True, editable=False)
    address = models.GenericIPAddressField(editable=False)
    refreshed_at = models.DateTimeField(editable=False)
    refresh_expires_at = models.DateTimeField(editable=False)
    current_hash = models.CharField(max_length=HASH_LENGTH, editable=False)
    previous_hash = models.CharField(max_length=HASH_LENGTH, blank=True, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(F("user"), F("last_seen_at").desc(), name="session_list", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.user_agent or 'unknown device'}, {self.address}"

    @property
    def is_of_administration(self) -> bool:
        """Whether it is a session of the administration: it has no refresh token."""
        return not self.current_hash


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Queries for personal keys."""

    def unexpired(self) -> Self:
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()))

    def alive(self) -> Self:
        """Filter for keys of active users that have not expired."""
        return self.unexpired().filter(user__is_active=True)


class ApiKey(models.Model):
    """A personal key: opens `/v1` for programs of its user, and nothing else. Only its hash and its end are stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=KEY_NAME_MAX_LENGTH)
    key_hash = models.CharField(max_length=HASH_LENGTH, unique=True, editable=False)
    key_end = models.CharField(max_length=KEY_END_LENGTH, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} (…{self.key_end})"


class OneTimeLink(models.Model):
    """A link with a secret that works once; only the hash of the secret is stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token_hash = models.CharField(max_length=HASH_LENGTH, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+")
    expires_at = models.DateTimeField(editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True


class Invitation(OneTimeLink):
    """Lets one user register if registration needs an invitation; `email`, if set, binds it to that address."""

    email = EmailField(max_length=EMAIL_MAX_LENGTH, blank=True, help_text="Empty: anyone with the link may register.")
    used_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+")

    def __str__(self) -> str:
        return self.email or f"invitation {self.id}"


class PasswordReset(OneTimeLink):
    """Lets one user set a new password."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_resets")

    def __str__(self) -> str:
        return f"{self.user}, {self.created_at:%Y-%m-%d %H:%M}"
