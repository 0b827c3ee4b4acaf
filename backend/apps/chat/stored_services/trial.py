"""Trial of a model service before it is stored: one call, and an error that says why the service cannot be used."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from http import HTTPStatus

import structlog
from asgiref.sync import async_to_sync

from apps.chat.prompt_values import Prompt, PromptMessage
from apps.chat.providers.catalogue.configured_services import ConfiguredService
from apps.chat.providers.catalogue.discovery import REMOTE_RULES, NoListError, discover_models, discover_named_models
from apps.chat.providers.catalogue.known_models import list_named_models
from apps.chat.providers.catalogue.sources import make_endpoint
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
from apps.chat.providers.openai import OpenAIProvider
from apps.chat.stored_services.errors import ModelServiceError, Reason

logger = structlog.get_logger(__name__)

_REASONS = {
    UnreachableError.Cause.NAME: Reason.NO_HOST,
    UnreachableError.Cause.REFUSED: Reason.REFUSED,
    UnreachableError.Cause.TLS: Reason.TLS,
    UnreachableError.Cause.OTHER: Reason.UNREACHABLE,
}
_NO_LIST = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}
"""Statuses of services that have no list of models."""

_TRIAL_TOKENS = 16
"""Tokens of an answer that only shows whether a service has a model: the fewest that OpenAI accepts."""


def try_service(configured: ConfiguredService) -> tuple[Model, ...]:
    """Return the models of a service, which one call has tested.

    Raises:
        ModelServiceError: the service cannot be used; the error says why.
    """
    try:
        models = async_to_sync(_try_service)(configured)
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
            return _REASONS[cause]
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


async def _try_service(configured: ConfiguredService) -> tuple[Model, ...]:
    """Test a service once, and return its models: the named ones, which need no list, or all.

    Raises:
        ProviderError: why the service cannot be used.
    """
    provider = OpenAIProvider(make_endpoint(configured))
    try:
        if configured.models:
            return await _try_names(provider, configured.models)
        return await discover_models(provider, REMOTE_RULES)
    finally:
        await provider.aclose()


async def _try_names(provider: OpenAIProvider, names: tuple[str, ...]) -> tuple[Model, ...]:
    try:
        return await discover_named_models(provider, REMOTE_RULES, names)
    except NoListError:
        pass
    except ProviderUnavailableError as error:
        if error.status not in _NO_LIST:
            raise
    models = list_named_models(list(names), provider.name)
    model_id = next((model.id for model in models if model.available), None)
    is_gone = model_id is not None and not await _try_answer(provider, model_id)
    return tuple(
        replace(model, missing=Missing.RETIRED) if is_gone and model.id == model_id else model for model in models
    )


async def _try_answer(provider: OpenAIProvider, model: str) -> bool:
    """Ask for an answer; return False if the service says that it does not have the model.

    Raises:
        ProviderUnavailableError: the service refuses the key, or there is none at the base URL.
    """
    prompt = Prompt(model, (PromptMessage("user", "Hi"),), max_tokens=_TRIAL_TOKENS)
    try:
        async with asyncio.timeout(REMOTE_RULES.timeout), aclosing(provider.stream(prompt)) as events:
            await anext(events)
    except ProviderUnavailableError as error:
        if error.failure in {Failure.KEY_REFUSED, Failure.UNREACHABLE}:
            raise
        return error.failure is not Failure.MODEL_GONE
    except (ProviderError, TimeoutError):
        # It is busy, or cannot answer this question: that says nothing about the base URL, the key or the model.
        return True
    return True
