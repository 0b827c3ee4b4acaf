"""The text of a personal key: whose it is, a secret, and a code that only this server can make.

The code lets a worker tell whose request it is before it asks the database. Whether a key is valid, only its hash in
the database says.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from django.conf import settings

PREFIX = "sk-aichat-"
_SECRET_BYTES = 24
_CODE_BYTES = 8
_OWNER_BYTES = 16
_BYTES = _OWNER_BYTES + _SECRET_BYTES + _CODE_BYTES
KEY_LENGTH = len(PREFIX) + _BYTES * 4 // 3


def make_key_text(user_id: UUID) -> str:
    content = user_id.bytes + secrets.token_bytes(_SECRET_BYTES)
    return PREFIX + urlsafe_b64encode(content + _code(content)).decode()


def read_key_owner(key: str) -> UUID | None:
    """Return the id of the user for whom this server made a key; None for any other text."""
    if len(key) != KEY_LENGTH or not key.startswith(PREFIX):
        return None
    try:
        decoded = urlsafe_b64decode(key.removeprefix(PREFIX))
    except ValueError:
        return None
    content, code = decoded[:-_CODE_BYTES], decoded[-_CODE_BYTES:]
    if len(decoded) != _BYTES or not hmac.compare_digest(code, _code(content)):
        return None
    return UUID(bytes=content[:_OWNER_BYTES])


def _code(content: bytes) -> bytes:
    return hmac.digest(settings.JWT_SECRET_KEY.encode(), b"personal key " + content, "sha256")[:_CODE_BYTES]
