"""The registry of this process: which models can be used now, and their providers."""

import asyncio
import functools
from dataclasses import replace
from uuid import UUID

import structlog
from django.conf import settings

from apps.chat.providers.base import Failure, Model, Provider, ProviderUnavailableError
from apps.chat.providers.catalogue import PREFERRED
from apps.chat.providers.embedded.provider import EmbeddedProvider
from apps.chat.providers.sources import (
    SearchedSource,
    ServiceAccess,
    Source,
    access_of_environment,
    make_sources,
)
from apps.chat.providers.tokens import warm_up
from apps.core.tasks import cancel_and_wait, spawn

logger = structlog.get_logger(__name__)

_FIRST_LOOK = 0.5
_RETIREMENT_LOOK = 1.0


class ModelRegistry:
    """All models. `list_models`, `default_model`, `find_model` and `get_provider` may be called from any thread."""

    service_version: UUID | None = None
    """Version of the service set on the screen that the sources are for; None without one."""

    def __init__(self, sources: list[Source]) -> None:
        """Take the sources, in the order of the list of models."""
        self._sources = sources
        self._models: dict[str, tuple[Model, Provider]] = {}
        self._searches: list[asyncio.Task[None]] = []
        self._retiring: dict[Provider, asyncio.Task[None]] = {}
        self._blind: set[str] = set()
        self._is_running = False
        self._changing = asyncio.Lock()
        self._publish()

    # --- Reading ---

    def list_models(self) -> list[Model]:
        """Return all models, usable ones first."""
        return [model for model, _ in self._models.values()]

    def default_model(self) -> str:
        """Return the id of the default model; an empty string if there is no model.

        That is the first usable one of `AI_MODELS`, else of `PREFERRED`, else of all, else the first of all.
        """
        models = self.list_models()
        usable = [model.id for model in models if model.available]
        for name in (*settings.AI_MODELS, *PREFERRED):
            if name in usable:
                return name
        return next(iter(usable or [model.id for model in models]), "")

    def find_model(self, model_id: str) -> Model | None:
        """Return the model with this id, or None."""
        found = self._models.get(model_id)
        return None if found is None else found[0]

    def get_provider(self, model_id: str) -> Provider:
        """Return the provider of a model; raises ProviderUnavailableError if the model cannot be used."""
        found = self._models.get(model_id)
        if found is None or not found[0].available:
            is_retired = found is not None and found[0].is_retired
            failure = Failure.MODEL_GONE if is_retired else Failure.ERROR
            raise ProviderUnavailableError("the model is not available", failure=failure)
        return found[1]

    def remember_blindness(self, model_id: str) -> None:
        """Count a model as one that sees no images, until the service changes: it has refused some."""
        self._blind.add(model_id)
        self._publish()

    # --- Lifetime ---

    async def start(self) -> None:
        """Load the built-in model and discover others in the background; waits half a second for fast services."""
        self._is_running = True
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
            # Loading blocks the interpreter for 0.1 s: better now than in the first answer.
            warm_up(default.id)

    async def use_service(self, access: ServiceAccess | None, version: UUID | None) -> None:
        """Switch to another service, or to none; running answers continue to their end."""
        async with self._changing:
            if version == self.service_version:
                return
            self.service_version = version
            self._blind.clear()
            old, self._sources = self._sources, make_sources(access)
            if self._is_running:
                await self._end_searches()
                for source in old:
                    self._retiring[source.provider] = spawn(self._retire(source.provider), name="provider_retired")
                await self.start()
            self._publish()
        logger.info("model_service_changed", is_set=access is not None)

    async def aclose(self) -> None:
        """Stop discovery, close the connections and end the built-in model."""
        self._is_running = False
        await self._end_searches()
        retiring = dict(self._retiring)
        await cancel_and_wait(*retiring.values())
        for provider in [*retiring, *(source.provider for source in self._sources)]:
            await provider.aclose()

    async def _end_searches(self) -> None:
        await cancel_and_wait(*self._searches)
        self._searches.clear()

    async def _retire(self, provider: Provider) -> None:
        while True:
            # Sleep first: a caller that has just got the provider may not have started its stream.
            await asyncio.sleep(_RETIREMENT_LOOK)
            if not provider.is_busy:
                break
        await provider.aclose()
        del self._retiring[provider]

    async def _search(self, source: SearchedSource, first: asyncio.Event) -> None:
        while True:
            before = source.models
            await source.look()
            if source.models != before:
                logger.info("models_found", provider=source.provider.name, count=len(source.models))
                self._publish()
            first.set()
            await asyncio.sleep(source.search.every)

    def _sees(self, model: Model) -> bool | None:
        return False if model.id in self._blind else model.vision

    def _publish(self) -> None:
        entries = [
            (replace(model, service=source.service, vision=self._sees(model)), source.provider)
            for source in self._sources
            for model in source.models
        ]
        entries.sort(key=lambda entry: not entry[0].available)
        models: dict[str, tuple[Model, Provider]] = {}
        for model, provider in entries:
            models.setdefault(model.id, (model, provider))
        # One assignment: other threads see either the old state or the new one.
        self._models = models


@functools.cache
def get_registry() -> ModelRegistry:
    """Return the registry, created from the settings; `get_registry.cache_clear()` discards it."""
    return ModelRegistry(make_sources(access_of_environment()))
