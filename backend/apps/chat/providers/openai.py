"""Provider for services with OpenAI's Chat Completions API; lean, because each streamed token passes through it."""

import asyncio
import functools
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
import structlog

from apps.chat.prompt_values import Prompt
from apps.chat.providers.base import OnAlive, OnMissingImages, StreamedEvent
from apps.chat.providers.connection.response_body import Body, BodyKind, open_body
from apps.chat.providers.connection.service_connection import (
    SUCCESSES,
    ServiceConnection,
    ServiceEndpoint,
    hash_url,
    make_response_error,
    read_error,
)
from apps.chat.providers.connection.waits import FirstTokenWait
from apps.chat.providers.errors import (
    Failure,
    ModelReportedError,
    ProviderInterruptedError,
    ProviderUnavailableError,
    WrongUrlError,
)
from apps.chat.providers.failures.classification import (
    REQUEST_REFUSAL_STATUSES,
    RequestRefusedError,
    convert_reported_error,
)
from apps.chat.providers.failures.refused_parts import find_named_parameter, find_refused_parameter, find_refused_part
from apps.chat.providers.failures.retries import TransientError, choose_retry_delay
from apps.chat.providers.forwarding.forwarded_answer import HttpForwardedAnswer
from apps.chat.providers.reading.answer_text import AnswerTextReader, Batch
from apps.chat.providers.reading.json_objects import encode_object
from apps.chat.providers.reading.streamed_answer import StreamedAnswerReader
from apps.chat.providers.reading.whole_answer import WholeAnswerReader
from apps.chat.providers.requests.completions import STREAM, build_request
from apps.chat.providers.requests.continuation import continue_answer
from apps.core.store_threads import run_in_store_thread
from apps.core.text import is_blank

logger = structlog.get_logger(__name__)

type AnswerReader = StreamedAnswerReader | WholeAnswerReader


