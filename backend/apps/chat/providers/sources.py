"""Sources of models: local services, the configured services and the built-in model, according to the settings."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from typing import NamedTuple, TypedDict, override
from urllib.parse import urlsplit

from django.conf import settings

from apps.chat.events import Prompt, PromptMessage
from apps.chat.providers.base import (
    Failure,
    Missing,
    Model,
    Provider,
    ProviderError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from apps.chat.providers.catalogue import DEFAULT_MODELS, PREFERRED, named_models
from apps.chat.providers.discovery import NoListError, discover_models, discover_named_models
from apps.chat.providers.embedded.provider import EmbeddedProvider
from apps.chat.providers.model_ids import free_slug, prefix_of, slug_of
from apps.chat.providers.native_api import NativeApi
from apps.chat.providers.openai import OpenAIProvider
from apps.chat.providers.service_connection import LOOPBACK_HOSTS, Service

PUBLIC_BASE_URL = "https://api.openai.com/v1"
EVERYTHING = "*"
_NO_LIST = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}
"""Statuses of services that have no list of models."""

_TRIAL_TOKENS = 16
"""Tokens of an answer that only shows whether a service has a model: the fewest that OpenAI accepts."""

_LOCAL_NAMES = {
    11434: ("ollama", "Ollama"),
    1234: ("lmstudio", "LM Studio"),
    8080: ("llamacpp", "llama.cpp"),
}
"""Provider and name of the services that usually listen at a port."""

_HOST_NAMES = {
    "api.openai.com": "OpenAI",
    "openrouter.ai": "OpenRouter",
    "api.mistral.ai": "Mistral",
    "api.deepseek.com": "DeepSeek",
    "api.groq.com": "Groq",
}


class Limits(NamedTuple):
    """The limits that an administrator sets for a model, in tokens; for None, the service or the catalogue decides."""

    model: str
    context_window: int | None
    max_output: int | None


@dataclass(frozen=True, slots=True)
class ServiceAccess:
    """A configured service, from the environment or set on the screen.

    `slug` is what the ids of its models begin with, unless it `is_first`: the first service's models keep their names.
    """

    base_url: str
    api_key: str = field(repr=False)
    is_of_environment: bool = False
    models: tuple[str, ...] = ()
    """Models that are named by hand for this service; for the first service, in place of `AI_MODELS`."""

    name: str = ""
    slug: str = ""
    is_first: bool = True
    limits: tuple[Limits, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """How to discover the models of a service: times in seconds, and a window in tokens for models without one."""

    within: float
    every: float
    unknown_window: int
    forgets: bool
    """Whether a service that can no longer be reached has no models, or keeps its last ones."""

    is_strict: bool
    """Whether only OpenAI's own form of list counts, because any program may listen at the URL."""


# Ollama and LM Studio default to 4,096; their lists do not say.
_LOCAL_SEARCH = Search(within=0.5, every=30.0, unknown_window=4_096, forgets=True, is_strict=True)
_REMOTE_SEARCH = Search(within=10.0, every=300.0, unknown_window=8_192, forgets=False, is_strict=False)


type SourceKey = ServiceAccess | str
"""The settings that a source was made from; while they stay the same, so does the source."""


@dataclass
class Source:
    """One service and its models, under its own names for them; `service` is its name, empty for the built-in model.

    `slug` is the beginning of the ids of its models; with `is_bare`, only of those that an earlier source has too.
    """

    provider: Provider
    models: tuple[Model, ...] = ()
    service: str = field(default="", kw_only=True)
    slug: str = field(default="", kw_only=True)
    is_bare: bool = field(default=True, kw_only=True)
    key: SourceKey = field(default="", kw_only=True)

    def limit(self, model: Model) -> Model:
        """Return a model of this source with the limits that the administrator has set for it."""
        limits = self.key.limits if isinstance(self.key, ServiceAccess) else ()
        for name, window, output in limits:
            if name == model.id:
                return replace(
                    model,
                    context_window=window or model.context_window,
                    max_output=output or model.max_output,
                    asked_output=output,
                )
        return model


class _Identity(TypedDict):
    service: str
    slug: str
    is_bare: bool


