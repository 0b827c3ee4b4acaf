"""Queries for the model services in use, and views of them that never contain a whole key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import structlog

from apps.chat.models import ModelService
from apps.chat.providers.catalogue.configured_services import (
    ConfiguredService,
    ModelLimits,
    default_name,
    read_environment_services,
)
from apps.chat.providers.model_ids import make_prefix
from apps.core.round_trips import read_later
from apps.core.sealing import BrokenSealError, unseal_secret
from apps.core.sql_values import read_id

logger = structlog.get_logger(__name__)

SEAL_PURPOSE = "key of the model service"
FIRST_SERVICE_ID = 1
"""The id of the service whose models' ids are their names, without a prefix."""


type SourceName = Literal["environment", "screen", "none"]


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A model service as an administrator sees it, with at most the end of its key.

    `prefix` is what the ids of its models begin with, empty for the first service. `is_key_lost`: the key was stored
    under another `SECRET_KEY` and can no longer be read.
    """

    source: SourceName
    id: int = 1
    name: str = ""
    prefix: str = ""
    base_url: str = ""
    has_key: bool = False
    key_end: str = ""
    is_key_lost: bool = False
    models: tuple[str, ...] = ()
    limits: tuple[ModelLimits, ...] = ()
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ServicesView:
    """The services in use, in order, and what set them."""

    source: SourceName
    services: list[ServiceView]


def view_model_services() -> ServicesView:
    """Return the services in use; the environment has precedence."""
    of_environment = read_environment_services()
    if of_environment:
        return ServicesView("environment", [_view_configured(*numbered) for numbered in enumerate(of_environment, 1)])
    stored = [_view_stored(service) for service in list_model_services()]
    return ServicesView("screen" if stored else "none", stored)


def view_model_service() -> ServiceView:
    """Return the first service in use."""
    shown = view_model_services()
    return next((service for service in shown.services if service.id == FIRST_SERVICE_ID), ServiceView("none"))


def list_model_services() -> list[ModelService]:
    """Return the services set in the settings, the first one first."""
    return list(ModelService.objects.order_by("id"))


def find_model_service(service_id: int = FIRST_SERVICE_ID) -> ModelService | None:
    return ModelService.objects.filter(id=service_id).first()


def read_service_versions() -> tuple[UUID, ...]:
    """Return the versions of the services set in the settings; cheap enough to call every second."""
    return tuple(read_later("SELECT version FROM chat_modelservice ORDER BY id", [], read_id).all())


def open_stored_service(stored: ModelService) -> ConfiguredService | None:
    """Return a stored service with its decrypted key; None if the key can no longer be read."""
    try:
        key = unseal_secret(stored.sealed_key, purpose=SEAL_PURPOSE) if stored.sealed_key else ""
    except BrokenSealError:
        logger.warning("model_service_key_unreadable", service=stored.id)
        return None
    return ConfiguredService(
        stored.base_url,
        key,
        models=tuple(stored.model_names),
        name=stored.name,
        slug=stored.slug,
        is_first=stored.id == FIRST_SERVICE_ID,
        limits=read_limits(stored.model_limits),
    )


def read_limits(stored: Mapping[str, Mapping[str, int | None]]) -> tuple[ModelLimits, ...]:
    """Return the limits of models, which are stored by model and then by name."""
    return tuple(ModelLimits(model, by.get("context_window"), by.get("max_output")) for model, by in stored.items())


def find_service_name(stored: ModelService) -> str:
    """Return the name of a service, by default its maker's name or its host."""
    return stored.name or default_name(stored.base_url)


def _view_configured(number: int, configured: ConfiguredService) -> ServiceView:
    return ServiceView(
        "environment",
        id=number,
        name=configured.name,
        prefix="" if configured.is_first else make_prefix(configured.slug),
        base_url=_without_password(configured.base_url),
        has_key=bool(configured.api_key),
        models=configured.models,
        limits=configured.limits,
    )


def _view_stored(stored: ModelService) -> ServiceView:
    return ServiceView(
        "screen",
        id=stored.id,
        name=find_service_name(stored),
        prefix="" if stored.id == FIRST_SERVICE_ID else make_prefix(stored.slug),
        base_url=stored.base_url,
        has_key=bool(stored.sealed_key),
        key_end=stored.key_end,
        is_key_lost=open_stored_service(stored) is None,
        models=tuple(stored.model_names),
        limits=read_limits(stored.model_limits),
        changed_at=stored.changed_at,
    )


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
