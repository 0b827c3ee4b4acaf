"""Which models can be used right now, and who speaks to them; one registry a process."""

import asyncio
import functools
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from apps.chat.providers.base import Model, Provider, ProviderTimeoutError, ProviderUnavailableError
from apps.chat.providers.catalogue import NO_ANSWER, NO_KEY, named_models
from apps.chat.providers.discovery import discover_models
from apps.chat.providers.embedded.provider import EmbeddedProvider
from apps.chat.providers.openai import OpenAIProvider, Service
from apps.chat.providers.tokens import warm_up
from apps.core.tasks import cancel_and_wait, spawn

logger = structlog.get_logger(__name__)

PUBLIC_BASE_URL = "https://api.openai.com/v1"
EVERYTHING = "*"
_FIRST_LOOK = 0.5
_LOCAL_NAMES = {11434: "ollama", 1234: "lmstudio", 8080: "llamacpp"}


@dataclass(frozen=True, slots=True)
class Search:
    """How to ask a service for its models; seconds, and tokens for models whose window is told nowhere."""

    within: float
    every: float
    unknown_window: int
    forgets: bool
    """Whether a service that is not there any more has no models, or still those that it had last."""


# 4,096 is what Ollama and LM Studio give a chat unless told otherwise; their lists do not say.
_LOCAL_SEARCH = Search(within=0.5, every=30.0, unknown_window=4_096, forgets=True)
_REMOTE_SEARCH = Search(within=10.0, every=300.0, unknown_window=8_192, forgets=False)


@dataclass
class Source:
    """One service and the models that it has."""

    provider: Provider
    models: tuple[Model, ...] = ()


@dataclass
class SearchedSource(Source):
    """A service that is asked again and again for its models."""

    provider: OpenAIProvider
    search: Search = field(kw_only=True)

    async def look(self) -> None:
        """Ask now."""
        try:
            self.models = await discover_models(
                self.provider, within=self.search.within, unknown_window=self.search.unknown_window
            )
        except ProviderTimeoutError:
            # Busy, not gone: what was known stays.
            return
        except ProviderUnavailableError:
            if self.search.forgets:
                self.models = ()


class ModelRegistry:
    """All models. What reads (`list_models`, `default_model`, `find_model`, `get_provider`) may run in any thread."""

    def __init__(self, sources: list[Source]) -> None:
        """Take the sources in the order in which their models are listed."""
        self._sources = sources
        self._models: dict[str, tuple[Model, Provider]] = {}
        self._searches: list[asyncio.Task[None]] = []
        self._publish()

    # --- Reading ---

    def list_models(self) -> list[Model]:
        """All models, those that can be used first."""
        return [model for model, _ in self._models.values()]

    def default_model(self) -> str:
        """The id of the first model that can be used; of the first at all where none can; empty where there is none."""
        models = self.list_models()
        return next((model.id for model in models if model.available), models[0].id if models else "")

    def find_model(self, model_id: str) -> Model | None:
        """The model of that id, if there is one now."""
        found = self._models.get(model_id)
        return None if found is None else found[0]

    def get_provider(self, model_id: str) -> Provider:
        """Who speaks to that model; `ProviderUnavailableError` where it cannot be used."""
        found = self._models.get(model_id)
        if found is None or not found[0].available:
            raise ProviderUnavailableError("the model is not available")
        return found[1]

    # --- Life ---

    async def start(self) -> None:
        """Load the built-in model and look for others in the background; waits half a second for what is near."""
        looks: list[asyncio.Event] = []
        for source in self._sources:
            if isinstance(source.provider, EmbeddedProvider):
                source.provider.start()
            if isinstance(source, SearchedSource):
                looks.append(asyncio.Event())
                self._searches.append(spawn(self._search(source, looks[-1]), name="model_search"))
        try:
            async with asyncio.timeout(_FIRST_LOOK):
                for look in looks:
                    await look.wait()
        except TimeoutError:
            logger.info("models_not_found_yet")
        default = self.find_model(self.default_model())
        if default is not None and default.available:
            # Loading holds the interpreter for a tenth of a second: better now than in the first answer.
            warm_up(default.id)

    async def aclose(self) -> None:
        """End the searches, the connections and the built-in model."""
        await cancel_and_wait(*self._searches)
        self._searches.clear()
        for source in self._sources:
            await source.provider.aclose()

    async def _search(self, source: SearchedSource, first: asyncio.Event) -> None:
        while True:
            before = source.models
            await source.look()
            if source.models != before:
                logger.info("models_found", provider=source.provider.name, count=len(source.models))
                self._publish()
            first.set()
            await asyncio.sleep(source.search.every)

    def _publish(self) -> None:
        entries = [(model, source.provider) for source in self._sources for model in source.models]
        entries.sort(key=lambda entry: not entry[0].available)
        models: dict[str, tuple[Model, Provider]] = {}
        for model, provider in entries:
            models.setdefault(model.id, (model, provider))
        # One assignment: readers in other threads see all of the old state or all of the new one.
        self._models = models


@functools.cache
def get_registry() -> ModelRegistry:
    """The registry of this process, made from the settings; `get_registry.cache_clear()` forgets it."""
    is_remote = bool(settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL)
    sources: list[Source] = []
    if _is_wanted(settings.LOCAL_DISCOVERY, automatic=not is_remote):
        sources += [_local_source(url) for url in settings.LOCAL_DISCOVERY_URLS]
    sources.append(_named_source(is_remote=is_remote))
    if _is_wanted(settings.EMBEDDED_MODEL, automatic=not is_remote):
        sources.append(_embedded_source())
    return ModelRegistry(sources)


def _is_wanted(choice: str, *, automatic: bool) -> bool:
    return automatic if choice == "auto" else choice == "on"


def _local_source(url: str) -> Source:
    name = _LOCAL_NAMES.get(urlsplit(url).port or 0, "local")
    return SearchedSource(OpenAIProvider(_service(name, url.rstrip("/"))), search=_LOCAL_SEARCH)


def _named_source(*, is_remote: bool) -> Source:
    base_url = settings.OPENAI_BASE_URL or PUBLIC_BASE_URL
    provider = OpenAIProvider(_service("openai", base_url, settings.OPENAI_API_KEY))
    named = [name for name in settings.AI_MODELS if name != EVERYTHING]
    if not is_remote:
        return Source(provider, named_models(named, provider.name, why=NO_KEY))
    if EVERYTHING in settings.AI_MODELS:
        return SearchedSource(provider, named_models([], provider.name, why=NO_ANSWER), search=_REMOTE_SEARCH)
    return Source(provider, named_models(named, provider.name))


def _embedded_source() -> Source:
    provider = EmbeddedProvider(
        folder=settings.DATA_DIR,
        first_token_timeout=settings.AI_FIRST_TOKEN_TIMEOUT,
        plain_prompt=settings.DEFAULT_SYSTEM_PROMPT,
    )
    return Source(provider, (provider.model,))


def _service(name: str, base_url: str, api_key: str = "") -> Service:
    return Service(
        name=name,
        base_url=base_url,
        api_key=api_key,
        first_token_timeout=settings.AI_FIRST_TOKEN_TIMEOUT,
        between_tokens_timeout=settings.AI_BETWEEN_TOKENS_TIMEOUT,
    )