class OpenAIProvider:
    """The provider of one service: streams and forwards its answers, and remembers what each model refuses."""

    def __init__(self, endpoint: ServiceEndpoint) -> None:
        self.name = endpoint.name
        self._endpoint = endpoint
        self._connection = ServiceConnection(endpoint)
        self._refused_parameters: dict[str, frozenset[str]] = {}
        """The parameters that each model has refused, which are left out."""
        self._models_hiding_tag: set[str] = set()
        """Models whose reasoning ends with a closing tag that has no opening one."""
        self._streams = 0
        self._preemptible: dict[asyncio.Timeout, asyncio.Task[Any] | None] = {}
        self.is_one_slot = False

    @property
    def host(self) -> str:
        return urlsplit(self._endpoint.base_url).hostname or ""

    @property
    def url_hash(self) -> str:
        """The SHA-256 of the service's base URL, which may contain a password."""
        return hash_url(self._endpoint.base_url)

    @property
    def is_busy(self) -> bool:
        return self._streams > 0

    def stream(
        self, prompt: Prompt, on_alive: OnAlive | None = None, on_missing_images: OnMissingImages | None = None
    ) -> AsyncGenerator[StreamedEvent]:
        """Stream an answer; a call that fails before the first token is retried, with at most three attempts."""
        if self._endpoint.prefix:
            prompt = replace(prompt, model=prompt.model.removeprefix(self._endpoint.prefix))
        if not is_blank(prompt.continues):
            stream = functools.partial(self._stream, on_alive=on_alive, on_missing_images=on_missing_images)
            return continue_answer(stream, prompt)
        return self._stream(prompt, on_alive, on_missing_images)

    @asynccontextmanager
    async def forward(self, request: Mapping[str, object]) -> AsyncGenerator[HttpForwardedAnswer]:
        is_stream = request.get("stream") is True
        model = str(request["model"]).removeprefix(self._endpoint.prefix)
        silence = self._endpoint.first_token_timeout if is_stream else self._endpoint.first_token_limit
        first_token = FirstTokenWait(silence=silence, limit=self._endpoint.first_token_limit)
        with self._occupy_slot():
            response = await self._post_forwarded(
                {**self._endpoint.extra, **request, "model": model}, first_token.deadline
            )
            first_token.restart_silence()
            try:
                choice_count = request.get("n")
                yield HttpForwardedAnswer(
                    response,
                    first_token=first_token,
                    token_timeout=self._endpoint.between_tokens_timeout,
                    choice_count=choice_count if isinstance(choice_count, int) else 1,
                )
            finally:
                response.close()

    async def fetch(self, path: str, *, deadline: float, json: object = None) -> bytes:
        """Return the body of `GET path`, or of `POST path` with `json`; see `ServiceConnection.fetch`."""
        return await self._connection.fetch(path, deadline=deadline, json=json)

    @asynccontextmanager
    async def preemptible(self) -> AsyncGenerator[None]:
        async with asyncio.timeout(None) as scope:
            self._preemptible[scope] = asyncio.current_task()
            try:
                yield
            finally:
                del self._preemptible[scope]

    async def aclose(self) -> None:
        await self._connection.aclose()

    @contextmanager
    def _occupy_slot(self) -> Iterator[None]:
        """Count a stream for the duration of the block, and end the preemptible blocks that would delay it."""
        self._streams += 1
        try:
            if self.is_one_slot:
                for scope, task in self._preemptible.items():
                    if task is not asyncio.current_task():
                        scope.reschedule(asyncio.get_running_loop().time())
            yield
        finally:
            self._streams -= 1

    async def _stream(
        self, prompt: Prompt, on_alive: OnAlive | None, on_missing_images: OnMissingImages | None
    ) -> AsyncGenerator[StreamedEvent]:
        first_token = FirstTokenWait(
            silence=self._endpoint.first_token_timeout, limit=self._endpoint.first_token_limit, on_alive=on_alive
        )
        with self._occupy_slot():
            reader, batch = await self._call_with_retries(prompt, first_token, on_missing_images)
            try:
                while batch:
                    for event in batch:
                        yield event
                    batch = await reader.next_batch()
            finally:
                reader.close()
                self._remember_tags(prompt.model, reader.text)

    def _remember_tags(self, model: str, text: AnswerTextReader) -> None:
        if text.hides_opening_tag:
            self._models_hiding_tag.add(model)
        elif text.hides_opening_tag is False:
            self._models_hiding_tag.discard(model)

    # --- Before the first token ---

    async def _call_with_retries(
        self, prompt: Prompt, first_token: FirstTokenWait, on_missing_images: OnMissingImages | None
    ) -> tuple[AnswerReader, Batch]:
        attempt = 1
        while True:
            try:
                return await self._call(prompt, first_token, on_missing_images)
            except TransientError as error:
                wait = choose_retry_delay(attempt, error)
                if wait is None or asyncio.get_running_loop().time() + wait >= first_token.deadline:
                    raise
                logger.info("model_call_retried", provider=self.name, attempt=attempt, status=error.status)
            await asyncio.sleep(wait)
            attempt += 1

    async def _call(
        self, prompt: Prompt, first_token: FirstTokenWait, on_missing_images: OnMissingImages | None
    ) -> tuple[AnswerReader, Batch]:
        omitted = self._refused_parameters.get(prompt.model, frozenset())
        while True:
            request, encoded, missing_images = await self._encode(prompt, omitted)
            if on_missing_images is not None:
                on_missing_images(missing_images)
            if STREAM in omitted:
                first_token.expect_whole_answer()
            try:
                response = await self._post(encoded, first_token.deadline)
                first_token.restart_silence()
                reader, batch = await self._read_first_batch(response, prompt.model, first_token)
            except RequestRefusedError as refusal:
                refused = find_refused_part(refusal.body, request)
                if refused is None:
                    raise refusal.error from None
                # The loop ends, because each round omits one more of a few parameters.
                omitted |= {refused}
                logger.info("model_parameter_left_out", provider=self.name, parameter=refused)
            else:
                self._refused_parameters[prompt.model] = omitted
                return reader, batch

    async def _read_first_batch(
        self, response: aiohttp.ClientResponse, model: str, first_token: FirstTokenWait
    ) -> tuple[AnswerReader, Batch]:
        try:
            body = await open_body(response, first_token)
            text = AnswerTextReader(hides_opening_tag=model in self._models_hiding_tag)
            reader = self._make_reader(body, text, first_token)
        except BaseException:
            response.close()
            raise
        try:
            return reader, await reader.next_batch()
        except ProviderInterruptedError:
            reader.close()
            raise TransientError("the connection to the model service broke before the first token") from None
        except ModelReportedError as error:
            reader.close()
            raise convert_reported_error(error) from None
        except BaseException:
            reader.close()
            raise

    def _make_reader(self, body: Body, text: AnswerTextReader, first_token: FirstTokenWait) -> AnswerReader:
        match body.kind:
            case BodyKind.EVENTS:
                return StreamedAnswerReader(
                    body, text, first_token=first_token, token_timeout=self._endpoint.between_tokens_timeout
                )
            case BodyKind.JSON:
                return WholeAnswerReader(body, text, first_token=first_token)
            case BodyKind.HTML:
                raise WrongUrlError(
                    "a web page answered in place of the model service",
                    status=HTTPStatus.OK,
                    failure=Failure.UNREACHABLE,
                )
            case BodyKind.OTHER if body.beginning:
                raise ProviderUnavailableError(
                    "the model service answered with neither a stream nor JSON", status=HTTPStatus.OK
                )
            case BodyKind.OTHER:
                raise TransientError("the model service sent an empty response")

    async def _post(self, request: bytes, deadline: float) -> aiohttp.ClientResponse:
        response = await self._connection.post(request, deadline)
        if response.status in SUCCESSES:
            return response
        body = await read_error(response)
        error = make_response_error(response, body)
        raise RequestRefusedError(error, body) if response.status in REQUEST_REFUSAL_STATUSES else error

    async def _encode(self, prompt: Prompt, omitted: frozenset[str]) -> tuple[dict[str, object], bytes, int]:
        """Return a request, its body, and how many images are missing.

        Runs off the event loop if attachments have to be read.
        """

        def encode() -> tuple[dict[str, object], bytes, int]:
            request, missing_images = build_request(prompt, omitted=omitted, extra=self._endpoint.extra)
            return request, msgspec.json.encode(request), missing_images

        return await run_in_store_thread(encode) if prompt.has_attachments else encode()

    async def _post_forwarded(self, request: dict[str, object], deadline: float) -> aiohttp.ClientResponse:
        options = request.get("stream_options")
        if request.get("stream") is True and (options is None or isinstance(options, dict)):
            request["stream_options"] = {**(options or {}), "include_usage": True}
        while True:
            response = await self._connection.post(encode_object(request), deadline)
            if response.status in SUCCESSES:
                return response
            body = await read_error(response)
            is_refused = response.status in REQUEST_REFUSAL_STATUSES
            if is_refused and options is None and find_refused_parameter(body, request.keys() & {"stream_options"}):
                del request["stream_options"]  # This server had added it.
                continue
            error = make_response_error(response, body)
            error.param = find_named_parameter(body, request.keys())
            raise error