@dataclass
class SearchedSource(Source):
    """A service whose list of models is read repeatedly."""

    provider: OpenAIProvider
    search: Search = field(kw_only=True)
    native: NativeApi | None = field(default=None, kw_only=True)

    async def read_models(self) -> None:
        """Read the list now."""
        try:
            self.models = self._with_windows(await self._ask())
        except ProviderTimeoutError:
            # Busy, not gone: keep the last models.
            return
        except ProviderUnavailableError:
            if self.search.forgets:
                self.models = ()

    async def read_windows(self) -> None:
        """Ask for the windows that the list did not state, in the native API of Ollama and llama.cpp."""
        if self.provider.host in _HOST_NAMES or not self.models:
            return
        self.native = self.native or NativeApi(self.provider)
        await self.native.ask(
            [model.id for model in self.models if model.available and not model.states_window],
            owners=[model.owned_by for model in self.models],
            within=self.search.within,
        )
        self.models = self._with_windows(self.models)

    def _with_windows(self, models: tuple[Model, ...]) -> tuple[Model, ...]:
        native = self.native
        if native is None:
            return models
        return tuple(
            model
            if model.states_window
            else replace(model, context_window=native.find_window(model.id) or model.context_window)
            for model in models
        )

    async def _ask(self) -> tuple[Model, ...]:
        return await discover_models(
            self.provider,
            within=self.search.within,
            unknown_window=self.search.unknown_window,
            is_strict=self.search.is_strict,
        )


@dataclass
class NamedSource(SearchedSource):
    """A service whose models are named; its list says which of them it still has.

    Without a list, all of them can be used. `preferred` are named only if the service has them.
    """

    names: tuple[str, ...] = field(kw_only=True)
    preferred: tuple[str, ...] = field(kw_only=True)

    @override
    async def _ask(self) -> tuple[Model, ...]:
        return await discover_named_models(
            self.provider,
            self.names,
            self.preferred,
            within=self.search.within,
            unknown_window=self.search.unknown_window,
        )


def services_of_environment() -> tuple[ServiceAccess, ...]:
    """Return the services that the environment names, in order; with any, no other is used."""
    named: list[ServiceAccess] = []
    if settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL:
        base_url = settings.OPENAI_BASE_URL or PUBLIC_BASE_URL
        named.append(ServiceAccess(base_url, settings.OPENAI_API_KEY, is_of_environment=True))
    named += [
        ServiceAccess(
            service["base_url"],
            service["api_key"],
            is_of_environment=True,
            models=service["models"],
            name=service["name"],
            limits=tuple(Limits(*stated) for stated in service["limits"]),
        )
        for service in settings.AI_SERVICES
    ]
    services: list[ServiceAccess] = []
    for access in named:
        name = access.name or usual_name(access.base_url)
        slug = free_slug(name, {other.slug for other in services})
        services.append(replace(access, name=name, slug=slug, is_first=not services))
    return tuple(services)


def make_sources(services: Sequence[ServiceAccess], present: Iterable[Source] = ()) -> list[Source]:
    """Return all sources in the order of the list of models; those of `present` that stay the same are used again."""
    by_key = {source.key: source for source in present}
    planned: list[tuple[SourceKey, Callable[[], Source]]] = []
    if _is_wanted(settings.LOCAL_DISCOVERY, automatic=not services):
        planned += [(url, partial(_local_source, url)) for url in settings.LOCAL_DISCOVERY_URLS]
    planned += [(access, partial(_service_source, access)) for access in services]
    if not services:
        planned.append((PUBLIC_BASE_URL, _missing_source))
    if _is_wanted(settings.EMBEDDED_MODEL, automatic=not services):
        planned.append(("embedded", _embedded_source))
    return [by_key.get(key) or replace(make(), key=key) for key, make in planned]


async def try_access(access: ServiceAccess) -> tuple[Model, ...]:
    """Test a service once, and return its models: the named ones, which need no list, or all.

    Raises:
        ProviderError: why the service cannot be used.
    """
    provider = OpenAIProvider(_real_service(access))
    try:
        if access.models:
            return await _try_names(provider, access.models)
        return await discover_models(
            provider, within=_REMOTE_SEARCH.within, unknown_window=_REMOTE_SEARCH.unknown_window
        )
    finally:
        await provider.aclose()


async def _try_names(provider: OpenAIProvider, names: tuple[str, ...]) -> tuple[Model, ...]:
    try:
        return await discover_named_models(
            provider, names, (), within=_REMOTE_SEARCH.within, unknown_window=_REMOTE_SEARCH.unknown_window
        )
    except NoListError:
        pass
    except ProviderUnavailableError as error:
        if error.status not in _NO_LIST:
            raise
    models = named_models(list(names), provider.name)
    asked = next((model.id for model in models if model.available), None)
    is_gone = asked is not None and not await _try_answer(provider, asked)
    return tuple(
        replace(model, missing=Missing.RETIRED) if is_gone and model.id == asked else model for model in models
    )


