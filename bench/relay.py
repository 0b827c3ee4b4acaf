"""The bare relay, to which the product is compared: from the model's stream to a socket, without sign-in or database.

`python -m bench.relay MODEL_URL [--processes 2]` prints its port and serves until it is ended.
"""

import argparse
import os
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import aiohttp
import msgspec
import uvicorn

from tools.programs import end_with_parent

type Event = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Event]]
type Send = Callable[[Event], Awaitable[None]]


class Delta(msgspec.Struct):
    content: str | None = None


class Choice(msgspec.Struct):
    delta: Delta


class Chunk(msgspec.Struct):
    choices: list[Choice]


class Question(msgspec.Struct):
    content: str


class Frame(msgspec.Struct):
    type: str
    content: str
    done: bool


_read_question = msgspec.json.Decoder(Question).decode
_read_chunk = msgspec.json.Decoder(Chunk).decode
_encode = msgspec.json.Encoder().encode


class Relay:
    """An ASGI application that answers each question on a WebSocket."""

    def __init__(self, model_url: str) -> None:
        self._url = model_url + "/chat/completions"
        self._session: aiohttp.ClientSession

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Serve one connection, or the lifespan of the server."""
        if scope["type"] == "lifespan":
            await receive()
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as self._session:
                await send({"type": "lifespan.startup.complete"})
                await receive()
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while (event := await receive())["type"] == "websocket.receive":
                await self._answer(_read_question(event["text"]).content, send)

    async def _answer(self, question: str, send: Send) -> None:
        request = {"model": "fake-model", "stream": True, "messages": [{"role": "user", "content": question}]}
        async with self._session.post(self._url, json=request) as response:
            async for line in response.content:
                if not line.startswith(b"data: ") or line == b"data: [DONE]\n":
                    continue
                chunk = _read_chunk(line[6:])
                if chunk.choices and (text := chunk.choices[0].delta.content):
                    await _send_frame(send, Frame("chat.stream", text, done=False))
        await _send_frame(send, Frame("chat.stream", "", done=True))


async def _send_frame(send: Send, frame: Frame) -> None:
    await send({"type": "websocket.send", "text": _encode(frame).decode()})


def main() -> None:
    """Serve on a free port of the loopback, with the product's settings of uvicorn."""
    parser = argparse.ArgumentParser(prog="python -m bench.relay", description=__doc__)
    parser.add_argument("model_url")
    parser.add_argument("--processes", type=int, default=1, help="processes that share the port and nothing else")
    arguments = parser.parse_args()
    config = uvicorn.Config(
        Relay(arguments.model_url),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="on",
        log_level="warning",
        access_log=False,
        backlog=1024,
        timeout_graceful_shutdown=1,
    )
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(listener.getsockname()[1], flush=True)
    end_with_us = end_with_parent()
    for _ in range(arguments.processes - 1):
        if not os.fork():
            if end_with_us is not None:
                end_with_us()
            break
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
