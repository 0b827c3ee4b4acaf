"""The native APIs of Ollama and llama.cpp: context windows, and whether they answer one question at a time."""

import asyncio
import re
from collections.abc import Iterable
from contextlib import suppress
from enum import Enum, auto
from typing import Any

import msgspec

from apps.chat.providers.errors import ProviderError
from apps.chat.providers.openai import OpenAIProvider
from apps.chat.providers.reading.json_objects import MAX_PARTS_PER_BODY
from apps.core.json_parts import has_many_parts

_MIN_WINDOW = 512
_MAX_QUERIED = 100
_MAX_CONCURRENT = 4
_NUM_CTX = re.compile(r"^num_ctx\s+(\d+)", re.MULTILINE)


class ServiceKind(Enum):
    """The program at the base URL."""

    OLLAMA = auto()
    LLAMA_CPP = auto()
    OTHER = auto()


class NativeApi:
    """The native API of one service; remembers the windows that it has reported."""

    def __init__(self, provider: OpenAIProvider) -> None:
        self._provider = provider
        self._kind: ServiceKind | None = None
        self._windows: dict[str, int | None] = {}

    def find_window(self, model: str) -> int | None:
        """Return the context window of a model in tokens, if the service has reported it."""
        return self._windows.get(model)

    async def query_windows(self, models: Iterable[str], *, owners: Iterable[str], within: float) -> None:
        """Query the windows of these models, for at most `within` seconds.

        `owners` are the values of `owned_by` in the list of models. Services that are neither Ollama nor llama.cpp are
        queried once, which is harmless, and report nothing.
        """
        deadline = asyncio.get_running_loop().time() + within
        with suppress(ProviderError):
            if self._kind is None:
                self._kind = await self._find_kind(set(owners), deadline)
            match self._kind:
                case ServiceKind.OLLAMA:
                    self._provider.is_one_slot = True
                    await self._query_ollama([name for name in models if name not in self._windows], deadline)
                case ServiceKind.LLAMA_CPP:
                    await self._query_llama_cpp(list(models), deadline)

    async def _find_kind(self, owners: set[str], deadline: float) -> ServiceKind:
        if "library" in owners:
            return ServiceKind.OLLAMA
        if "llamacpp" in owners:
            return ServiceKind.LLAMA_CPP
        # Only Ollama has the path for its version, and only llama.cpp the path for its properties.
        signs = (("/api/version", "version", ServiceKind.OLLAMA), ("/props", "total_slots", ServiceKind.LLAMA_CPP))
        for path, key, kind in signs:
            with suppress(ProviderError):
                if key in await self._fetch(path, deadline):
                    return kind
        return ServiceKind.OTHER

    async def _query_ollama(self, models: list[str], deadline: float) -> None:
        queried = models[:_MAX_QUERIED]
        slots = asyncio.Semaphore(_MAX_CONCURRENT)

        async def query(model: str) -> None:
            async with slots:
                with suppress(ProviderError):
                    self._windows[model] = _read_ollama_window(
                        await self._fetch("/api/show", deadline, {"model": model})
                    )

        await asyncio.gather(*map(query, queried))

    async def _query_llama_cpp(self, models: list[str], deadline: float) -> None:
        properties = await self._fetch("/props", deadline)
        self._provider.is_one_slot = properties.get("total_slots", 1) == 1
        generation = properties.get("default_generation_settings")
        stated = generation.get("n_ctx") if isinstance(generation, dict) else None
        window = _read_window(stated if stated is not None else properties.get("n_ctx"))
        # One server has one model, whatever its name is.
        self._windows = dict.fromkeys(models, window)

    async def _fetch(self, path: str, deadline: float, body: dict[str, object] | None = None) -> dict[str, Any]:
        fetched = await self._provider.fetch("/.." + path, deadline=deadline, json=body)
        if has_many_parts(fetched, MAX_PARTS_PER_BODY):
            return {}
        try:
            decoded = msgspec.json.decode(fetched)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return {}
        return decoded if isinstance(decoded, dict) else {}


def _read_ollama_window(shown: dict[str, Any]) -> int | None:
    """Return the context window that Ollama uses for a model: `num_ctx`, at most the one it was trained with."""
    info = shown.get("model_info")
    facts = info.items() if isinstance(info, dict) else ()
    trained = next((value for key, value in facts if key.endswith(".context_length")), None)
    parameters = shown.get("parameters")
    chosen = _NUM_CTX.search(parameters) if isinstance(parameters, str) else None
    windows = [_read_window(trained), _read_window(int(chosen[1]) if chosen else None)]
    return min((window for window in windows if window is not None), default=None)


def _read_window(stated: object) -> int | None:
    return stated if type(stated) is int and stated >= _MIN_WINDOW else None