async def _try_answer(provider: OpenAIProvider, model: str) -> bool:
    """Ask for an answer; return whether the service has the model, as far as it says.

    Raises:
        ProviderUnavailableError: the service refuses the key, or there is none at the base URL.
    """
    prompt = Prompt(model, (PromptMessage("user", "Hi"),), max_tokens=_TRIAL_TOKENS)
    try:
        async with asyncio.timeout(_REMOTE_SEARCH.within), aclosing(provider.stream(prompt)) as events:
            await anext(events)
    except ProviderUnavailableError as error:
        if error.failure in {Failure.KEY_REFUSED, Failure.UNREACHABLE}:
            raise
        return error.failure is not Failure.MODEL_GONE
    except (ProviderError, TimeoutError):
        # It is busy, or cannot answer this question: that says nothing about the base URL, the key or the model.
        return True
    return True


def _is_wanted(choice: str, *, automatic: bool) -> bool:
    return automatic if choice == "auto" else choice == "on"


def _local_source(url: str) -> Source:
    provider, name = _LOCAL_NAMES.get(urlsplit(url).port or 0, ("local", urlsplit(url).netloc))
    slug = slug_of(name)
    service = _service(provider, url.rstrip("/"), prefix=prefix_of(slug))
    return SearchedSource(OpenAIProvider(service), search=_LOCAL_SEARCH, service=name, slug=slug)


def _missing_source() -> Source:
    provider = OpenAIProvider(_service("openai", PUBLIC_BASE_URL))
    named = [name for name in settings.AI_MODELS if name != EVERYTHING]
    models = named_models(named, provider.name, missing=Missing.SERVICE)
    return Source(provider, models, service=usual_name(PUBLIC_BASE_URL))


def usual_name(base_url: str) -> str:
    """Return the name of a service that has not been named: that of its maker, if known, else its host."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    local = _LOCAL_NAMES.get(parts.port or 0) if host in LOOPBACK_HOSTS else None
    return local[1] if local else _HOST_NAMES.get(host, host)


def _service_source(access: ServiceAccess) -> Source:
    provider = OpenAIProvider(_real_service(access))
    wanted = access.models or (tuple(settings.AI_MODELS) if access.is_first else ())
    is_openai = access.base_url == PUBLIC_BASE_URL
    names = wanted
    preferred: tuple[str, ...] = ()
    if not wanted and access.is_first and (is_openai or (access.is_of_environment and not settings.AI_SERVICES)):
        # As documented for OPENAI_API_KEY and OPENAI_BASE_URL: the models of the catalogue.
        names = tuple(DEFAULT_MODELS)
        preferred = PREFERRED
    elif not wanted and is_openai:
        preferred = PREFERRED
    elif not wanted or EVERYTHING in wanted:
        unknown = named_models([], provider.name, missing=Missing.ANSWER) if access.is_first else ()
        return SearchedSource(provider, unknown, search=_REMOTE_SEARCH, **_identity(access))
    names = tuple(dict.fromkeys(names))
    return NamedSource(
        provider,
        named_models(list(names or preferred), provider.name),
        search=_REMOTE_SEARCH,
        names=names,
        preferred=preferred,
        **_identity(access),
    )


def _identity(access: ServiceAccess) -> _Identity:
    service = access.name or usual_name(access.base_url)
    return {"service": service, "slug": access.slug or slug_of(service), "is_bare": access.is_first}


def _embedded_source() -> Source:
    provider = EmbeddedProvider(
        folder=settings.DATA_DIR,
        first_token_timeout=settings.AI_FIRST_TOKEN_TIMEOUT,
        first_token_limit=settings.AI_FIRST_TOKEN_LIMIT,
        plain_prompt=settings.DEFAULT_SYSTEM_PROMPT,
    )
    return Source(provider, (provider.model,), slug="built-in")


def _real_service(access: ServiceAccess) -> Service:
    # The environment is set by the owner of this machine.
    is_guarded = not (access.is_of_environment or settings.ALLOW_PRIVATE_MODEL_HOSTS)
    prefix = prefix_of(_identity(access)["slug"])
    return _service("openai", access.base_url, access.api_key, is_guarded=is_guarded, prefix=prefix)


def _service(name: str, base_url: str, api_key: str = "", *, is_guarded: bool = False, prefix: str = "") -> Service:
    return Service(
        name=name,
        base_url=base_url,
        api_key=api_key,
        is_guarded=is_guarded,
        prefix=prefix,
        first_token_timeout=settings.AI_FIRST_TOKEN_TIMEOUT,
        first_token_limit=settings.AI_FIRST_TOKEN_LIMIT,
        between_tokens_timeout=settings.AI_BETWEEN_TOKENS_TIMEOUT,
    )
