"""Sources of models: local services, the configured service and the built-in model, according to the settings."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import override
from urllib.parse import urlsplit

from django.conf import settings

from apps.chat.providers.base import Missing, Model, Provider, ProviderTimeoutError, ProviderUnavailableError
from apps.chat.providers.catalogue import BUILT_IN, PREFERRED, named_models
from apps.chat.providers.discovery import NoListError, discover_models, look_for_models
from apps.chat.providers.embedded.provider import EmbeddedProvider
from apps.chat.providers.openai import LOOPBACK_HOSTS, OpenAIProvider, Service

PUBLIC_BASE_URL = "https://api.openai.com/v1"
EVERYTHING = "*"
_NO_LIST = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}
"""How services answer that have no list of models."""

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


@dataclass(frozen=True, slots=True)
class ServiceAccess:
    """URL and key of the configured service, from the environment or set on the screen."""

    base_url: str
    api_key: str = field(repr=False)
    is_of_environment: bool = False
    models: tuple[str, ...] = ()
    """Models that are named by hand for this service, in place of `AI_MODELS`."""


@dataclass(frozen=True, slots=True)
class Search:
    """How to discover the models of a service: times in seconds, and a window in tokens for models without one."""

    within: float
    every: float
    unknown_window: int
    forgets: bool
    """Whether a service that can no longer be reached has no models, or keeps its last ones."""

    is_strict: bool
    """Whether only OpenAI's own form of list counts, because any program may listen at the address."""


# Ollama and LM Studio default to 4,096; their lists do not tell.
_LOCAL_SEARCH = Search(within=0.5, every=30.0, unknown_window=4_096, forgets=True, is_strict=True)
_REMOTE_SEARCH = Search(within=10.0, every=300.0, unknown_window=8_192, forgets=False, is_strict=False)


@dataclass
class Source:
    """One service and its models; `service` is its name, empty for the built-in model."""

    provider: Provider
    models: tuple[Model, ...] = ()
    service: str = field(default="", kw_only=True)


@dataclass
class SearchedSource(Source):
    """A service whose list of models is read repeatedly."""

    provider: OpenAIProvider
    search: Search = field(kw_only=True)

    async def look(self) -> None:
        """Read the list now."""
        try:
            self.models = await self._ask()
        except ProviderTimeoutError:
            # Busy, not gone: keep the last models.
            return
        except ProviderUnavailableError:
            if self.search.forgets:
                self.models = ()

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
        return await look_for_models(
            self.provider,
            self.names,
            self.preferred,
            within=self.search.within,
            unknown_window=self.search.unknown_window,
        )


def access_of_environment() -> ServiceAccess | None:
    """Return the service that the environment names, if any; then no other is used."""
    if not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL):
        return None
    base_url = settings.OPENAI_BASE_URL or PUBLIC_BASE_URL
    return ServiceAccess(base_url, settings.OPENAI_API_KEY, is_of_environment=True)


def make_sources(access: ServiceAccess | None) -> list[Source]:
    """Return all sources in the order of the list of models; `access` is that of the configured service."""
    sources: list[Source] = []
    if _is_wanted(settings.LOCAL_DISCOVERY, automatic=access is None):
        sources += [_local_source(url) for url in settings.LOCAL_DISCOVERY_URLS]
    sources.append(_named_source(access))
    if _is_wanted(settings.EMBEDDED_MODEL, automatic=access is None):
        sources.append(_embedded_source())
    return sources


async def try_access(access: ServiceAccess) -> tuple[Model, ...]:
    """Look once for the models of a service: for the named ones, which need no list, or for all.

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
        return await look_for_models(
            provider, names, (), within=_REMOTE_SEARCH.within, unknown_window=_REMOTE_SEARCH.unknown_window
        )
    except NoListError:
        return named_models(list(names), provider.name)
    except ProviderUnavailableError as error:
        if error.status not in _NO_LIST:
            raise
        return named_models(list(names), provider.name)


def _is_wanted(choice: str, *, automatic: bool) -> bool:
    return automatic if choice == "auto" else choice == "on"


def _local_source(url: str) -> Source:
    provider, name = _LOCAL_NAMES.get(urlsplit(url).port or 0, ("local", urlsplit(url).netloc))
    return SearchedSource(OpenAIProvider(_service(provider, url.rstrip("/"))), search=_LOCAL_SEARCH, service=name)


def usual_name(base_url: str) -> str:
    """Return the name of a service that has not been named: that of its maker, if known, else its host."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    local = _LOCAL_NAMES.get(parts.port or 0) if host in LOOPBACK_HOSTS else None
    return local[1] if local else _HOST_NAMES.get(host, host)


def _named_source(access: ServiceAccess | None) -> Source:
    provider = OpenAIProvider(_real_service(access or ServiceAccess(PUBLIC_BASE_URL, "")))
    service = usual_name(access.base_url if access else PUBLIC_BASE_URL)
    wanted = settings.AI_MODELS if access is None or not access.models else list(access.models)
    if access is None:
        named = [name for name in wanted if name != EVERYTHING]
        return Source(provider, named_models(named, provider.name, missing=Missing.SERVICE), service=service)
    if not (wanted or access.is_of_environment or access.base_url == PUBLIC_BASE_URL):
        # A service set on the screen: only the service itself can tell its models.
        wanted = [EVERYTHING]
    if EVERYTHING in wanted:
        return SearchedSource(
            provider,
            named_models([], provider.name, missing=Missing.ANSWER),
            search=_REMOTE_SEARCH,
            service=service,
        )
    names = tuple(dict.fromkeys(wanted or BUILT_IN))
    return NamedSource(
        provider,
        named_models(list(names), provider.name),
        search=_REMOTE_SEARCH,
        service=service,
        names=names,
        preferred=() if wanted else PREFERRED,
    )


def _embedded_source() -> Source:
    provider = EmbeddedProvider(
        folder=settings.DATA_DIR,
        first_token_timeout=settings.AI_FIRST_TOKEN_TIMEOUT,
        first_token_limit=settings.AI_FIRST_TOKEN_LIMIT,
        plain_prompt=settings.DEFAULT_SYSTEM_PROMPT,
    )
    return Source(provider, (provider.model,))


def _real_service(access: ServiceAccess) -> Service:
    # The environment is set by the owner of this machine.
    is_guarded = not (access.is_of_environment or settings.ALLOW_PRIVATE_MODEL_HOSTS)
    return _service("openai", access.base_url, access.api_key, is_guarded=is_guarded)


def _service(name: str, base_url: str, api_key: str = "", *, is_guarded: bool = False) -> Service:
    return Service(
        name=name,
        base_url=base_url,
        api_key=api_key,
        is_guarded=is_guarded,
        first_token_timeout=settings.AI_FIRST_TOKEN_TIMEOUT,
        first_token_limit=settings.AI_FIRST_TOKEN_LIMIT,
        between_tokens_timeout=settings.AI_BETWEEN_TOKENS_TIMEOUT,
    )
