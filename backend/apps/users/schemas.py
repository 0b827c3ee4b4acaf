"""Request and response bodies of accounts and sessions."""

import re
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from ninja import Schema
from pydantic import AfterValidator, BaseModel, Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from apps.core.text import describe_unstorable
from apps.core.wire_text import MomentText, iso_milliseconds
from apps.users.emails import check_email
from apps.users.models import EMAIL_MAX_LENGTH, USERNAME_MAX_LENGTH, USERNAME_MIN_LENGTH

PASSWORD_MIN_LENGTH = 12
PASSWORD_MAX_LENGTH = 128
# Values that are only compared may exceed the limit: they are incorrect, not malformed.
COMPARED_MAX_LENGTH = 4096
_NOT_IN_USERNAMES = re.compile("[^A-Za-z0-9_-]")


def _refuse_unstorable(text: str) -> str:
    """Refuse NUL and lone surrogates, which databases cannot store."""
    if reason := describe_unstorable(text):
        raise ValueError(f"In this text, {reason}.")
    return text


def _check_email(text: str) -> str:
    try:
        check_email(text)
    except ValidationError:
        raise ValueError("This is not an email address.") from None
    return text


def _check_username(text: str) -> str:
    """Raise an error that says why a user name is invalid: a character first, otherwise its length."""
    if wrong := _NOT_IN_USERNAMES.search(text):
        shown = wrong[0] if wrong[0].isprintable() else f"U+{ord(wrong[0]):04X}"
        raise PydanticCustomError(
            "username_characters",
            'A user name has only the letters A to Z, digits, "_" and "-"; "{shown}" is not allowed.',
            {"shown": shown},
        )
    if not USERNAME_MIN_LENGTH <= len(text) <= USERNAME_MAX_LENGTH:
        raise PydanticCustomError(
            "username_length",
            "A user name has {minimum} to {maximum} characters; this one has {length}.",
            {"minimum": USERNAME_MIN_LENGTH, "maximum": USERNAME_MAX_LENGTH, "length": len(text)},
        )
    return text


type Text = Annotated[str, AfterValidator(_refuse_unstorable)]
type Compared = Annotated[Text, Field(max_length=COMPARED_MAX_LENGTH)]
type Email = Annotated[str, Field(max_length=EMAIL_MAX_LENGTH), AfterValidator(_check_email)]
type NewPassword = Annotated[Text, Field(min_length=PASSWORD_MIN_LENGTH, max_length=PASSWORD_MAX_LENGTH)]
type Username = Annotated[
    str,
    AfterValidator(_check_username),
    Field(
        json_schema_extra={
            "minLength": USERNAME_MIN_LENGTH,
            "maxLength": USERNAME_MAX_LENGTH,
            "pattern": "^[A-Za-z0-9_-]+$",
        }
    ),
]
type Moment = Annotated[datetime, PlainSerializer(iso_milliseconds, return_type=MomentText)]


class RegisterIn(BaseModel):
    """A new account; `invite` is required if registration needs an invitation, `setup_code` for the first account."""

    email: Email
    username: Username
    password: NewPassword
    invite: Compared | None = None
    setup_code: Compared | None = None


class SignInIn(BaseModel):
    """User name or email address, and the password."""

    email: Compared | None = None
    username: Compared | None = None
    password: Compared

    @model_validator(mode="after")
    def _name_an_account(self) -> Self:
        if not self.login:
            raise ValueError("Give email or username.")
        return self

    @property
    def login(self) -> str:
        return self.email or self.username or ""


class RefreshIn(BaseModel):
    """The refresh token, unless it comes as a cookie."""

    refresh: Compared | None = None


class LogoutIn(BaseModel):
    """The refresh token is optional: the access token already identifies the session."""

    refresh_token: Compared | None = None


class PasswordChangeIn(BaseModel):
    """The current password proves that the user is present, not only the device."""

    current: Compared
    new: NewPassword


class DeletionIn(BaseModel):
    """The password proves that the user is present, not only the device."""

    password: Compared


class PasswordResetIn(BaseModel):
    """The token of a one-time link, and the new password."""

    token: Compared
    password: NewPassword


class RegistrationOut(Schema):
    """Whether this client's account would be the administrator account, and whether that needs the set-up code."""

    creates_administrator: bool
    """Without a code: over loopback, if registration is open."""
    setup_code_required: bool
    """For the first account of this client, unless it has an invitation."""


class AccountOut(Schema):
    """A new account."""

    id: UUID
    email: str
    username: str


class MeOut(AccountOut):
    """The signed-in account."""

    is_admin: bool


class TokensOut(Schema):
    """New tokens; without `refresh` if that is only in the cookie."""

    access: str
    refresh: Annotated[str | None, WithJsonSchema({"type": "string"})] = None


class SessionOut(Schema):
    """A signed-in device."""

    id: UUID
    current: bool
    administration: bool
    created_at: Moment
    last_seen_at: Moment
    expires_at: Moment
    user_agent: str
    address: str


class SessionsOut(Schema):
    """All signed-in devices, most recently seen first."""

    sessions: list[SessionOut]


class DoneOut(Schema):
    """Confirmation that the request was carried out."""

    message: str
