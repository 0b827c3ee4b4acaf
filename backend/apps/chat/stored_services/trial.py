"""Test of a model service before it is stored: one call, and an error that says what is wrong."""

import re
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit, urlunsplit

import structlog
from asgiref.sync import async_to_sync

from apps.chat.models import SERVICE_URL_LENGTH
from apps.chat.providers.catalogue.service_access import ServiceAccess
from apps.chat.providers.connection.hosts import is_host
from apps.chat.providers.errors import (
    Failure,
    HostRefusedError,
    NoModelServiceError,
    ProviderError,
    ProviderUnavailableError,
    UnreachableError,
)
from apps.chat.providers.failures.retries import is_retryable
from apps.chat.providers.model import Missing, Model
from apps.chat.stored_services.access_trial import try_access
from apps.chat.stored_services.errors import ModelServiceError, Reason
from apps.core.errors import InvalidInputError

logger = structlog.get_logger(__name__)

_CAUSES = {
    UnreachableError.Cause.NAME: Reason.NO_HOST,
    UnreachableError.Cause.REFUSED: Reason.REFUSED,
    UnreachableError.Cause.TLS: Reason.TLS,
    UnreachableError.Cause.OTHER: Reason.UNREACHABLE,
}
_BRACKETS = re.compile(r"\[.*\](:[0-9]*)?")


def read_base_url(text: str) -> str:
    """Return a normalized http(s) base URL; a URL without a path gets `/v1`, the usual one."""
    try:
        parts = urlsplit(text.strip())
        is_good = parts.scheme in {"http", "https"} and is_host(_read_host(parts)) and parts.port != 0
    except ValueError:
        is_good, parts = False, SplitResult("", "", "", "", "")
    if not is_good or "@" in parts.netloc or parts.query or parts.fragment:
        raise _url_error("Write an address such as https://host/v1, without a user name, a password or a query.")
    url = urlunsplit(parts._replace(path=parts.path.rstrip("/") or "/v1"))
    if len(url) > SERVICE_URL_LENGTH or not url.isascii() or any(character.isspace() for character in url):
        raise _url_error(f"An address has at most {SERVICE_URL_LENGTH} characters, without spaces.")
    return url


def _read_host(parts: SplitResult) -> str:
    """Return the host, or nothing if it has brackets but is not an IPv6 address."""
    host = parts.hostname or ""
    return host if bool(_BRACKETS.fullmatch(parts.netloc)) == (":" in host) else ""


def try_service(access: ServiceAccess) -> tuple[Model, ...]:
    """Return the models of a service, which one call has tested.

    Raises:
        ModelServiceError: the service cannot be used; the error says why.
    """
    try:
        models = async_to_sync(try_access)(access)
    except ProviderError as error:
        logger.info(
            "model_service_refused",
            error=type(error).__name__,
            status=error.status,
            service_code=error.service_code,
        )
        raise ModelServiceError(_find_reason(error)) from None
    if any(model.missing is Missing.RESPONSES_ONLY for model in models):
        raise ModelServiceError(Reason.RESPONSES_ONLY)
    if any(model.is_retired for model in models):
        raise ModelServiceError(Reason.NO_SUCH_MODEL)
    if not models:
        raise ModelServiceError(Reason.EMPTY)
    return models


def _find_reason(error: ProviderError) -> Reason:
    match error:
        case HostRefusedError():
            return Reason.PRIVATE
        case UnreachableError(cause=cause):
            return _CAUSES[cause]
        case NoModelServiceError():
            return Reason.UNKNOWN
        case ProviderUnavailableError(status=int(status), failure=failure):
            return _find_reason_of_status(status, failure)
        case _:
            return Reason.UNREACHABLE


def _find_reason_of_status(status: int, failure: Failure) -> Reason:
    if failure is Failure.KEY_REFUSED:
        return Reason.KEY_REFUSED
    is_denied = status == HTTPStatus.FORBIDDEN and failure is Failure.ERROR
    has_failed = is_denied or is_retryable(status) or failure in {Failure.NO_CREDIT, Failure.OVERLOADED}
    return Reason.FAILED if has_failed else Reason.UNKNOWN


def _url_error(message: str) -> InvalidInputError:
    return InvalidInputError(message, detail=[{"loc": ["body", "base_url"], "msg": message, "type": "address"}])
