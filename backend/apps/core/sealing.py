"""Secrets that the database keeps for us: readable only with `SECRET_KEY`, and only for what they were sealed for."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class BrokenSealError(Exception):
    """It was sealed under another `SECRET_KEY`, for another purpose, or was changed since."""


def seal(secret: str, *, purpose: str) -> str:
    """Encrypt and sign `secret`."""
    return _fernet(purpose).encrypt(secret.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Return what was sealed; raises BrokenSealError."""
    try:
        return _fernet(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise BrokenSealError from None


def _fernet(purpose: str) -> Fernet:
    # A key of its own for each purpose: nothing else that SECRET_KEY signs can be taken for it.
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return Fernet(base64.urlsafe_b64encode(derivation.derive(settings.SECRET_KEY.encode())))
