"""Reads the model service in use, and what may be shown of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import structlog

from apps.chat.models import ModelService
from apps.chat.providers.sources import ServiceAccess, access_of_environment
from apps.core.sealing import BrokenSealError, unseal

logger = structlog.get_logger(__name__)

SEAL_PURPOSE = "key of the model service"


@dataclass(frozen=True, slots=True)
class ServiceView:
    """The model service as it may be shown: at most the end of the key.

    `is_key_lost`: the key was stored under another `SECRET_KEY` and can no longer be read.
    """

    source: Literal["environment", "screen", "none"]
    base_url: str = ""
    has_key: bool = False
    key_end: str = ""
    is_key_lost: bool = False
    models: tuple[str, ...] = ()
    changed_at: datetime | None = None


def view_model_service() -> ServiceView:
    """Return the service in use; the environment has precedence."""
    of_environment = access_of_environment()
    if of_environment is not None:
        base_url = _without_password(of_environment.base_url)
        return ServiceView("environment", base_url, has_key=bool(of_environment.api_key))
    stored = find_model_service()
    if stored is None:
        return ServiceView("none")
    return ServiceView(
        "screen",
        stored.base_url,
        has_key=bool(stored.sealed_key),
        key_end=stored.key_end,
        is_key_lost=open_access(stored) is None,
        models=tuple(stored.model_names),
        changed_at=stored.changed_at,
    )


def find_model_service() -> ModelService | None:
    """Return the service set on the screen."""
    return ModelService.objects.first()


def read_service_version() -> UUID | None:
    """Return the version of the service set on the screen; cheap enough to call every second."""
    return ModelService.objects.values_list("version", flat=True).first()


def open_access(stored: ModelService) -> ServiceAccess | None:
    """Return the stored access with the decrypted key; None if the key can no longer be read."""
    try:
        key = unseal(stored.sealed_key, purpose=SEAL_PURPOSE) if stored.sealed_key else ""
    except BrokenSealError:
        logger.warning("model_service_key_unreadable")
        return None
    return ServiceAccess(stored.base_url, key, models=tuple(stored.model_names))


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
