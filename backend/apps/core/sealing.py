"""Sealed secrets, encrypted for the database: they can be read only with `SECRET_KEY` and for the same purpose."""

import base64
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

# Imported late: `cryptography` takes 6 MB, which a server without sealed secrets does not need.


class BrokenSealError(Exception):
    """The secret was sealed with another `SECRET_KEY`, for another purpose, or has been changed."""


def seal_secret(secret: str, *, purpose: str) -> str:
    """Encrypt and sign `secret`."""
    return _fernet(purpose).encrypt(secret.encode()).decode()


def unseal_secret(sealed: str, *, purpose: str) -> str:
    """Decrypt a sealed secret; raises BrokenSealError."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415

    try:
        return _fernet(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise BrokenSealError from None


def _fernet(purpose: str) -> "Fernet":
    from cryptography.fernet import Fernet  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    # One key per purpose: nothing else that SECRET_KEY signs can pass as a sealed secret.
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return Fernet(base64.urlsafe_b64encode(derivation.derive(settings.SECRET_KEY.encode())))
