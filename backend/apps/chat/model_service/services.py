"""The model service that administrators set on the screen; every worker uses it within a second."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit, urlunsplit

import structlog
from asgiref.sync import async_to_sync
from django.utils import timezone

from apps.chat.model_service.errors import (
    ConnectionRefusedByServiceError,
    KeyNeededError,
    KeyRefusedError,
    ModelServiceError,
    ModelServiceFixedError,
    NoModelsError,
    NoSuchModelError,
    NotAServiceError,
    PrivateHostError,
    ServiceFailedError,
    ServiceUnreachableError,
    TlsFailedError,
    UnknownHostError,
)
from apps.chat.model_service.selectors import SEAL_PURPOSE, find_model_service, open_access, read_service_version
from apps.chat.models import SERVICE_URL_LENGTH, ModelService
from apps.chat.providers.base import (
    HostRefusedError,
    NoModelServiceError,
    ProviderError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    UnreachedError,
)
from apps.chat.providers.hosts import is_host
from apps.chat.providers.registry import get_registry
from apps.chat.providers.retries import is_retryable
from apps.chat.providers.sources import ServiceAccess, access_of_environment, try_access
from apps.core.database import run_in_database
from apps.core.errors import InvalidInputError
from apps.core.ids import uuid7
from apps.core.outages import log_failure
from apps.core.sealing import seal

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 0.8
_UNREACHED: dict[UnreachedError.Why, type[ModelServiceError]] = {
    UnreachedError.Why.NAME: UnknownHostError,
    UnreachedError.Why.REFUSED: ConnectionRefusedByServiceError,
    UnreachedError.Why.TLS: TlsFailedError,
    UnreachedError.Why.OTHER: ServiceUnreachableError,
}
_BRACKETS = re.compile(r"\[.*\](:[0-9]*)?")

SHOWN_END = 4
SHORTEST_SHOWN_KEY = 20
"""The end of a shorter key would reveal too much."""


def set_model_service(*, base_url: str, api_key: str | None, models: Sequence[str] = ()) -> None:
    """Try a service with one call, then store it in place of the previous one and use it.

    `api_key` None keeps the stored key, which is sent only to the address that it was given for; "" is for services
    without keys. `models` are named by hand, for a service that lists none or too many; each must be in its list, if
    it has one.

    Raises:
        ModelServiceFixedError: the environment says which service is used.
        InvalidInputError: `base_url` is not an http(s) URL.
        KeyNeededError: no key is stored for this address.
        ModelServiceError: the trial failed.
    """
    if access_of_environment() is not None:
        raise ModelServiceFixedError
    access = replace(_complete(read_address(base_url), api_key), models=tuple(dict.fromkeys(models)))
    _try(access)
    version = uuid7()
    ModelService.objects.update_or_create(
        id=1,
        defaults={
            "version": version,
            "base_url": access.base_url,
            "model_names": list(access.models),
            "sealed_key": seal(access.api_key, purpose=SEAL_PURPOSE) if access.api_key else "",
            "key_end": access.api_key[-SHOWN_END:] if len(access.api_key) >= SHORTEST_SHOWN_KEY else "",
            "changed_at": timezone.now(),
        },
    )
    # This worker switches at once, the others when they next look.
    async_to_sync(get_registry().use_service)(access, version)


def remove_model_service() -> None:
    """Delete the service and its key; raises ModelServiceFixedError if the environment names one."""
    if access_of_environment() is not None:
        raise ModelServiceFixedError
    ModelService.objects.all().delete()
    async_to_sync(get_registry().use_service)(None, None)


def read_address(text: str) -> str:
    """Return a normalized http(s) URL; without a path it gets `/v1`, which all services have."""
    try:
        parts = urlsplit(text.strip())
        is_good = parts.scheme in {"http", "https"} and is_host(_host_of(parts)) and parts.port != 0
    except ValueError:
        is_good, parts = False, SplitResult("", "", "", "", "")
    if not is_good or "@" in parts.netloc or parts.query or parts.fragment:
        raise _no_address("Write an address such as https://host/v1, without a name, a password or a question mark.")
    address = urlunsplit(parts._replace(path=parts.path.rstrip("/") or "/v1"))
    if len(address) > SERVICE_URL_LENGTH or not address.isascii() or any(mark.isspace() for mark in address):
        raise _no_address(f"An address has at most {SERVICE_URL_LENGTH} characters, without blanks.")
    return address


def _host_of(parts: SplitResult) -> str:
    """Return the host, or nothing if its brackets are not those of an IPv6 address."""
    host = parts.hostname or ""
    return host if bool(_BRACKETS.fullmatch(parts.netloc)) == (":" in host) else ""


async def use_stored_service() -> None:
    """Make this worker use the stored service, unless the environment names one."""
    if access_of_environment() is not None:
        return
    stored = await run_in_database(find_model_service)
    if stored is None:
        await get_registry().use_service(None, None)
    else:
        await get_registry().use_service(open_access(stored), stored.version)


async def follow_stored_service() -> None:
    """Switch within a second to what another worker stored, until cancelled."""
    while access_of_environment() is None:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            if await run_in_database(read_service_version) != get_registry().service_version:
                await use_stored_service()
        except Exception as error:  # noqa: BLE001 - the next look tries again
            log_failure(logger, "model_service_not_read", error)


def _complete(base_url: str, api_key: str | None) -> ServiceAccess:
    if api_key is not None:
        return ServiceAccess(base_url, api_key)
    stored = find_model_service()
    kept = open_access(stored) if stored is not None else None
    if kept is None or urlsplit(kept.base_url)[:2] != urlsplit(base_url)[:2]:
        raise KeyNeededError
    return ServiceAccess(base_url, kept.api_key)


def _try(access: ServiceAccess) -> None:
    try:
        models = async_to_sync(try_access)(access)
    except ProviderError as error:
        logger.info("model_service_refused", error=type(error).__name__, status=getattr(error, "status", None))
        raise _refusal_of(error) from None
    if any(model.is_retired for model in models):
        raise NoSuchModelError
    if not models:
        raise NoModelsError


def _refusal_of(error: ProviderError) -> ModelServiceError:
    match error:
        case HostRefusedError():
            return PrivateHostError()
        case UnreachedError(why=why):
            return _UNREACHED[why]()
        case NoModelServiceError():
            return NotAServiceError()
        case ProviderUnavailableError(status=HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN):
            return KeyRefusedError()
        case ProviderUnavailableError(status=int(status)):
            return ServiceFailedError() if is_retryable(status) else NotAServiceError()
        case ProviderTimeoutError() | _:
            return ServiceUnreachableError()


def _no_address(message: str) -> InvalidInputError:
    return InvalidInputError(message, detail=[{"loc": ["body", "base_url"], "msg": message, "type": "address"}])
