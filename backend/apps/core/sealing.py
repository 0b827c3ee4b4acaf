"""Encrypts secrets for the database: they can be read only with `SECRET_KEY` and for the same purpose."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class BrokenSealError(Exception):
    """The secret was sealed with another `SECRET_KEY`, for another purpose, or has been changed."""


def seal(secret: str, *, purpose: str) -> str:
    """Encrypt and sign `secret`."""
    return _fernet(purpose).encrypt(secret.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Decrypt a sealed secret; raises BrokenSealError."""
    try:
        return _fernet(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise BrokenSealError from None


def _fernet(purpose: str) -> Fernet:
    # One key per purpose: nothing else that SECRET_KEY signs can pass as a sealed secret.
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return Fernet(base64.urlsafe_b64encode(derivation.derive(settings.SECRET_KEY.encode())))
