"""`/api/keys`: personal keys for `/v1`."""

from uuid import UUID

from ninja import Router, Status

from apps.users.auth import BearerAuth, SignedInRequest
from apps.users.key_schemas import KeyIn, KeyOut, KeysOut, NewKeyOut
from apps.users.selectors import list_keys
from apps.users.services import api_keys

keys_router = Router(tags=["keys"], auth=BearerAuth())


@keys_router.post("/", response={201: NewKeyOut})
def create_key(request: SignedInRequest, payload: KeyIn) -> Status[NewKeyOut]:
    """Make a personal key, and show it this once."""
    key, text = api_keys.create_key(request.auth.user_id, name=payload.name, expires_in=payload.expires_in)
    return Status(201, NewKeyOut(**KeyOut.from_orm(key).model_dump(), key=text))


@keys_router.get("/", response=KeysOut)
def list_own_keys(request: SignedInRequest) -> KeysOut:
    """List the personal keys, with their last use (to the minute)."""
    return KeysOut(keys=[KeyOut.from_orm(key) for key in list_keys(request.auth.user_id)])


@keys_router.delete("/{key_id}", response={204: None})
def delete_key(request: SignedInRequest, key_id: UUID) -> Status[None]:
    """Delete a personal key: every worker refuses it from now on, and its running calls end."""
    api_keys.delete_key(request.auth.user_id, key_id)
    return Status(204, None)
