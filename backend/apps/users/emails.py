"""Email addresses: which are accepted, and in which form two spellings of one address are equal."""

import re
import unicodedata
from typing import Any, override

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models

from apps.core.unicode_forms import normalize

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def normalize_email(email: str) -> str:
    """Return an address in the form in which it is stored and compared.

    ASCII is kept as typed: queries compare it regardless of case. Any other local part becomes lower case in Unicode
    NFC, which databases do not do alike, and a domain with other letters or in Punycode becomes what people read.
    """
    name, at, domain = email.strip().rpartition("@")
    if not name.isascii():
        name = normalize("NFC", normalize("NFC", name).lower())
    return f"{name}{at}{_decode_domain(domain)}"


def check_email(email: str) -> None:
    """Refuse what is not an address; letters and digits of any script are allowed on both sides of the "@".

    Raises:
        django.core.exceptions.ValidationError: as Django's own validator.
    """
    name, at, domain = email.rpartition("@")
    for character in _BEYOND_ASCII.findall(name):
        if unicodedata.category(character)[0] not in "LMN":
            raise ValidationError(validate_email.message, code=validate_email.code)
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode()
        except UnicodeError:
            raise ValidationError(validate_email.message, code=validate_email.code) from None
    # RFC 6531 allows other letters wherever RFC 5322 allows one of ASCII.
    validate_email(_BEYOND_ASCII.sub("a", name) + at + domain)


class EmailField(models.EmailField):  # type: ignore[type-arg]  # generic only in the stubs
    """A column for such an address; Django's own accepts only ASCII before the "@"."""

    default_validators = [check_email]

    @override
    def deconstruct(self) -> Any:
        """Tell migrations that it is Django's own: the column is the same."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs


def _decode_domain(domain: str) -> str:
    if domain.isascii() and "xn--" not in domain.lower():
        return domain
    try:
        return idna.decode(idna.encode(domain, uts46=True))
    except UnicodeError:
        return domain.lower()
