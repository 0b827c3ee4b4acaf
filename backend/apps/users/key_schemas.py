"""Request and response bodies of personal keys."""

from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, BaseModel, Field

from apps.core.text import is_blank, remove_controls
from apps.users.models import KEY_NAME_MAX_LENGTH
from apps.users.schemas import Moment, Text

MAX_EXPIRES_IN = 10 * 366 * 24 * 3600


def _show_on_one_line(text: str) -> str:
    """Return the name as lists show it, with spaces in place of line ends and tabs; refuses a blank one."""
    name = " ".join(remove_controls(" ".join(text.split())).split())
    if is_blank(name):
        raise ValueError("The name is blank.")
    return name


class KeyIn(BaseModel):
    """A new key; `expires_in` is in seconds, and without it the key does not expire."""

    name: Annotated[Text, Field(min_length=1, max_length=KEY_NAME_MAX_LENGTH), AfterValidator(_show_on_one_line)]
    expires_in: Annotated[int, Field(strict=True, ge=1, le=MAX_EXPIRES_IN)] | None = None


class KeyOut(Schema):
    """A key without its text; `key_end` are its last four characters. Times that do not apply are null."""

    id: UUID
    name: str
    key_end: str
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None


class NewKeyOut(KeyOut):
    """A new key. `key` is shown this once."""

    key: str


class KeysOut(Schema):
    """All keys of the user, newest first."""

    keys: list[KeyOut]
