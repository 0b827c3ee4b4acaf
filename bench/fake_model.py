"""A fast fake model service for measuring: `python -m bench.fake_model` prints its port and serves until it is ended.

It speaks OpenAI's HTTP protocol on the loopback, in one thread without a task per stream: the fake model of testkit can
do more, but takes too much CPU. Each token contains its number and the time at which it was sent, so that a reader
knows which tokens were lost and how long each took.
"""

import asyncio
import gc
from time import monotonic_ns
from typing import cast

import uvloop
from msgspec import DecodeError, json

from bench.chunks import STREAM_HEAD, ending, json_response, text_chunk, token_chunk
from bench.demand import ChatRequest, Demand
from bench.wheel import Wheel

BATCH_SIZE = 32
"""Tokens per write at rate 0: about 8 KiB."""

_read_request = json.Decoder(ChatRequest).decode
_MODELS = json_response(
    b'{"object":"list","data":[{"id":"fake-model","object":"model","created":1767225600,"owned_by":"bench"}]}'
)
_WHOLE = json_response(
    b'{"id":"chatcmpl-bench","object":"chat.completion","created":1767225600,"model":"fake-model",'
    b'"choices":[{"index":0,"message":{"role":"assistant","content":"Numbers"},"logprobs":null,"finish_reason":"stop"}],'
    b'"usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":10}}'
)


class Answer:
    """One answer that is being sent on one connection."""

    __slots__ = ("_connection", "_demand", "_first_ns", "_sent", "_with_usage")

    def __init__(self, connection: "ModelConnection", demand: Demand, *, with_usage: bool, now_ns: int) -> None:
        """Send the first token now, and the others at even intervals from a moment within the first interval."""
        self._connection = connection
        self._demand = demand
        self._with_usage = with_usage
        self._first_ns = now_ns + demand.phase_ns
        self._sent = 0

    def act(self) -> int | None:
        """Send the token that is due, and return when the next one is, or None at the end."""
        connection = self._connection
        if connection.answer is not self:
            return None
        if not connection.writable:
            return 0
        if self._sent == self._demand.tokens:
            self._end()
            return None
        connection.write(token_chunk(self._sent))
        self._sent += 1
        return self._first_ns + self._sent * self._demand.interval_ns

    def pour(self) -> None:
        """Send a batch now and the next one in the loop's next round, as long as the reader takes them."""
        connection = self._connection
        if connection.answer is not self or not connection.writable:
            return
        upto = min(self._sent + BATCH_SIZE, self._demand.tokens)
        connection.write(b"".join([token_chunk(number) for number in range(self._sent, upto)]))
        self._sent = upto
        if upto == self._demand.tokens:
            self._end()
        else:
            connection.loop.call_soon(self.pour)

    def resume(self) -> None:
        """Continue after the reader has caught up."""
        if not self._demand.rate:
            self.pour()

    def _end(self) -> None:
        self._connection.answer = None
        self._connection.write(ending(self._sent, with_usage=self._with_usage))


class ModelConnection(asyncio.Protocol):
    """One HTTP/1.1 connection, kept alive between requests; a request during an answer closes it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, wheel: Wheel) -> None:
        """Schedule its tokens on `wheel`, which all connections share."""
        self.loop = loop
        self.answer: Answer | None = None
        self.writable = True
        self._wheel = wheel
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """End the answer, which has lost its reader."""
        self.answer = None
        self._transport = None

    def pause_writing(self) -> None:
        """Stop sending, because the reader is behind."""
        self.writable = False

    def resume_writing(self) -> None:
        """Continue sending, because the reader has caught up."""
        self.writable = True
        if self.answer is not None:
            self.answer.resume()

    def write(self, piece: bytes) -> None:
        """Send bytes, unless the connection is closed."""
        if self._transport is not None:
            self._transport.write(piece)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while True:
            head, blank, rest = self._received.partition(b"\r\n\r\n")
            if not blank:
                return
            length = _content_length(head)
            if len(rest) < length:
                return
            self._received = rest[length:]
            self._respond(head, rest[:length])

    def _respond(self, head: bytes, body: bytes) -> None:
        method, path, _ = head.split(b" ", 2)
        if self.answer is not None and self._transport is not None:
            self._transport.close()
        elif method == b"GET" and path == b"/v1/models":
            self.write(_MODELS)
        elif method == b"POST" and path == b"/v1/chat/completions":
            try:
                self._begin(_read_request(body))
            except DecodeError as error:
                self.write(json_response(json.encode({"error": {"message": str(error)}}), b"400 Bad Request"))
        else:
            self.write(json_response(b'{"error":{"message":"no such path"}}', b"404 Not Found"))

    def _begin(self, request: ChatRequest) -> None:
        if not request.stream:
            self.write(_WHOLE)
            return
        with_usage = request.stream_options is not None and request.stream_options.include_usage
        if request.wants_title:
            self.write(STREAM_HEAD + text_chunk(b"Numbers") + ending(1, with_usage=with_usage))
            return
        demand = request.demand
        self.answer = Answer(self, demand, with_usage=with_usage, now_ns=monotonic_ns())
        self.write(STREAM_HEAD)
        if not demand.rate:
            self.answer.pour()
        elif (next_ns := self.answer.act()) is not None:
            self._wheel.put(self.answer.act, next_ns)


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def listen() -> tuple[asyncio.Server, int]:
    """Open the service on a free port of the loopback; return the server and the port."""
    loop = asyncio.get_running_loop()
    wheel = Wheel(loop)
    server = await loop.create_server(lambda: ModelConnection(loop, wheel), "127.0.0.1", 0, backlog=1024)
    return server, int(server.sockets[0].getsockname()[1])


async def _serve() -> None:
    server, port = await listen()
    print(port, flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    gc.disable()  # It creates no lasting cycles, and a collection would count as a server's delay.
    uvloop.run(_serve())
