"""Discovery of the models of a service (`GET /models`), and which of the named ones it has."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.conf import settings

from apps.chat.prompt_values import Effort
from apps.chat.providers.catalogue.known_models import is_chat_model, make_named_model
from apps.chat.providers.catalogue.model_entry import ModelEntry
from apps.chat.providers.catalogue.model_list import decode_list, find_entry, is_model_id
from apps.chat.providers.efforts import LOW_TO_HIGH, list_efforts
from apps.chat.providers.errors import NoModelServiceError
from apps.chat.providers.model import Missing, Model
from apps.chat.providers.openai import OpenAIProvider


class NoListError(NoModelServiceError):
    """The service has no list of models, or an empty one."""


@dataclass(frozen=True, slots=True)
class DiscoveryRules:
    """Rules of the discovery of a service's models; times in seconds."""

    timeout: float
    interval: float
    unknown_window: int
    """The window of a model, in tokens, if neither the list nor the name states it."""

    forgets_unreachable: bool
    """Whether a service that can no longer be reached loses its models; otherwise it keeps the last ones."""

    is_strict: bool
    """Whether only OpenAI's own form of list counts, because any program may listen at the URL.

    Some services leave out the wrapping of that list, or its `object`.
    """


# Ollama and LM Studio default to 4,096; their lists do not say.
LOCAL_RULES = DiscoveryRules(
    timeout=settings.MODEL_DISCOVERY_SECONDS,
    interval=30.0,
    unknown_window=4_096,
    forgets_unreachable=True,
    is_strict=True,
)
REMOTE_RULES = DiscoveryRules(
    timeout=10.0, interval=300.0, unknown_window=8_192, forgets_unreachable=False, is_strict=False
)


async def discover_models(provider: OpenAIProvider, rules: DiscoveryRules) -> tuple[Model, ...]:
    """Return the chat models of a service, in its order; raises NoModelServiceError if it does not answer like one."""
    return _chat_models(await _fetch_entries(provider, rules), provider.name, rules)


async def discover_named_models(
    provider: OpenAIProvider, rules: DiscoveryRules, names: Sequence[str], preferred: Sequence[str] = ()
) -> tuple[Model, ...]:
    """Return the models `names`; a model that the service does not have is marked as retired.

    The models of `preferred` that the service has come before them. If it has none of either, its chat models come
    first.

    Raises:
        NoListError: the service lists nothing.
        ProviderError: the list cannot be fetched.
    """
    entries = await _fetch_entries(provider, rules)
    if not entries:
        raise NoListError("the model service lists no models")
    extra = [name for name in preferred if name not in names and find_entry(entries, name) is not None]
    models = tuple(_make_model(name, entries, provider.name, rules) for name in (*extra, *names))
    if preferred and not any(model.available for model in models):
        return _chat_models(entries, provider.name, rules) + models
    return models


async def _fetch_entries(provider: OpenAIProvider, rules: DiscoveryRules) -> dict[str, ModelEntry]:
    deadline = asyncio.get_running_loop().time() + rules.timeout
    return decode_list(await provider.fetch("/models", deadline=deadline), is_strict=rules.is_strict)


def _chat_models(entries: dict[str, ModelEntry], provider: str, rules: DiscoveryRules) -> tuple[Model, ...]:
    return tuple(
        _make_model(entry.id, entries, provider, rules)
        for entry in entries.values()
        if is_model_id(entry.id) and is_chat_model(entry.id)
    )


def _make_model(name: str, entries: dict[str, ModelEntry], provider: str, rules: DiscoveryRules) -> Model:
    entry = find_entry(entries, name)
    model = make_named_model(name, provider, unknown_window=rules.unknown_window)
    if entry is None:
        return replace(model, missing=model.missing or Missing.RETIRED)
    shutdown_date = entry.shutdown_date
    is_retired = entry.is_inactive or (shutdown_date is not None and shutdown_date < datetime.now(UTC).date())
    successor = next((other for other in entry.successors if other != name and other in entries), None)
    return replace(
        model,
        context_window=entry.context_window or model.context_window,
        max_output=entry.max_output or model.max_output,
        states_window=entry.context_window is not None,
        owned_by=entry.owned_by,
        vision=model.vision if entry.vision is None else entry.vision,
        stated_efforts=_stated_efforts(name, entry),
        missing=Missing.RETIRED if is_retired and not model.missing else model.missing,
        shutdown_date=shutdown_date,
        successor=successor,
    )


def _stated_efforts(name: str, entry: ModelEntry) -> tuple[Effort, ...] | None:
    if entry.efforts is not None:
        return entry.efforts
    match entry.takes_effort:
        case True:
            return list_efforts(name) or LOW_TO_HIGH
        case False:
            return ()
        case None:
            return None
