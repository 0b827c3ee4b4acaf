"""Provider for services with OpenAI's Chat Completions API; lean, because each streamed token passes through it."""

import asyncio
import functools
import hashlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
import structlog

from apps.chat.events import Finish, Prompt
from apps.chat.providers.answer_reader import AnswerReader
from apps.chat.providers.answer_text import AnswerTextReader, Batch
from apps.chat.providers.base import (
    Failure,
    HostRefusedError,
    ProviderInterruptedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    StreamedEvent,
    UnreachedError,
    WrongAddressError,
)
from apps.chat.providers.completions import SYSTEM, build_request
from apps.chat.providers.continuation import continue_answer
from apps.chat.providers.forwarding import ServiceAnswer, encode_object
from apps.chat.providers.hosts import ForbiddenHostError, GuardedResolver, is_allowed
from apps.chat.providers.refusals import failure_of, named_parameter, refused_parameter, refuses_system_role
from apps.chat.providers.response_body import BodyKind, kind_of, read_beginning, read_body
from apps.chat.providers.retries import TransientError, is_retryable, read_retry_after, wait_before
from apps.chat.providers.waits import FirstTokenWait, OnAlive
from apps.chat.providers.whole_answer import WholeAnswerReader

logger = structlog.get_logger(__name__)

_CONNECT_TIMEOUT = 10.0
_KEEP_ALIVE = 30.0
_ERROR_BODY_TIMEOUT = 5.0
_MAX_ERROR_BODY = 64 * 1024
_MAX_FETCHED = 4 * 1024 * 1024
_OK = 200
_GOOD = frozenset({200, 201, 202})
"""Statuses of answers: some frameworks of gateways answer 201 to every POST."""
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

type Reader = AnswerReader | WholeAnswerReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """URL, key and limits of a model service; time-outs are in seconds, `extra` is part of each request.

    `first_token_timeout` bounds the service's silence before the first token, `first_token_limit` the whole wait.

    `prefix` is what precedes the service's own names of models in our ids (see model_ids.py).

    With `is_guarded`, the service must not be in a private network (see hosts.py), and no proxy is used, because
    it would resolve names itself.
    """

    name: str
    base_url: str
    api_key: str = field(default="", repr=False)
    is_guarded: bool = False
    prefix: str = ""
    first_token_timeout: float = 60.0
    first_token_limit: float = 600.0
    between_tokens_timeout: float = 60.0
    extra: Mapping[str, object] = field(default_factory=dict)


