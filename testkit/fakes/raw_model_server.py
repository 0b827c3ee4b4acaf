"""A fake model service that answers with given bytes: for bodies that no HTTP library would send."""

import asyncio
import gzip
import json
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from conformance.transports import abort

PATIENCE_SECONDS = 60.0
GAP_SECONDS = 0.05
MODELS = b'{"object": "list", "data": [{"id": "fake-model", "object": "model"}]}'


class Refused(NamedTuple):
    """A whole refusal, with further headers."""

    status: int
    body: bytes
    headers: Mapping[str, str] = MappingProxyType({})

    @classmethod
    def with_error(cls, status: int, error: dict[str, str], headers: Mapping[str, str] = MappingProxyType({})) -> Self:
        """Return a refusal with this `error` as JSON."""
        return cls(status, json.dumps({"error": error}).encode(), headers)

    @classmethod
    def with_code(cls, code: str) -> Self:
        """Return a refusal of a bad request, whose error has this code and message."""
        return cls.with_error(400, {"code": code, "message": code})


class RawModelServer:
    """Answers each completion with `body`, and the list of models with one model; runs in a thread on a free port."""

    def __init__(self) -> None:
        self.base_url = ""
        self.content_type = "text/event-stream"
        self.content_encoding = ""
        self.status = "200 OK"
        """The status of each completion that is not refused."""
        self.body: bytes = b""
        self.beginning: bytes = b""
        """The bytes before the keep-alives."""
        self.keep_alives: int | None = 0
        """The number of comments before the body, one every `GAP_SECONDS`; None: endless."""
        self.refuse: Callable[[Any], Refused | None] = lambda _: None
        """Returns the refusal of a request for a completion; None to answer it."""
        self.model_list: bytes | Refused | None = MODELS
        """The body of the list of models; None: the service has no list, and answers 404."""
        self.requests: list[Any] = []
        """The bodies of the requests for completions, decoded."""
        self._stopping = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def set_body(self, body: bytes, content_type: str = "text/event-stream", content_encoding: str = "") -> None:
        """Answer with `body` from now on; with `gzip`, the body is compressed first."""
        self.body = gzip.compress(body) if content_encoding == "gzip" else body
        self.content_type, self.content_encoding = content_type, content_encoding

    def set_models(self, *entries: Mapping[str, object]) -> None:
        self.model_list = json.dumps({"object": "list", "data": entries}).encode()

    def refuse_all(self, status: int, error: dict[str, str], headers: Mapping[str, str] = MappingProxyType({})) -> None:
        """Refuse every completion from now on."""
        refused = Refused.with_error(status, error, headers)
        self.refuse = lambda _: refused

    def start(self) -> Self:
        """Start to serve; returns when the port is open."""
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(started)), daemon=True)
        self._thread.start()
        if not started.wait(PATIENCE_SECONDS):
            raise TimeoutError
        return self

    def stop(self) -> None:
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(PATIENCE_SECONDS)

    async def _serve(self, started: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        started.set()
        await self._stopping.wait()
        server.close()
        for writer in self._open:
            abort(writer.transport)
        await server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            if lengths:
                self.requests.append(json.loads(await reader.readexactly(int(lengths[0].partition(b":")[2]))))
            if head.startswith(b"POST") and (refused := self.refuse(self.requests[-1])):
                status, body, headers = refused
                writer.write(_http(body, "application/json", status=f"{status} Refused", headers=headers))
            elif head.startswith(b"POST"):
                await self._write_completion(writer)
            else:
                writer.write(self._encode_models())
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        except (asyncio.IncompleteReadError, OSError):
            abort(writer.transport)
        finally:
            self._open.discard(writer)

    def _encode_models(self) -> bytes:
        match self.model_list:
            case None:
                return _http(b"", "text/plain", status="404 Not Found")
            case Refused(status, body, headers):
                return _http(body, "application/json", status=f"{status} Refused", headers=headers)
            case body:
                return _http(body, "application/json")

    async def _write_completion(self, writer: asyncio.StreamWriter) -> None:
        writer.write(_http(b"", self.content_type, self.content_encoding, self.status))
        writer.write(self.beginning)
        sent, wanted = 0, self.keep_alives
        while wanted is None or sent < wanted:
            writer.write(b": keep-alive\n\n")
            await writer.drain()
            await asyncio.sleep(GAP_SECONDS)
            sent += 1
        writer.write(self.body)


def _http(
    body: bytes,
    content_type: str,
    content_encoding: str = "",
    status: str = "200 OK",
    headers: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    # Without a length, the end of the connection ends the body, as with many real streams.
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    lines += [f"Content-Type: {content_type}"] if content_type else []
    lines += [f"Content-Encoding: {content_encoding}"] if content_encoding else []
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
