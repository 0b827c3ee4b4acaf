"""The model catalogue of this process: which models can be used now, and their providers."""

import asyncio
import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import structlog
from django.conf import settings

from apps.chat.providers.base import Provider
from apps.chat.providers.catalogue.configured_services import ConfiguredService, read_environment_services
from apps.chat.providers.catalogue.known_models import PREFERRED_MODELS
from apps.chat.providers.catalogue.model_list import is_model_id
from apps.chat.providers.catalogue.sources import DiscoveredSource, Source, SourceKey, make_sources
from apps.chat.providers.embedded.provider import EmbeddedProvider
from apps.chat.providers.errors import Failure, ProviderUnavailableError
from apps.chat.providers.model import Missing, Model
from apps.chat.providers.model_ids import make_prefix
from apps.chat.providers.openai import OpenAIProvider
from apps.chat.providers.tokens import warm_up
from apps.core.tasks import cancel_and_wait, spawn

logger = structlog.get_logger(__name__)

_IDLE_CHECK_SECONDS = 1.0


type UpstreamModel = tuple[str, str]
"""The hash of a service's base URL (`OpenAIProvider.url_hash`), and the service's own name of a model."""


class ModelCatalogue:
    """All models; `list_models`, `default_model`, `find_model` and `get_provider` may be called from any thread."""

    service_versions: tuple[UUID, ...] = ()
    """Versions of the stored services from which the sources were made."""

    def __init__(self, sources: list[Source]) -> None:
        """Offer the models of `sources`, in their order."""
        self._sources = sources
        self._models: dict[str, tuple[Model, Provider]] = {}
        self._aliases: dict[str, tuple[Model, Provider]] = {}
        self._discoveries: dict[SourceKey, asyncio.Task[None]] = {}
        self._closing: dict[Provider, asyncio.Task[None]] = {}
        self._image_refusals: frozenset[UpstreamModel] = frozenset()
        self.unstored_image_refusals: frozenset[UpstreamModel] = frozenset()
        self.exchanging_image_refusals = asyncio.Lock()
        self._is_running = False
        self._changing = asyncio.Lock()
        self._publish()

    # --- Reading ---

    def list_models(self) -> list[Model]:
        """Return all models, usable ones first."""
        return [model for model, _ in self._models.values()]

    def default_model(self) -> str:
        """Return the id of the default model; an empty string without any model.

        The first usable model of `AI_MODELS`, else of `PREFERRED_MODELS`, else of all; without a usable one, the first.
        """
        models = self.list_models()
        usable = [model for model in models if model.available]
        for name in (*settings.AI_MODELS, *PREFERRED_MODELS):
            for model in usable:
                if name in {model.id, model.upstream}:
                    return model.id
        return next((model.id for model in usable or models), "")

    def find_model(self, model_id: str) -> Model | None:
        """Return the model with this id, or None; the id with the prefix of the service finds it too."""
        found = self._find(model_id)
        return None if found is None else found[0]

    def get_provider(self, model_id: str) -> Provider:
        """Return the provider of a model; raises ProviderUnavailableError if the model cannot be used."""
        found = self._find(model_id)
        if found is None or not found[0].available:
            is_gone = found is not None and found[0].missing in {Missing.RETIRED, Missing.RESPONSES_ONLY}
            failure = Failure.MODEL_GONE if is_gone else Failure.ERROR
            raise ProviderUnavailableError("the model is not available", failure=failure)
        return found[1]

    def remember_image_refusal(self, model_id: str) -> bool:
        """Count a model that has refused images as blind; return False for a model without a service.

        It is in `unstored_image_refusals` until `use_image_refusals` confirms it.
        """
        found = self._find(model_id)
        if found is None or not isinstance(found[1], OpenAIProvider):
            return False
        self.unstored_image_refusals |= {(found[1].url_hash, found[0].upstream)}
        self._use_refusals(self._image_refusals | self.unstored_image_refusals)
        return True

    def use_image_refusals(self, stored: frozenset[UpstreamModel], confirmed: frozenset[UpstreamModel]) -> None:
        """Count exactly the stored and the not yet stored models as blind; `confirmed` have been stored."""
        self.unstored_image_refusals -= confirmed
        self._use_refusals(stored | self.unstored_image_refusals)

    def _use_refusals(self, refusals: frozenset[UpstreamModel]) -> None:
        if refusals != self._image_refusals:
            self._image_refusals = refusals
            self._publish()

    def _find(self, model_id: str) -> tuple[Model, Provider] | None:
        return self._models.get(model_id) or self._aliases.get(model_id)

    # --- Lifetime ---

    async def start(self) -> None:
        """Load the built-in model and discover others in the background; waits half a second for fast services."""
        self._is_running = True
        await self._start_sources(self._sources)

    async def use_services(self, services: Sequence[ConfiguredService], versions: tuple[UUID, ...]) -> None:
        """Switch to other services; unchanged services continue, and answers in progress are completed."""
        async with self._changing:
            if versions == self.service_versions:
                return
            self.service_versions = versions
            before, self._sources = self._sources, make_sources(services, self._sources)
            kept = {source.key for source in self._sources}
            if self._is_running:
                for source in before:
                    if source.key not in kept:
                        await self._stop_source(source)
                known = {source.key for source in before}
                await self._start_sources([source for source in self._sources if source.key not in known])
            self._publish()
        logger.info("model_services_changed", count=len(services))

    async def _start_sources(self, sources: list[Source]) -> None:
        first_lists: list[asyncio.Event] = []
        for source in sources:
            if isinstance(source.provider, EmbeddedProvider):
                source.provider.start()
            if isinstance(source, DiscoveredSource):
                first_lists.append(asyncio.Event())
                self._discoveries[source.key] = spawn(
                    self._discover_repeatedly(source, first_lists[-1]), name="model-discovery"
                )
        try:
            async with asyncio.timeout(settings.MODEL_DISCOVERY_SECONDS):
                for first_list in first_lists:
                    await first_list.wait()
        except TimeoutError:
            logger.info("models_not_found_yet")
        default = self.find_model(self.default_model())
        if default is not None and default.available:
            # Loading blocks the interpreter for 0.1 s: better now than in the first answer.
            warm_up(default.id)

    async def _stop_source(self, source: Source) -> None:
        if (discovery := self._discoveries.pop(source.key, None)) is not None:
            await cancel_and_wait(discovery)
        self._closing[source.provider] = spawn(self._close_when_idle(source.provider), name="provider-closing")

    async def aclose(self) -> None:
        """Stop discovery, close the connections and end the built-in model."""
        self._is_running = False
        await cancel_and_wait(*self._discoveries.values())
        self._discoveries.clear()
        closing = dict(self._closing)
        await cancel_and_wait(*closing.values())
        for provider in [*closing, *(source.provider for source in self._sources)]:
            await provider.aclose()

    async def _close_when_idle(self, provider: Provider) -> None:
        while True:
            # Sleep first: a caller may have the provider, but not yet have started its stream.
            await asyncio.sleep(_IDLE_CHECK_SECONDS)
            if not provider.is_busy:
                break
        await provider.aclose()
        del self._closing[provider]

    async def _discover_repeatedly(self, source: DiscoveredSource, first_list: asyncio.Event) -> None:
        while True:
            before = source.models
            await source.read_models()
            self._publish_changes(source, before)
            first_list.set()
            before = source.models
            await source.read_windows()
            self._publish_changes(source, before)
            await asyncio.sleep(source.rules.interval)

    def _publish_changes(self, source: Source, before: tuple[Model, ...]) -> None:
        if source.models != before:
            logger.info("models_found", provider=source.provider.name, count=len(source.models))
            self._publish()

    def _publish(self) -> None:
        models: dict[str, tuple[Model, Provider]] = {}
        aliases: dict[str, tuple[Model, Provider]] = {}
        owners = _find_name_owners(self._sources)
        for source in self._sources:
            prefix = make_prefix(source.slug)
            prefixes = {model.id: "" if owners.get(model.id) == source.key else prefix for model in source.models}
            url_hash = source.provider.url_hash if isinstance(source.provider, OpenAIProvider) else ""
            for model in source.models:
                public = _publish_model(source.limit(model), source.service, prefixes)
                if (url_hash, model.id) in self._image_refusals:
                    public = replace(public, vision=False)
                # With its prefix, a name may have got too long.
                if is_model_id(public.id):
                    models.setdefault(public.id, (public, source.provider))
                    aliases.setdefault(prefix + model.id, (public, source.provider))
        # One assignment each: other threads see either the old state or the new one.
        self._models = dict(sorted(models.items(), key=lambda entry: not entry[1][0].available))
        self._aliases = aliases


def _find_name_owners(sources: Sequence[Source]) -> dict[str, SourceKey]:
    """Return the sources whose models have their names as ids: the first configured service, then this machine's."""
    owners: dict[str, SourceKey] = {}
    for source in sorted(sources, key=lambda source: not isinstance(source.key, ConfiguredService)):
        if source.has_bare_ids:
            for model in source.models:
                owners.setdefault(model.id, source.key)
    return owners


def _publish_model(model: Model, service: str, prefixes: Mapping[str, str]) -> Model:
    """Return a model of a service under its public id; `prefixes` has the prefixes of all models of the service."""
    prefix = prefixes[model.id]
    successor = None if model.successor is None else prefixes.get(model.successor, "") + model.successor
    return replace(model, id=prefix + model.id, prefix=prefix, service=service, successor=successor)


@functools.cache
def get_catalogue() -> ModelCatalogue:
    """Return the catalogue, created from the settings; `get_catalogue.cache_clear()` discards it."""
    return ModelCatalogue(make_sources(read_environment_services()))