class OpenAIProvider:
    """One service and its pool of connections, which is created on first use in the running event loop."""

    def __init__(self, service: Service) -> None:
        """Create a provider without connecting."""
        self.name = service.name
        self._service = service
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._omitted: dict[str, frozenset[str]] = {}
        self._hiding: set[str] = set()
        """Models whose thinking ends with a closing tag that has no opening one."""
        self._streams = 0
        self._giving_way: dict[asyncio.Timeout, asyncio.Task[Any] | None] = {}
        self.is_one_slot = False
        """See `Provider`."""

    @property
    def host(self) -> str:
        """The host of the service."""
        return urlsplit(self._service.base_url).hostname or ""

    @property
    def address(self) -> str:
        """The SHA-256 of the service's URL, which itself may have a password."""
        return address_of(self._service.base_url)

    @property
    def is_busy(self) -> bool:
        """See `Provider`."""
        return self._streams > 0

    def stream(self, prompt: Prompt, on_alive: OnAlive | None = None) -> AsyncGenerator[StreamedEvent]:
        """See `Provider`; a failure before the first token is tried again, three times in all."""
        prompt = replace(prompt, model=prompt.model.removeprefix(self._service.prefix))
        if prompt.continues:
            return continue_answer(functools.partial(self._stream, on_alive=on_alive), prompt)
        return self._stream(prompt, on_alive)

    @asynccontextmanager
    async def forward(self, request: Mapping[str, object]) -> AsyncGenerator[ServiceAnswer]:
        """See `Provider`."""
        is_stream = request.get("stream") is True
        model = str(request["model"]).removeprefix(self._service.prefix)
        silence = self._service.first_token_timeout if is_stream else self._service.first_token_limit
        first = FirstTokenWait(silence=silence, limit=self._service.first_token_limit)
        self._begin_stream()
        try:
            response = await self._open_forwarded({**self._service.extra, **request, "model": model}, first.deadline)
            first.heard()
            try:
                yield ServiceAnswer(response, first=first, between=self._service.between_tokens_timeout)
            finally:
                response.close()
        finally:
            self._streams -= 1

    async def fetch(self, path: str, *, deadline: float, ask: object = None) -> bytes:
        """Return the body of `GET path`; tried once, until `deadline` (a time of the event loop's clock).

        A path that begins with `/../` is that of another API than `/v1`; with `ask`, that is posted as JSON.
        """
        base_url = self._service.base_url
        if path.startswith("/../"):
            base_url, path = base_url.removesuffix("/v1"), path.removeprefix("/..")
        method, body = ("GET", None) if ask is None else ("POST", msgspec.json.encode(ask))
        try:
            async with (
                asyncio.timeout_at(deadline),
                self._pool().request(method, base_url + path, data=body, allow_redirects=False) as response,
            ):
                if response.status not in _GOOD:
                    raise ProviderUnavailableError("the model service refused a request", status=response.status)
                fetched = await read_body(response, _MAX_FETCHED)
        except (aiohttp.ClientError, ConnectionError) as error:
            raise _refused_host(error) or UnreachedError(_why_unreached(error)) from None
        except TimeoutError:
            raise ProviderTimeoutError("the model service sent no answer in time") from None
        if len(fetched) > _MAX_FETCHED:
            raise ProviderUnavailableError("the model service sent too much")
        return fetched

    @asynccontextmanager
    async def give_way(self) -> AsyncGenerator[None]:
        """See `Provider`."""
        async with asyncio.timeout(None) as scope:
            self._giving_way[scope] = asyncio.current_task()
            try:
                yield
            finally:
                del self._giving_way[scope]

    def _begin_stream(self) -> None:
        self._streams += 1
        if self.is_one_slot:
            for scope, task in self._giving_way.items():
                if task is not asyncio.current_task():
                    scope.reschedule(asyncio.get_running_loop().time())

    async def aclose(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _stream(self, prompt: Prompt, on_alive: OnAlive | None) -> AsyncGenerator[StreamedEvent]:
        first = FirstTokenWait(
            silence=self._service.first_token_timeout, limit=self._service.first_token_limit, on_alive=on_alive
        )
        self._begin_stream()
        try:
            reader, batch = await self._begin(prompt, first)
            try:
                while batch:
                    for event in batch:
                        if isinstance(event, Finish):
                            # Here, before the caller stops: a response read to its end frees its connection.
                            await reader.drain()
                        yield event
                    batch = await reader.next_batch()
            finally:
                reader.close()
                self._remember(prompt.model, reader.text)
        finally:
            self._streams -= 1

    def _remember(self, model: str, text: AnswerTextReader) -> None:
        if text.hides_opening_tag:
            self._hiding.add(model)
        elif text.hides_opening_tag is False:
            self._hiding.discard(model)

    # --- Before the first token ---

    async def _begin(self, prompt: Prompt, first: FirstTokenWait) -> tuple[Reader, Batch]:
        attempt = 1
        while True:
            try:
                return await self._try(prompt, first)
            except TransientError as error:
                wait = wait_before(attempt, error)
                if wait is None or asyncio.get_running_loop().time() + wait >= first.deadline:
                    raise
                logger.info("model_call_retried", provider=self.name, attempt=attempt, status=error.status)
            await asyncio.sleep(wait)
            attempt += 1

    async def _try(self, prompt: Prompt, first: FirstTokenWait) -> tuple[Reader, Batch]:
        response = await self._open(prompt, first.deadline)
        first.heard()
        try:
            beginning = await read_beginning(response, first)
            text = AnswerTextReader(hides_opening_tag=prompt.model in self._hiding)
            reader = self._reader(response, text, beginning, first)
        except BaseException:
            response.close()
            raise
        try:
            return reader, await reader.next_batch()
        except ProviderInterruptedError:
            reader.close()
            raise TransientError("the connection to the model service broke before the first token") from None
        except BaseException:
            reader.close()
            raise

    def _reader(
        self, response: aiohttp.ClientResponse, text: AnswerTextReader, beginning: bytes, first: FirstTokenWait
    ) -> Reader:
        match kind_of(beginning, response.content_type):
            case BodyKind.EVENTS:
                between = self._service.between_tokens_timeout
                return AnswerReader(response, text, beginning=beginning, first=first, between=between)
            case BodyKind.JSON:
                return WholeAnswerReader(response, text, beginning=beginning, first=first)
            case BodyKind.HTML:
                raise WrongAddressError(
                    "a web page answered in place of the model service", status=_OK, failure=Failure.UNREACHABLE
                )
        if not beginning:
            raise TransientError("the model service sent an empty response")
        raise ProviderUnavailableError("the model service answered with neither a stream nor JSON", status=_OK)

    async def _open(self, prompt: Prompt, deadline: float) -> aiohttp.ClientResponse:
        omitted = self._omitted.get(prompt.model, frozenset())
        while True:
            request, encoded = await self._encode(prompt, omitted)
            response = await self._post(encoded, deadline)
            if response.status in _GOOD:
                self._omitted[prompt.model] = omitted
                return response
            body = await _read_error(response)
            refused = refused_parameter(body, request.keys()) if response.status in {400, 422} else None
            if refused is None and response.status in {400, 422, 500} and _has_system(prompt) and SYSTEM not in omitted:
                # llama.cpp answers 500 when a chat template fails.
                refused = SYSTEM if refuses_system_role(body) else None
            if refused is None:
                raise _failure(response, body)
            # Each round omits one more of a few parameters, so this ends.
            omitted |= {refused}
            logger.info("model_parameter_left_out", provider=self.name, parameter=refused)

    async def _encode(self, prompt: Prompt, omitted: frozenset[str]) -> tuple[dict[str, object], bytes]:
        """Return a request, and its body; off the event loop if attachments have to be read."""

        def encode() -> tuple[dict[str, object], bytes]:
            request = build_request(prompt, omitted=omitted, extra=self._service.extra)
            return request, msgspec.json.encode(request)

        return await asyncio.to_thread(encode) if prompt.has_attachments else encode()

    async def _open_forwarded(self, request: dict[str, object], deadline: float) -> aiohttp.ClientResponse:
        asked = request.get("stream_options")
        if request.get("stream") is True and (asked is None or isinstance(asked, dict)):
            request["stream_options"] = {**(asked or {}), "include_usage": True}
        while True:
            response = await self._post(encode_object(request), deadline)
            if response.status in _GOOD:
                return response
            body = await _read_error(response)
            is_refused = response.status in {400, 422}
            if is_refused and asked is None and refused_parameter(body, request.keys() & {"stream_options"}):
                del request["stream_options"]  # It was ours.
                continue
            error = _failure(response, body)
            error.param = named_parameter(body, request.keys())
            raise error

    async def _post(self, body: bytes, deadline: float) -> aiohttp.ClientResponse:
        url = self._service.base_url + "/chat/completions"
        try:
            async with asyncio.timeout_at(deadline):
                return await self._pool().post(url, data=body, allow_redirects=False)
        except (aiohttp.ClientError, ConnectionError) as error:
            unreached = TransientError("the model service cannot be reached", failure=Failure.UNREACHABLE)
            raise _refused_host(error) or unreached from None
        except TimeoutError:
            raise ProviderTimeoutError("the model service sent no answer in time") from None

    def _pool(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._loop is not loop:
            self._loop = loop
            self._session = self._make_pool()
        return self._session

    def _make_pool(self) -> aiohttp.ClientSession:
        host = urlsplit(self._service.base_url).hostname or ""
        is_guarded = self._service.is_guarded
        # The resolver is not called if the host is an address.
        if is_guarded and not is_allowed(host):
            raise HostRefusedError("the model service is in a private network")
        headers = {
            "Accept": "text/event-stream, application/json",
            # Compression would delay tokens until a block is full.
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "User-Agent": "ai-chat-websocket",
        }
        if self._service.api_key:
            headers["Authorization"] = f"Bearer {self._service.api_key}"
        return aiohttp.ClientSession(
            # By default the limit is 100: the next answer would wait for one of them to end.
            connector=aiohttp.TCPConnector(
                limit=0, keepalive_timeout=_KEEP_ALIVE, resolver=GuardedResolver() if is_guarded else None
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_TIMEOUT),
            trust_env=host not in LOOPBACK_HOSTS and not is_guarded,
        )


def address_of(base_url: str) -> str:
    """Return the SHA-256 of a service's URL, by which the database knows the service."""
    return hashlib.sha256(base_url.encode()).hexdigest()


def _has_system(prompt: Prompt) -> bool:
    return any(message.role == SYSTEM for message in prompt.messages)


def _refused_host(error: Exception) -> HostRefusedError | None:
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, ForbiddenHostError):
        return HostRefusedError("the model service is in a private network")
    return None


def _why_unreached(error: Exception) -> UnreachedError.Why:
    match error:
        case aiohttp.ClientSSLError():
            return UnreachedError.Why.TLS
        case aiohttp.ClientConnectorDNSError():
            return UnreachedError.Why.NAME
        case aiohttp.ClientConnectorError(os_error=ConnectionRefusedError()):
            return UnreachedError.Why.REFUSED
        case _:
            return UnreachedError.Why.OTHER


async def _read_error(response: aiohttp.ClientResponse) -> bytes:
    try:
        async with asyncio.timeout(_ERROR_BODY_TIMEOUT):
            return (await read_body(response, _MAX_ERROR_BODY))[:_MAX_ERROR_BODY]
    except (TimeoutError, aiohttp.ClientError, OSError):
        # The status is enough.
        return b""
    finally:
        response.release()


def _failure(response: aiohttp.ClientResponse, body: bytes) -> ProviderUnavailableError:
    status = response.status
    retry_after = read_retry_after(response.headers.get("Retry-After"))
    failure = failure_of(status, body)
    # Without credit, or with images for a model that sees none, a later try cannot help.
    passes = is_retryable(status) and failure not in {Failure.NO_CREDIT, Failure.IMAGES_NOT_SUPPORTED}
    kind = TransientError if passes else ProviderUnavailableError
    return kind("the model service refused the request", status=status, retry_after=retry_after, failure=failure)
