"""`/api/keys`: personal keys for `/v1`."""

from typing import Annotated
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import AfterValidator, BaseModel, Field

from apps.core.text import is_blank, put_on_one_line
from apps.users.auth import BearerAuth, SignedInRequest
from apps.users.models import KEY_NAME_MAX_LENGTH
from apps.users.schemas import Moment, Text
from apps.users.selectors import list_keys
from apps.users.services import personal_keys

personal_keys_router = Router(tags=["keys"], auth=BearerAuth())

MAX_EXPIRES_IN_SECONDS = 10 * 366 * 24 * 3600


def _show_on_one_line(text: str) -> str:
    """Return the name as lists show it; refuses a blank one."""
    name = put_on_one_line(text)
    if is_blank(name):
        raise ValueError("The name is blank.")
    return name


class KeyIn(BaseModel):
    """A new key; `expires_in` is in seconds, and without it the key does not expire."""

    name: Annotated[Text, Field(min_length=1, max_length=KEY_NAME_MAX_LENGTH), AfterValidator(_show_on_one_line)]
    expires_in: Annotated[int, Field(strict=True, ge=1, le=MAX_EXPIRES_IN_SECONDS)] | None = None


class KeyOut(Schema):
    """A key without its text; `key_end` is the key's last four characters. Times that do not apply are null."""

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


@personal_keys_router.post("/", response={201: NewKeyOut})
def create_key(request: SignedInRequest, payload: KeyIn) -> Status[NewKeyOut]:
    """Make a personal key, and show it this once."""
    key, text = personal_keys.create_key(request.auth.user_id, name=payload.name, expires_in=payload.expires_in)
    return Status(201, NewKeyOut(**KeyOut.from_orm(key).model_dump(), key=text))


@personal_keys_router.get("/", response=KeysOut)
def list_own_keys(request: SignedInRequest) -> KeysOut:
    """List the personal keys, with their last use (to the minute)."""
    return KeysOut(keys=[KeyOut.from_orm(key) for key in list_keys(request.auth.user_id)])


@personal_keys_router.delete("/{key_id}", response={204: None})
def delete_key(request: SignedInRequest, key_id: UUID) -> Status[None]:
    """Delete a personal key: every worker refuses it from now on, and its running calls end."""
    personal_keys.delete_key(request.auth.user_id, key_id)
    return Status(204, None)
