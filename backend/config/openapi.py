"""The OpenAPI description: names of operations, and the common shape of all failures."""

from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Annotated, Any, override

import ninja.operation
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Schema
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.responses import Response
from pydantic import Field, WithJsonSchema
from pydantic.json_schema import models_json_schema

from apps.chat.contract.asyncapi import describe_protocol
from apps.core.errors import AppError, RateLimitError
from apps.core.limits.throttles import throttle_unauthenticated
from config.api_errors import SENTENCES, error_response, not_found

# Ninja asks this at each request, of the same few objects, in 14 calls.
ninja.operation.is_async_callable = cache(ninja.operation.is_async_callable)  # type: ignore[attr-defined]

CODE = WithJsonSchema({"anyOf": [{"$ref": "#/components/schemas/ErrorCode"}, {"type": "string"}]})
FAILURE = {"$ref": "#/components/responses/Failure"}


class ErrorDetail(Schema):
    """One invalid value: where it is and what is wrong, for users and for programs."""

    loc: list[str | int]
    msg: str
    type: str


class ErrorBody(Schema):
    """The body of every failure: a sentence for users and a code for programs.

    A client treats an unknown code by its HTTP status. `detail` comes with `VALIDATION_ERROR`, `limit` with
    `ATTACHMENT_TOO_LARGE`.
    """

    error: str
    code: Annotated[str, CODE]
    detail: list[ErrorDetail] = Field(default_factory=list)
    limit: int = Field(default_factory=int)


class DocumentedApi(NinjaAPI):
    """A NinjaAPI that documents its failures."""

    @property
    @override
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        """Ninja's URL patterns, and `protocol.json`: the AsyncAPI description of the chat protocol.

        Ninja's own pages answer other methods with 404 or 405, as operations do, not 403.
        """
        patterns, application, namespace = super().urls
        for pattern in patterns:
            if not isinstance(pattern, URLPattern) or pattern.callback is None:
                continue
            if pattern.name == "openapi-json":
                pattern.callback = description_view(self.get_openapi_schema)
            elif pattern.name == "openapi-view":
                pattern.callback = csrf_exempt(require_safe(pattern.callback))
            elif pattern.name == "api-root":
                pattern.callback = not_found
        protocol = path("protocol.json", description_view(lambda: describe_protocol() | _describe_server()))
        return [*patterns, protocol], application, namespace

    @override
    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name of the view, which is stable when its module moves."""
        return operation.view_func.__name__

    @override
    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        # The base path is in `servers`.
        prefix = self.get_root_path({}).removeprefix(settings.BASE_PATH)
        schema = super().get_openapi_schema(path_prefix=prefix, **options)
        schema["components"]["schemas"] |= _describe_failures()
        schema["components"]["responses"] = {"Failure": _failure_response()}
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"]["default"] = FAILURE
        return schema


def _describe_server() -> dict[str, Any]:
    """Return the `servers` of the sockets; without a base path, the paths of the description are correct."""
    if not settings.BASE_PATH:
        return {}
    scheme, _, rest = settings.PUBLIC_URL.partition("://")
    host = rest.removesuffix(settings.BASE_PATH)
    protocol = "wss" if scheme == "https" else "ws"
    return {"servers": {"this": {"host": host, "pathname": settings.BASE_PATH, "protocol": protocol}}}


def description_view(build: Callable[[], Any]) -> Callable[[HttpRequest], HttpResponse]:
    """Return a view that sends a description as JSON, throttled like every public endpoint.

    Simultaneous first readers build it once, for it takes as long as thousands of reads.
    """
    lock = Lock()

    @cache
    def content() -> bytes:
        return Response(build()).content

    @csrf_exempt
    @require_safe
    def send(request: HttpRequest) -> HttpResponse:
        try:
            throttle_unauthenticated(request)
        except RateLimitError as error:
            return error_response(error)
        with lock:
            return HttpResponse(content(), content_type="application/json")

    return send


def _describe_failures() -> dict[str, Any]:
    _, described = models_json_schema(
        [(ErrorDetail, "serialization"), (ErrorBody, "serialization")], ref_template="#/components/schemas/{model}"
    )
    codes = {code for code, _ in SENTENCES.values()} | AppError.list_codes()
    schemas: dict[str, Any] = described["$defs"]
    return schemas | {"ErrorCode": {"type": "string", "enum": sorted(codes)}}


def _failure_response() -> dict[str, Any]:
    return {
        "description": "A failure. 401 has `WWW-Authenticate`; 429 has `Retry-After` in seconds.",
        "headers": {"Retry-After": {"schema": {"type": "integer"}}},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}},
    }
