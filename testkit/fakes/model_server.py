"""A fake model service: speaks the real HTTP protocol and answers as a test tells it to.

In a test (sync or async), through the fixture `model_server` of `testkit.fakes.fixtures`:

    model_server.base_url                     the OPENAI_BASE_URL of this service: http://127.0.0.1:PORT/…/v1
    model_server.script(tokens=50, cut=5)     how to answer from now on (`Knobs`, see model_knobs.py)
    model_server.open(3)                      let three tokens pass the gate (`[[gate]]`)
    model_server.requests                     its requests: `.body`, `.headers`, `.outcome`, `.tokens_sent`
    await model_server.until(lambda: len(model_server.requests) == 2)     or, in a sync test, `wait_until`
    model_server.models = ["a", "b"]          what GET /v1/models lists
    model_server.refused_keys = {"wrong"}     keys that are refused with 401

In a test, the path of its URL is unique. A request without it comes from the server of another test, whose service had
the same port earlier, or which expects the port to be closed; it must not count as a request of this test.

As a program, without such a path: `backend/.venv/bin/python -m testkit.fakes --port 0` prints
`LISTENING http://127.0.0.1:PORT`. Other processes, such as browser tests, control it over HTTP: `POST /control` takes
`{"script": {…}, "open": 3, "gate": "", "refused_keys": […]}`, and `GET /control` answers
`{"requests": [{"body", "outcome", "tokens_sent"}, …]}`.

The last question may set knobs too: `[[rate=20]] [[tokens=200]] Hello`. Without any, the answer is `Echo: <question>`,
word by word. Requests whose system message starts with `TITLE_MARKER` get `Title of <first words>` immediately.
When the last two messages are the partial answer and an instruction that starts with `CONTINUE_MARKER`, the rest of the
answer is sent, without the failures that broke it off (unless `[[again]]`).
"""

import asyncio
import base64
import contextlib
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

from aiohttp import web
from aiohttp.typedefs import Handler

from conformance.web_server import serve_application
from testkit.fakes.model_answers import Answer, plan_answer
from testkit.fakes.model_knobs import Knobs
from testkit.fakes.model_requests import ModelRequest
from testkit.fakes.model_wire import (
    ChunkWriter,
    completion,
    failure,
    first_unsupported,
    model_list,
    refusal_of_images,
    refusal_of_length,
)

_MAX_REQUESTS = 10_000
_PATIENCE_SECONDS = 60.0


class _CutError(Exception):
    """The connection was dropped because a knob says so."""


