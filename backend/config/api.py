"""The NinjaAPI of the product: its routers, and the one place that turns exceptions into JSON."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Swagger
from ninja.errors import AuthenticationError as NinjaAuthenticationError
from ninja.errors import HttpError, ValidationError

from apps.chat.edges.rest.attachments import attachments_router
from apps.chat.edges.rest.conversations import conversations_router, export_router, preferences_router, search_router
from apps.chat.edges.rest.limits import limits_router
from apps.chat.edges.rest.models import models_router
from apps.chat.edges.sse.api import changes_router, fallback_router
from apps.core.errors import AppError, AuthenticationError, InvalidInputError, TemporarilyUnavailableError
from apps.core.health import health_router
from apps.core.outages import is_temporary, log_failure
from apps.users.api import router as users_router
from apps.users.personal_keys_api import personal_keys_router
from config.api_errors import error_response
from config.openapi import DocumentedApi

logger = structlog.get_logger(__name__)

api = DocumentedApi(
    title="AI Chat",
    version=settings.VERSION,
    description="Conversations with language models; answers stream over `/ws/chat/{conversation_id}/`.",
    docs=Swagger(settings={"persistAuthorization": False}),
    servers=[{"url": settings.BASE_PATH}] if settings.BASE_PATH else [],
)
api.add_router("/auth", users_router)
api.add_router("/keys", personal_keys_router)
api.add_router("/conversations", conversations_router)
api.add_router("/conversations", fallback_router)
api.add_router("/events", changes_router)
api.add_router("/attachments", attachments_router)
api.add_router("/search", search_router)
api.add_router("/export", export_router)
api.add_router("/preferences", preferences_router)
api.add_router("/models", models_router)
api.add_router("/limits", limits_router)
api.add_router("/health", health_router)


@api.exception_handler(AppError)
def answer_app_error(_: HttpRequest, error: AppError) -> HttpResponse:
    """Encode an expected failure."""
    return error_response(error)


@api.exception_handler(ValidationError)
def answer_validation_error(_: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name the invalid fields, without the values that were sent."""
    return error_response(InvalidInputError(detail=_without_values(error.errors)))


@api.exception_handler(NinjaAuthenticationError)
def answer_missing_authentication(_: HttpRequest, __: NinjaAuthenticationError) -> HttpResponse:
    """Refuse a request without usable credentials."""
    return error_response(AuthenticationError())


@api.exception_handler(Http404)
def answer_not_found(_: HttpRequest, __: Http404) -> HttpResponse:
    """Encode Django's 404."""
    return error_response(HTTPStatus.NOT_FOUND)


@api.exception_handler(HttpError)
def answer_http_error(_: HttpRequest, error: HttpError) -> HttpResponse:
    """Encode Ninja's own refusals, such as a body that is not JSON."""
    return error_response(HTTPStatus(error.status_code))


@api.exception_handler(SuspiciousOperation)
def answer_suspicious_request(_: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    """Answer a request that Django refuses to read, such as one with a thousand parameters."""
    logger.info("request_refused", error=type(error).__name__)
    return error_response(InvalidInputError("The request has an invalid parameter or header."))


@api.exception_handler(Exception)
def answer_fault(_: HttpRequest, error: Exception) -> HttpResponse:
    """Answer an outage of a store, or an unexpected exception, whose traceback is in the log."""
    log_failure(logger, "request_failed", error)
    return error_response(TemporarilyUnavailableError(retry_after=1) if is_temporary(error) else AppError())


def _without_values(errors: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"loc": list(error["loc"]), "msg": error["msg"], "type": error["type"]} for error in errors]
