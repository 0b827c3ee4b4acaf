"""Create, use and delete personal keys."""

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from apps.core.errors import NotFoundError
from apps.core.notify import notify_after_commit
from apps.users.errors import TooManyKeysError
from apps.users.models import KEY_END_LENGTH, ApiKey, User
from apps.users.notifications import KeyEndedNotification
from apps.users.personal_key_text import make_key_text
from apps.users.selectors import list_keys
from apps.users.tokens import hash_secret

logger = structlog.get_logger(__name__)

MAX_KEYS = 20
"""The limit per user; expired keys do not count."""

MAX_EXPIRED_KEYS = 20
"""Expired keys of a user that stay in the list, for their last use."""

USE_STORED_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_key(user_id: UUID, *, name: str, expires_in: int | None) -> tuple[ApiKey, str]:
    """Make a key that is valid for `expires_in` seconds (None: until it is deleted); return it with its text.

    Raises:
        TooManyKeysError: the user has `MAX_KEYS` that are valid.
    """
    # Locked, so that requests at the same time count each other.
    User.objects.select_for_update().only("id").get(id=user_id)
    valid = list_keys(user_id).unexpired().values("id")
    if valid.count() >= MAX_KEYS:
        raise TooManyKeysError
    expired = list_keys(user_id).exclude(id__in=valid).values_list("id", flat=True)
    ApiKey.objects.filter(id__in=list(expired[MAX_EXPIRED_KEYS:])).delete()
    text = make_key_text(user_id)
    now = timezone.now()
    key = ApiKey.objects.create(
        user_id=user_id,
        name=name,
        key_hash=hash_secret(text),
        key_end=text[-KEY_END_LENGTH:],
        created_at=now,
        expires_at=None if expires_in is None else now + timedelta(seconds=expires_in),
    )
    logger.info("personal_key_created", key_id=str(key.id))
    return key, text


@transaction.atomic
def delete_key(user_id: UUID, key_id: UUID) -> None:
    """Delete a key: it is refused from now on, and its running calls end.

    Raises:
        NotFoundError: the user has no such key.
    """
    deleted, _ = ApiKey.objects.filter(user_id=user_id, id=key_id).delete()
    if not deleted:
        raise NotFoundError
    notify_after_commit(KeyEndedNotification(key_id=key_id))
    logger.info("personal_key_deleted", key_id=str(key_id))


def note_key_use(key: ApiKey) -> None:
    """Store that a key was used; at most once a minute."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at >= USE_STORED_EVERY:
        ApiKey.objects.filter(id=key.id).update(last_used_at=now)
