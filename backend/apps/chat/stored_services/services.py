"""Services for the stored model services: adding, changing, removing and testing; each worker follows in a second."""

import asyncio
from dataclasses import replace
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.chat.models import ModelService
from apps.chat.providers.catalogue.configured_services import ConfiguredService, default_name, read_environment_services
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.chat.providers.model_ids import find_free_slug, make_slug
from apps.chat.stored_services.base_url import read_base_url
from apps.chat.stored_services.errors import (
    ModelServiceError,
    ModelServiceFixedError,
    Reason,
    ServiceNameTakenError,
    ServicesChangedError,
    TooManyServicesError,
)
from apps.chat.stored_services.image_refusals import forget_image_refusals
from apps.chat.stored_services.request import ModelServiceIn
from apps.chat.stored_services.selectors import (
    FIRST_SERVICE_ID,
    SEAL_PURPOSE,
    find_model_service,
    find_service_name,
    list_model_services,
    open_stored_service,
    read_service_versions,
)
from apps.chat.stored_services.trial import try_service
from apps.core.database import run_in_database
from apps.core.errors import NotFoundError
from apps.core.ids import uuid7
from apps.core.outages import log_failure
from apps.core.sealing import seal_secret

logger = structlog.get_logger(__name__)

MAX_SERVICES = 50
KEY_END_LENGTH = 4
MIN_SHOWN_LENGTH = 20
"""The end of a shorter key would reveal too much."""


def add_model_service(request: ModelServiceIn) -> int:
    """Test a service with one call, then store it and use it in addition to the others; return its id.

    Raises: as `set_model_service` does.
    """
    stored = {service.id for service in list_model_services()}
    if len(stored) >= MAX_SERVICES:
        raise TooManyServicesError
    service_id = FIRST_SERVICE_ID if FIRST_SERVICE_ID not in stored else max(stored) + 1
    set_model_service(request, service_id, is_new=True)
    return service_id


def set_model_service(request: ModelServiceIn, service_id: int = FIRST_SERVICE_ID, *, is_new: bool = False) -> None:
    """Test a service with one call, then store it in place of the one with this id, and use it.

    Raises:
        ModelServiceFixedError: the environment says which services are used.
        InvalidInputError: `base_url` is not an http(s) URL.
        ServiceNameTakenError: another service has the name.
        ModelServiceError: the stored key would be kept, but there is none for this base URL; or the trial failed.
        NotFoundError: the service does not exist.
    """
    _refuse_if_fixed()
    stored = None if is_new else find_model_service(service_id)
    if stored is None and not is_new and service_id != FIRST_SERVICE_ID:
        raise NotFoundError
    configured = _complete_request(read_base_url(request.base_url), request.api_key, stored)
    configured = replace(configured, models=tuple(dict.fromkeys(request.models)))
    slug = _choose_slug(service_id, request.name or default_name(configured.base_url), stored)
    try_service(configured)
    fields = {
        "version": uuid7(),
        "name": request.name,
        "slug": slug,
        "base_url": configured.base_url,
        "model_names": list(configured.models),
        "model_limits": request.limits_by_model,
        "sealed_key": seal_secret(configured.api_key, purpose=SEAL_PURPOSE) if configured.api_key else "",
        "key_end": configured.api_key[-KEY_END_LENGTH:] if len(configured.api_key) >= MIN_SHOWN_LENGTH else "",
        "changed_at": timezone.now(),
    }
    try:
        with transaction.atomic():
            if stored is None:
                ModelService.objects.create(id=service_id, **fields)
            else:
                ModelService.objects.update_or_create(id=service_id, defaults=fields)
    except IntegrityError:
        raise ServicesChangedError from None
    forget_image_refusals(configured.base_url)
    # This worker switches immediately, the others at their next look.
    _use_now()


def remove_model_service(service_id: int = FIRST_SERVICE_ID) -> None:
    """Delete a service and its key.

    Raises:
        ModelServiceFixedError: the environment says which services are used.
        NotFoundError: the service does not exist.
    """
    _refuse_if_fixed()
    deleted, _ = ModelService.objects.filter(id=service_id).delete()
    if not deleted and service_id != FIRST_SERVICE_ID:
        raise NotFoundError
    _use_now()


def test_model_service(service_id: int) -> int:
    """Test a service in use with one call; return the number of its chat models.

    Raises:
        ModelServiceError: the trial failed.
        NotFoundError: the service does not exist.
    """
    of_environment = read_environment_services()
    if of_environment:
        configured = of_environment[service_id - 1] if 1 <= service_id <= len(of_environment) else None
    else:
        stored = find_model_service(service_id)
        configured = open_stored_service(stored) if stored is not None else None
        if stored is not None and configured is None:
            raise ModelServiceError(Reason.KEY_NEEDED)
    if configured is None:
        raise NotFoundError
    return len(try_service(configured))


async def use_stored_services() -> None:
    """Make this worker use the stored services, unless the environment names one."""
    if read_environment_services():
        return
    await get_catalogue().use_services(*await run_in_database(_read_stored))


async def follow_stored_services() -> None:
    """Switch within a second to the services that another worker has stored, until cancelled."""
    while not read_environment_services():
        await asyncio.sleep(settings.MODEL_SERVICE_LOOK_SECONDS)
        try:
            if await run_in_database(read_service_versions) != get_catalogue().service_versions:
                await use_stored_services()
        except Exception as error:  # noqa: BLE001 - the next look tries again
            log_failure(logger, "model_service_not_read", error)


def _use_now() -> None:
    async_to_sync(get_catalogue().use_services)(*_read_stored())


def _read_stored() -> tuple[list[ConfiguredService], tuple[UUID, ...]]:
    """Return the stored services whose keys can be read, and the versions of all."""
    stored = list_model_services()
    opened = [configured for configured in map(open_stored_service, stored) if configured is not None]
    return opened, tuple(service.version for service in stored)


def _refuse_if_fixed() -> None:
    if read_environment_services():
        raise ModelServiceFixedError


def _choose_slug(service_id: int, name: str, stored: ModelService | None) -> str:
    """Return the slug of a service, which a new name does not change; the first service has none."""
    others = [other for other in list_model_services() if other.id != service_id]
    if any(find_service_name(other).casefold() == name.casefold() for other in others):
        raise ServiceNameTakenError
    if service_id == FIRST_SERVICE_ID:
        return ""
    if stored is not None:
        return stored.slug
    taken = {other.slug or make_slug(find_service_name(other)) for other in others}
    return find_free_slug(name, taken)


def _complete_request(base_url: str, api_key: str | None, stored: ModelService | None) -> ConfiguredService:
    if api_key is not None:
        return ConfiguredService(base_url, api_key)
    kept = open_stored_service(stored) if stored is not None else None
    if kept is None or urlsplit(kept.base_url)[:2] != urlsplit(base_url)[:2]:
        raise ModelServiceError(Reason.KEY_NEEDED)
    return ConfiguredService(base_url, kept.api_key)