@dataclass
class ModelServer:
    """The fake model service; `start` and `stop` run it in a thread with its own event loop."""

    port: int = 0
    path: str = field(default_factory=lambda: f"/{uuid4().hex}")
    models: list[str] = field(default_factory=lambda: ["fake-model"])
    requests: list[ModelRequest] = field(default_factory=list)
    refused_keys: set[str] = field(default_factory=set)
    model_list_requests: int = 0
    """The number of requests for `GET /v1/models`."""

    _knobs: Knobs = field(default_factory=Knobs, init=False)
    _changed: threading.Condition = field(default_factory=threading.Condition, init=False)
    _gates: defaultdict[str, asyncio.Semaphore] = field(
        default_factory=lambda: defaultdict(lambda: asyncio.Semaphore(0)), init=False
    )
    _failures: Counter[str] = field(default_factory=Counter, init=False)
    _loop: asyncio.AbstractEventLoop | None = field(default=None, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    # --- For tests ---

    @property
    def base_url(self) -> str:
        """The `OPENAI_BASE_URL` of this service."""
        return f"http://127.0.0.1:{self.port}{self.path}/v1"

    @property
    def questions(self) -> list[ModelRequest]:
        """The requests that are not for a title."""
        return [request for request in self.requests if not request.is_title]

    def script(self, **knobs: str | float | bool | None) -> None:
        """Answer with these knobs from now on, instead of earlier ones; the knobs of a question override them."""
        self._knobs = Knobs().turned(**knobs)
        self._failures.clear()

    def open(self, tokens: int = 1, gate: str = "") -> None:
        """Let this many tokens pass the gate."""
        self._call(self._release, tokens, gate)

    def pause_after(self, tokens: int, *, of: int, gate: str = "") -> None:
        """Answer with `of` tokens from now on, of which this many pass the gate until `open` is called."""
        self.script(tokens=of, gate=gate)
        self.open(tokens, gate)

    def wait_until(self, condition: Callable[[], bool], timeout: float = _PATIENCE_SECONDS) -> None:
        """Block until `condition` holds, which is checked after each request and token; raises `TimeoutError`."""
        with self._changed:
            if not self._changed.wait_for(condition, timeout):
                raise TimeoutError

    async def until(self, condition: Callable[[], bool], timeout: float = _PATIENCE_SECONDS) -> None:  # noqa: ASYNC109
        """Wait as `wait_until` does, without blocking the event loop."""
        await asyncio.to_thread(self.wait_until, condition, timeout)

    def reset(self) -> None:
        """Forget requests, scripts and gates, and restore the default models and keys."""
        self.script()
        self.requests.clear()
        self.models = ["fake-model"]
        self.refused_keys = set()
        self.model_list_requests = 0
        self._call(self._gates.clear)

    # --- Start and stop ---

    def start(self) -> Self:
        """Start serving, and return when the port is open."""
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self.serve(started.set)), daemon=True)
        self._thread.start()
        if not started.wait(_PATIENCE_SECONDS):
            raise TimeoutError
        return self

    def stop(self) -> None:
        """Drop all connections and stop."""
        self._call(self._stopping.set)
        if self._thread is not None:
            self._thread.join(_PATIENCE_SECONDS)

    async def serve(self, on_listening: Callable[[], None]) -> None:
        """Serve in this event loop until `stop`."""
        self._loop = asyncio.get_running_loop()
        app = web.Application(client_max_size=64 * 1024 * 1024, middlewares=[self._check_key])
        app.router.add_post(f"{self.path}/v1/chat/completions", self._complete)
        app.router.add_get(f"{self.path}/v1/models", self._list_models)
        app.router.add_post("/control", self._control)
        app.router.add_get("/control", self._report)
        # Without cancellation, a handler that hangs would not notice that the client has closed.
        options: dict[str, Any] = {"backlog": 4096, "handler_cancellation": True, "shutdown_timeout": 0}
        async with serve_application(app, self.port, **options) as self.port:
            on_listening()
            await self._stopping.wait()

    # --- HTTP ---

    @web.middleware
    async def _check_key(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") in self.refused_keys:
            return web.json_response({"error": {"message": "Incorrect API key provided."}}, status=401)
        return await handler(request)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        answer = plan_answer(body["messages"], self._knobs)
        record = ModelRequest.of(request, body, is_title=answer.is_title)
        with self._changed:
            del self.requests[: len(self.requests) - _MAX_REQUESTS]
            self.requests.append(record)
            self._changed.notify_all()
        outcome = "closed"
        try:
            response = await self._respond(request, record, answer)
        except _CutError:
            outcome = "cut"
            raise asyncio.CancelledError from None
        except ConnectionError:
            raise asyncio.CancelledError from None
        else:
            outcome = "finished" if response.status < 400 else "failed"
            return response
        finally:
            with self._changed:
                record.outcome = outcome
                self._changed.notify_all()

    async def _respond(self, request: web.Request, record: ModelRequest, answer: Answer) -> web.StreamResponse:
        knobs = answer.knobs
        if knobs.slow_start:
            await asyncio.Event().wait()
        refusal = self._refuse(record, answer)
        if refusal is not None:
            return refusal
        if knobs.no_stream or not record.body.get("stream"):
            return web.json_response(completion(record.body, answer))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        writer = ChunkWriter(response, record.body, answer)
        if knobs.raw is not None:
            await writer.send(base64.b64decode(knobs.raw))
        else:
            await self._stream(request, record, answer, writer)
        if knobs.slow_end:
            await asyncio.sleep(0.01)
        await response.write_eof()
        return response

    def _refuse(self, record: ModelRequest, answer: Answer) -> web.Response | None:
        knobs = answer.knobs
        parameter = first_unsupported(record.body, knobs)
        if parameter is not None:
            return failure(400, knobs, parameter=parameter)
        refusal = refusal_of_images(record.body, knobs) or refusal_of_length(record.body, knobs)
        if refusal is not None:
            return refusal
        if knobs.fail is None:
            return None
        self._failures[answer.question] += 1
        if knobs.times is not None and self._failures[answer.question] > knobs.times:
            return None
        return failure(knobs.fail, knobs)

    async def _stream(self, request: web.Request, record: ModelRequest, answer: Answer, writer: ChunkWriter) -> None:
        knobs = answer.knobs
        await writer.open()
        start = asyncio.get_running_loop().time()
        for number, token in enumerate(answer.tokens):
            if await self._breaks_off(number, knobs, writer, request):
                return
            await self._pace(number, knobs, start, writer)
            await writer.token(token)
            with self._changed:
                record.tokens_sent += 1
                self._changed.notify_all()
        if not await self._breaks_off(len(answer.tokens), knobs, writer, request):
            await writer.finish()

    async def _pace(self, number: int, knobs: Knobs, start: float, writer: ChunkWriter) -> None:
        if knobs.gate is not None:
            await self._pass_gate(self._gates[knobs.gate], knobs, writer)
        if knobs.rate:
            ahead = start + number / knobs.rate - asyncio.get_running_loop().time()
            # At intervals below the resolution of the event loop's clock, several tokens are sent at once.
            if ahead > 0.001:
                await asyncio.sleep(ahead)

    async def _pass_gate(self, gate: asyncio.Semaphore, knobs: Knobs, writer: ChunkWriter) -> None:
        while True:
            try:
                async with asyncio.timeout(knobs.keep_alive or None):
                    await gate.acquire()
            except TimeoutError:
                await writer.send(b": keep-alive\n\n")
            else:
                return

    async def _breaks_off(self, number: int, knobs: Knobs, writer: ChunkWriter, request: web.Request) -> bool:
        if number == knobs.hang:
            await asyncio.Event().wait()
        if number == knobs.cut:
            if request.transport is not None:
                # Not `abort`: what was written before must arrive. The response still lacks its last chunk.
                request.transport.close()
            raise _CutError
        if number in {knobs.error_event, knobs.error_object}:
            await writer.error(as_event=number == knobs.error_event)
            return True
        return False

    async def _list_models(self, _request: web.Request) -> web.Response:
        with self._changed:
            self.model_list_requests += 1
            self._changed.notify_all()
        return web.json_response(model_list(self.models))

    async def _control(self, request: web.Request) -> web.Response:
        body = await request.json()
        if "script" in body:
            self.script(**body["script"])
        if "refused_keys" in body:
            self.refused_keys = set(body["refused_keys"])
        if "open" in body:
            self._release(int(body["open"]), str(body.get("gate", "")))
        return web.json_response({})

    async def _report(self, _request: web.Request) -> web.Response:
        return web.json_response({"requests": [record.report() for record in self.requests]})

    # --- Between the threads ---

    def _release(self, tokens: int, gate: str) -> None:
        for _ in range(tokens):
            self._gates[gate].release()

    def _call(self, call: Callable[..., object], *args: object) -> None:
        if self._loop is not None:
            # The loop may be closed already when a test stops the server itself.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(call, *args)
