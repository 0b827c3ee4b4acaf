"""Connections to a model service: its base URL and key, one pool, and what its refusals and failures mean."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp
import msgspec

from apps.chat.providers.connection.hosts import ForbiddenHostError, GuardedResolver, is_allowed_host
from apps.chat.providers.connection.response_body import read_body
from apps.chat.providers.errors import (
    Failure,
    HostRefusedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    UnreachableError,
)
from apps.chat.providers.failures.classification import classify_failure, find_stated_wait
from apps.chat.providers.failures.refusal_body import read_refusal
from apps.chat.providers.failures.retries import TransientError, find_limit_reset, find_retry_after, make_refusal_error

_CONNECT_SECONDS = 10.0
_KEEP_ALIVE_SECONDS = 30.0
_ERROR_BODY_SECONDS = 5.0
_MAX_ERROR_BODY = 64 * 1024
_MAX_HEADER_BYTES = 64 * 1024
_MAX_FETCHED_BYTES = 4 * 1024 * 1024
SUCCESSES = frozenset({200, 201, 202, 203, 206})
"""Statuses of answers: some frameworks of gateways answer 201 to every POST, and proxies 203."""

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEndpoint:
    """URL, key and time-outs (in seconds) with which a model service is called; `extra` is part of each request.

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


class ServiceConnection:
    """The pool of connections to one service, which is created on first use in the running event loop."""

    def __init__(self, endpoint: ServiceEndpoint) -> None:
        self._endpoint = endpoint
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(self, path: str, *, deadline: float, json: object = None) -> bytes:
        """Return the body of `GET path`; tried once, until `deadline` (a time of the event loop's clock).

        A path that begins with `/../` belongs to another API than `/v1`; `json` is posted.
        """
        base_url = self._endpoint.base_url
        if path.startswith("/../"):
            base_url, path = base_url.removesuffix("/v1"), path.removeprefix("/..")
        method, body = ("GET", None) if json is None else ("POST", msgspec.json.encode(json))
        try:
            async with (
                asyncio.timeout_at(deadline),
                self._pool().request(method, base_url + path, data=body, allow_redirects=False) as response,
            ):
                if response.status not in SUCCESSES:
                    raise make_response_error(response, await read_error(response))
                fetched = await read_body(response, _MAX_FETCHED_BYTES)
        except (aiohttp.ClientError, ConnectionError) as error:
            raise _refused_host(error) or UnreachableError(_find_cause(error)) from None
        except TimeoutError:
            raise ProviderTimeoutError("the model service sent no answer in time") from None
        if len(fetched) > _MAX_FETCHED_BYTES:
            raise ProviderUnavailableError("the model service sent too much")
        return fetched

    async def post(self, body: bytes, deadline: float) -> aiohttp.ClientResponse:
        """Post a request for an answer and return the response once its head has arrived, whatever its status.

        Raises:
            TransientError: the service cannot be reached.
            HostRefusedError: it is in a private network, and guarded.
            ProviderTimeoutError: it sent no answer until `deadline`.
        """
        url = self._endpoint.base_url + "/chat/completions"
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
        host = urlsplit(self._endpoint.base_url).hostname or ""
        is_guarded = self._endpoint.is_guarded
        # The resolver is not called if the host is an IP address.
        if is_guarded and not is_allowed_host(host):
            raise HostRefusedError("the model service is in a private network")
        headers = {
            "Accept": "text/event-stream, application/json",
            # Compression would delay tokens until a block is full.
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "User-Agent": "ai-chat-websocket",
        }
        if self._endpoint.api_key:
            headers["Authorization"] = f"Bearer {self._endpoint.api_key}"
        return aiohttp.ClientSession(
            # By default the limit is 100: the next answer would wait for one of them to end.
            connector=aiohttp.TCPConnector(
                limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS, resolver=GuardedResolver() if is_guarded else None
            ),
            # Compressed bodies are unpacked by our own code: some services declare a compression that they do not use
            # (recoding.py).
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=headers,
            # Some gateways add content security policies of more than the 8 KiB that are allowed by default.
            max_field_size=_MAX_HEADER_BYTES,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
            trust_env=host not in LOOPBACK_HOSTS and not is_guarded,
        )


def hash_url(base_url: str) -> str:
    """Return the SHA-256 of a service's URL, by which the database knows the service."""
    return hashlib.sha256(base_url.encode()).hexdigest()


async def read_error(response: aiohttp.ClientResponse) -> bytes:
    """Return the beginning of the body of a refusal; empty if it does not come in time. Releases the connection."""
    try:
        async with asyncio.timeout(_ERROR_BODY_SECONDS):
            return (await read_body(response, _MAX_ERROR_BODY))[:_MAX_ERROR_BODY]
    except (TimeoutError, aiohttp.ClientError, OSError, ProviderUnavailableError):
        # The status is enough.
        return b""
    finally:
        response.release()


def make_response_error(response: aiohttp.ClientResponse, body: bytes) -> ProviderUnavailableError:
    """Return the error of a refused request, with the details in its status, headers and body."""
    refusal = read_refusal(body)
    failure = classify_failure(response.status, refusal, body)
    # Only the sentence of an overload states a wait: a time in any other sentence means something else.
    stated: float | None = None
    if failure is Failure.OVERLOADED:
        stated = find_stated_wait(refusal)
        stated = find_limit_reset(response.headers) if stated is None else stated
    error = make_refusal_error(failure, status=response.status, retry_after=find_retry_after(response.headers, stated))
    error.service_code = refusal.main_code
    return error


def _refused_host(error: Exception) -> HostRefusedError | None:
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, ForbiddenHostError):
        return HostRefusedError("the model service is in a private network")
    return None


def _find_cause(error: Exception) -> UnreachableError.Cause:
    match error:
        case aiohttp.ClientSSLError():
            return UnreachableError.Cause.TLS
        case aiohttp.ClientConnectorDNSError():
            return UnreachableError.Cause.NAME
        case aiohttp.ClientConnectorError(os_error=ConnectionRefusedError()):
            return UnreachableError.Cause.REFUSED
        case _:
            return UnreachableError.Cause.OTHER
