"""Trials of a service: whether its address, key and models can be used, before an administrator saves them."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from http import HTTPStatus

from apps.chat.prompt_values import Prompt, PromptMessage
from apps.chat.providers.catalogue.discovery import REMOTE_RULES, NoListError, discover_models, discover_named_models
from apps.chat.providers.catalogue.known_models import list_named_models
from apps.chat.providers.catalogue.service_access import ServiceAccess
from apps.chat.providers.catalogue.sources import make_real_service
from apps.chat.providers.errors import Failure, ProviderError, ProviderUnavailableError
from apps.chat.providers.model import Missing, Model
from apps.chat.providers.openai import OpenAIProvider

_NO_LIST = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}
"""Statuses of services that have no list of models."""

_TRIAL_TOKENS = 16
"""Tokens of an answer that only shows whether a service has a model: the fewest that OpenAI accepts."""


async def try_access(access: ServiceAccess) -> tuple[Model, ...]:
    """Test a service once, and return its models: the named ones, which need no list, or all.

    Raises:
        ProviderError: why the service cannot be used.
    """
    provider = OpenAIProvider(make_real_service(access))
    try:
        if access.models:
            return await _try_names(provider, access.models)
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
        async with asyncio.timeout(REMOTE_RULES.within), aclosing(provider.stream(prompt)) as events:
            await anext(events)
    except ProviderUnavailableError as error:
        if error.failure in {Failure.KEY_REFUSED, Failure.UNREACHABLE}:
            raise
        return error.failure is not Failure.MODEL_GONE
    except (ProviderError, TimeoutError):
        # It is busy, or cannot answer this question: that says nothing about the base URL, the key or the model.
        return True
    return True
