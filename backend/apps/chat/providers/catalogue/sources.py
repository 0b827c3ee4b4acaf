"""Sources of models: local services, the configured services and the built-in model, according to the settings."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypedDict, override
from urllib.parse import urlsplit

from django.conf import settings

from apps.chat.providers.base import Provider
from apps.chat.providers.catalogue.configured_services import (
    HOST_NAMES,
    LOCAL_NAMES,
    PUBLIC_BASE_URL,
    ConfiguredService,
    default_name,
)
from apps.chat.providers.catalogue.discovery import (
    LOCAL_RULES,
    REMOTE_RULES,
    DiscoveryRules,
    discover_models,
    discover_named_models,
)
from apps.chat.providers.catalogue.known_models import DEFAULT_MODELS, PREFERRED_MODELS, list_named_models
from apps.chat.providers.catalogue.native_api import NativeApi
from apps.chat.providers.connection.service_connection import ServiceEndpoint
from apps.chat.providers.embedded.provider import EmbeddedProvider
from apps.chat.providers.errors import ProviderTimeoutError, ProviderUnavailableError
from apps.chat.providers.model import Missing, Model
from apps.chat.providers.model_ids import make_prefix, make_slug
from apps.chat.providers.openai import OpenAIProvider

ALL_MODELS = "*"

type SourceKey = ConfiguredService | str
"""The settings that a source was made from; while they stay the same, so does the source."""


@dataclass
class Source:
    """One source of models: a service and its models, under its own names for them.

    `service` is the name of the service, empty for the built-in model. The ids of its models begin with `slug`; with
    `has_bare_ids`, only those of models that an earlier source has too.
    """

    provider: Provider
    models: tuple[Model, ...] = ()
    service: str = field(default="", kw_only=True)
    slug: str = field(default="", kw_only=True)
    has_bare_ids: bool = field(default=True, kw_only=True)
    key: SourceKey = field(default="", kw_only=True)

    def limit(self, model: Model) -> Model:
        """Return a model of this source with the limits that the administrator has set for it."""
        limits = self.key.limits if isinstance(self.key, ConfiguredService) else ()
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
    has_bare_ids: bool


@dataclass
class DiscoveredSource(Source):
    """A service whose list of models is read repeatedly."""

    provider: OpenAIProvider
    rules: DiscoveryRules = field(kw_only=True)
    native: NativeApi | None = field(default=None, kw_only=True)

    async def read_models(self) -> None:
        try:
            self.models = self._with_windows(await self._discover())
        except ProviderTimeoutError:
            # Busy, not gone: keep the last models.
            return
        except ProviderUnavailableError:
            if self.rules.forgets_unreachable:
                self.models = ()

    async def read_windows(self) -> None:
        """Query the native API of Ollama or llama.cpp for the windows that the list did not state."""
        if self.provider.host in HOST_NAMES or not self.models:
            return
        self.native = self.native or NativeApi(self.provider)
        await self.native.query_windows(
            [model.id for model in self.models if model.available and not model.states_window],
            owners=[model.owned_by for model in self.models],
            within=self.rules.timeout,
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

    async def _discover(self) -> tuple[Model, ...]:
        return await discover_models(self.provider, self.rules)


@dataclass
class NamedSource(DiscoveredSource):
    """A service whose models are named; its list says which of them it still has.

    Without a list, all of them can be used. `preferred` are named only if the service has them.
    """

    names: tuple[str, ...] = field(kw_only=True)
    preferred: tuple[str, ...] = field(kw_only=True)

    @override
    async def _discover(self) -> tuple[Model, ...]:
        return await discover_named_models(self.provider, self.rules, self.names, self.preferred)


def make_sources(services: Sequence[ConfiguredService], present: Iterable[Source] = ()) -> list[Source]:
    """Return all sources in the order of the list of models; unchanged ones are reused from `present`."""
    by_key = {source.key: source for source in present}
    planned: list[tuple[SourceKey, Callable[[], Source]]] = []
    if _is_wanted(settings.LOCAL_DISCOVERY, automatic=not services):
        planned += [(url, partial(_local_source, url)) for url in settings.LOCAL_DISCOVERY_URLS]
    planned += [(configured, partial(_service_source, configured)) for configured in services]
    if not services:
        planned.append((PUBLIC_BASE_URL, _unconfigured_source))
    if _is_wanted(settings.EMBEDDED_MODEL, automatic=not services):
        planned.append(("embedded", _embedded_source))
    return [by_key.get(key) or replace(make(), key=key) for key, make in planned]


def _is_wanted(choice: str, *, automatic: bool) -> bool:
    return automatic if choice == "auto" else choice == "on"


def _local_source(url: str) -> Source:
    provider, name = LOCAL_NAMES.get(urlsplit(url).port or 0, ("local", urlsplit(url).netloc))
    slug = make_slug(name)
    endpoint = _endpoint_with_timeouts(provider, url.rstrip("/"), prefix=make_prefix(slug))
    return DiscoveredSource(OpenAIProvider(endpoint), rules=LOCAL_RULES, service=name, slug=slug)


def _unconfigured_source() -> Source:
    provider = OpenAIProvider(_endpoint_with_timeouts("openai", PUBLIC_BASE_URL))
    named = [name for name in settings.AI_MODELS if name != ALL_MODELS]
    models = list_named_models(named, provider.name, missing=Missing.SERVICE)
    return Source(provider, models, service=default_name(PUBLIC_BASE_URL))


def _service_source(configured: ConfiguredService) -> Source:
    provider = OpenAIProvider(make_endpoint(configured))
    wanted = configured.models or (tuple(settings.AI_MODELS) if configured.is_first else ())
    is_openai = configured.base_url == PUBLIC_BASE_URL
    names = wanted
    preferred: tuple[str, ...] = ()
    is_only_service = configured.is_from_environment and not settings.AI_SERVICES
    if not wanted and configured.is_first and (is_openai or is_only_service):
        # As documented for OPENAI_API_KEY and OPENAI_BASE_URL: the default models.
        names = tuple(DEFAULT_MODELS)
        preferred = PREFERRED_MODELS
    elif not wanted and is_openai:
        preferred = PREFERRED_MODELS
    elif not wanted or ALL_MODELS in wanted:
        unknown = list_named_models([], provider.name, missing=Missing.ANSWER) if configured.is_first else ()
        return DiscoveredSource(provider, unknown, rules=REMOTE_RULES, **_identity(configured))
    names = tuple(dict.fromkeys(names))
    return NamedSource(
        provider,
        list_named_models(list(names or preferred), provider.name),
        rules=REMOTE_RULES,
        names=names,
        preferred=preferred,
        **_identity(configured),
    )


def _identity(configured: ConfiguredService) -> _Identity:
    service = configured.name or default_name(configured.base_url)
    return {"service": service, "slug": configured.slug or make_slug(service), "has_bare_ids": configured.is_first}


def _embedded_source() -> Source:
    provider = EmbeddedProvider(
        folder=settings.DATA_DIR,
        first_token_timeout=settings.AI_FIRST_TOKEN_TIMEOUT,
        first_token_limit=settings.AI_FIRST_TOKEN_LIMIT,
        plain_prompt=settings.DEFAULT_SYSTEM_PROMPT,
    )
    return Source(provider, (provider.model,), slug="built-in")


def make_endpoint(configured: ConfiguredService) -> ServiceEndpoint:
    """Return the endpoint of a configured service."""
    # The environment is set by the owner of this machine.
    is_guarded = not (configured.is_from_environment or settings.ALLOW_PRIVATE_MODEL_HOSTS)
    prefix = make_prefix(_identity(configured)["slug"])
    return _endpoint_with_timeouts(
        "openai", configured.base_url, configured.api_key, is_guarded=is_guarded, prefix=prefix
    )


def _endpoint_with_timeouts(
    name: str, base_url: str, api_key: str = "", *, is_guarded: bool = False, prefix: str = ""
) -> ServiceEndpoint:
    return ServiceEndpoint(
        name=name,
        base_url=base_url,
        api_key=api_key,
        is_guarded=is_guarded,
        prefix=prefix,
        first_token_timeout=settings.AI_FIRST_TOKEN_TIMEOUT,
        first_token_limit=settings.AI_FIRST_TOKEN_LIMIT,
        between_tokens_timeout=settings.AI_BETWEEN_TOKENS_TIMEOUT,
    )
