"""The model services that administrators set in the settings; every worker uses them within a second."""

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
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.chat.providers.catalogue.service_access import ServiceAccess, default_name, read_services_of_environment
from apps.chat.providers.model_ids import find_free_slug, make_slug
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
    FIRST,
    SEAL_PURPOSE,
    find_model_service,
    find_service_name,
    list_model_services,
    open_access,
    read_service_versions,
)
from apps.chat.stored_services.trial import read_base_url, try_service
from apps.core.database import run_in_database
from apps.core.errors import NotFoundError
from apps.core.ids import uuid7
from apps.core.outages import log_failure
from apps.core.sealing import seal_secret

logger = structlog.get_logger(__name__)

MAX_SERVICES = 50
SHOWN_END = 4
MIN_SHOWN_KEY_LENGTH = 20
"""The end of a shorter key would reveal too much."""


def add_model_service(request: ModelServiceIn) -> int:
    """Test a service with one call, then store it and use it in addition to the others; return its id.

    Raises: as `set_model_service` does.
    """
    stored = {service.id for service in list_model_services()}
    if len(stored) >= MAX_SERVICES:
        raise TooManyServicesError
    service_id = FIRST if FIRST not in stored else max(stored) + 1
    set_model_service(request, service_id, is_new=True)
    return service_id


def set_model_service(request: ModelServiceIn, service_id: int = FIRST, *, is_new: bool = False) -> None:
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
    if stored is None and not is_new and service_id != FIRST:
        raise NotFoundError
    access = _complete_access(read_base_url(request.base_url), request.api_key, stored)
    access = replace(access, models=tuple(dict.fromkeys(request.models)))
    slug = _choose_slug(service_id, request.name or default_name(access.base_url), stored)
    try_service(access)
    fields = {
        "version": uuid7(),
        "name": request.name,
        "slug": slug,
        "base_url": access.base_url,
        "model_names": list(access.models),
        "model_limits": request.limits_by_model,
        "sealed_key": seal_secret(access.api_key, purpose=SEAL_PURPOSE) if access.api_key else "",
        "key_end": access.api_key[-SHOWN_END:] if len(access.api_key) >= MIN_SHOWN_KEY_LENGTH else "",
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
    forget_image_refusals(access.base_url)
    # This worker switches immediately, the others when they next look.
    _use_now()


def remove_model_service(service_id: int = FIRST) -> None:
    """Delete a service and its key.

    Raises:
        ModelServiceFixedError: the environment says which services are used.
        NotFoundError: the service does not exist.
    """
    _refuse_if_fixed()
    deleted, _ = ModelService.objects.filter(id=service_id).delete()
    if not deleted and service_id != FIRST:
        raise NotFoundError
    _use_now()


def test_model_service(service_id: int) -> int:
    """Test a service in use with one call; return the number of its chat models.

    Raises:
        ModelServiceError: the trial failed.
        NotFoundError: the service does not exist.
    """
    of_environment = read_services_of_environment()
    if of_environment:
        access = of_environment[service_id - 1] if 1 <= service_id <= len(of_environment) else None
    else:
        stored = find_model_service(service_id)
        access = open_access(stored) if stored is not None else None
        if stored is not None and access is None:
            raise ModelServiceError(Reason.KEY_NEEDED)
    if access is None:
        raise NotFoundError
    return len(try_service(access))


async def use_stored_services() -> None:
    """Make this worker use the stored services, unless the environment names one."""
    if read_services_of_environment():
        return
    await get_catalogue().use_services(*await run_in_database(_read_stored))


async def follow_stored_services() -> None:
    """Switch within a second to what another worker stored, until cancelled."""
    while not read_services_of_environment():
        await asyncio.sleep(settings.MODEL_SERVICE_LOOK_SECONDS)
        try:
            if await run_in_database(read_service_versions) != get_catalogue().service_versions:
                await use_stored_services()
        except Exception as error:  # noqa: BLE001 - the next look tries again
            log_failure(logger, "model_service_not_read", error)


def _use_now() -> None:
    async_to_sync(get_catalogue().use_services)(*_read_stored())


def _read_stored() -> tuple[list[ServiceAccess], tuple[UUID, ...]]:
    """Return the stored services whose keys can be read, and the versions of all."""
    stored = list_model_services()
    opened = [access for access in map(open_access, stored) if access is not None]
    return opened, tuple(service.version for service in stored)


def _refuse_if_fixed() -> None:
    if read_services_of_environment():
        raise ModelServiceFixedError


def _choose_slug(service_id: int, name: str, stored: ModelService | None) -> str:
    """Return the slug of a service, which stays under another name; the first service has none."""
    others = [other for other in list_model_services() if other.id != service_id]
    if any(find_service_name(other).casefold() == name.casefold() for other in others):
        raise ServiceNameTakenError
    if service_id == FIRST:
        return ""
    if stored is not None:
        return stored.slug
    taken = {other.slug or make_slug(find_service_name(other)) for other in others}
    return find_free_slug(name, taken)


def _complete_access(base_url: str, api_key: str | None, stored: ModelService | None) -> ServiceAccess:
    if api_key is not None:
        return ServiceAccess(base_url, api_key)
    kept = open_access(stored) if stored is not None else None
    if kept is None or urlsplit(kept.base_url)[:2] != urlsplit(base_url)[:2]:
        raise ModelServiceError(Reason.KEY_NEEDED)
    return ServiceAccess(base_url, kept.api_key)
