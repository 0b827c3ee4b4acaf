"""OpenAI-compatible endpoints for programs: `/v1/models` and `/v1/chat/completions`."""

import asyncio
from http import HTTPStatus
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt

from apps.chat.completions.errors import CLIENT_LEFT, CallRefusedError, NoSuchCallError, NoSuchModelError
from apps.chat.completions.records import is_own_call
from apps.chat.completions.request import CompletionRequest, read_request
from apps.chat.completions.running import RunningCall
from apps.chat.completions.start import start_call
from apps.chat.edges.openai.access import require_key
from apps.chat.edges.openai.failures import encode_failure_response
from apps.chat.edges.openai.stream import CompletionStream, EventId
from apps.chat.live.user_connections import user_connections
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.chat.providers.model import Model
from apps.chat.providers.reading.json_objects import encode_object
from apps.core.database import run_in_database
from apps.core.errors import NotFoundError
from apps.users.auth import KeyPrincipal

logger = structlog.get_logger(__name__)

STREAM_HEADERS = {
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",  # For nginx, and for proxies that follow its example.
}


@require_key("GET")
async def list_models(request: HttpRequest, principal: KeyPrincipal) -> HttpResponse:
    """List the models that can be used now, the default one first."""
    catalogue = get_catalogue()
    models = [model for model in catalogue.list_models() if model.available]
    models.sort(key=lambda model: model.id != catalogue.default_model())
    return _answer({"object": "list", "data": [_describe(model) for model in models]})


@require_key("GET")
async def show_model(request: HttpRequest, principal: KeyPrincipal, model_id: str) -> HttpResponse:
    catalogue = get_catalogue()
    model = catalogue.find_model(model_id) or catalogue.find_model(model_id.removesuffix("/"))
    if model is None or not model.available:
        raise NoSuchModelError
    return _answer(_describe(model))


@require_key("POST")
async def create_completion(request: HttpRequest, principal: KeyPrincipal) -> HttpResponseBase:
    """Pass a request on to the model service, or resume the stream of an earlier one."""
    if last_event_id := request.headers.get("Last-Event-ID"):
        return await _resume(principal, EventId.parse(last_event_id))
    if request.content_type != "application/json":
        raise CallRefusedError("Send the body as JSON, with the header 'Content-Type: application/json'.")
    completion_request = read_request(request.body)
    return await (_respond_streamed if completion_request.is_stream else _respond_whole)(principal, completion_request)


@csrf_exempt
def answer_unknown_path(_: HttpRequest) -> HttpResponseBase:
    """Refuse every other path, whatever the method."""
    return encode_failure_response(
        NotFoundError("This path does not exist. There are /v1/models, /v1/models/{id} and /v1/chat/completions.")
    )


async def _respond_whole(principal: KeyPrincipal, request: CompletionRequest) -> HttpResponse:
    call, writer = await start_call(principal, request)
    await _await_beginning(call)
    return _answer(writer.completion)


async def _respond_streamed(principal: KeyPrincipal, request: CompletionRequest) -> StreamingHttpResponse:
    await user_connections.acquire(principal.user_id)
    try:
        call, _ = await start_call(principal, request)
        await _await_beginning(call)
    except BaseException:
        user_connections.release(principal.user_id)
        raise
    stream = CompletionStream(principal, EventId(call.call_id, 0))
    call.leave()
    return _respond(stream)


async def _resume(principal: KeyPrincipal, position: EventId) -> StreamingHttpResponse:
    if not await run_in_database(is_own_call, position.call_id, principal.user_id):
        raise NoSuchCallError
    await user_connections.acquire(principal.user_id)
    stream = CompletionStream(principal, position)
    await stream.begin()
    return _respond(stream)


async def _await_beginning(call: RunningCall) -> None:
    """Wait for the first part of the answer; a client that disconnects before it ends the call."""
    try:
        failure = await asyncio.shield(call.begun)
    except asyncio.CancelledError:
        call.stop(CLIENT_LEFT)
        raise
    if failure is not None:
        raise failure


def _describe(model: Model) -> dict[str, object]:
    return {"id": model.id, "object": "model", "created": 0, "owned_by": model.provider}


def _answer(body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(encode_object(body), status=HTTPStatus.OK, content_type="application/json")


def _respond(stream: CompletionStream) -> StreamingHttpResponse:
    return StreamingHttpResponse(stream, content_type="text/event-stream", headers=STREAM_HEADERS)
