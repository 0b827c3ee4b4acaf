"""Middleware for everything under /api and /v1: JSON in, JSON out, and no caching."""

import json
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import resolve

from apps.core.http.asgi import GetResponse
from apps.core.http.failure_responses import make_failure_body
from apps.core.http.openai_errors import OPENAI_PREFIX
from config.api_errors import error_response, not_found

API_PREFIXES = ("/api/", OPENAI_PREFIX)


def forbid_caching(get_response: GetResponse) -> GetResponse:
    """Mark every response as uncacheable (RFC 6749, section 5.1), unless its view says otherwise."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.path_info.startswith(API_PREFIXES):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return respond


def answer_in_json(get_response: GetResponse) -> GetResponse:
    """Refuse bodies that are not JSON, and turn the failures that Django writes as HTML into JSON."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(API_PREFIXES):
            return get_response(request)
        is_rest = not request.path_info.startswith(OPENAI_PREFIX)
        if is_rest and _has_body(request) and not _has_accepted_type(request) and _has_view(request):
            # This is also a defence: the content types of plain forms need no CORS preflight.
            return error_response(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return _as_json(get_response(request), request.path_info)

    return respond


def _has_accepted_type(request: HttpRequest) -> bool:
    # A client that sends a form to the one path that accepts it must sign in by a header, which needs a preflight too.
    is_form = request.content_type == "multipart/form-data" and request.path_info == settings.UPLOAD_PATH
    return request.content_type == "application/json" or is_form


def _has_body(request: HttpRequest) -> bool:
    return request.headers.get("Content-Length", "0") not in {"", "0"} or "Transfer-Encoding" in request.headers


def _has_view(request: HttpRequest) -> bool:
    return resolve(request.path_info).func is not not_found


def _as_json(response: HttpResponseBase, path: str) -> HttpResponseBase:
    is_json = response.headers.get("Content-Type", "").startswith("application/json")
    if response.status_code < HTTPStatus.BAD_REQUEST or is_json:
        return response
    result = error_response(HTTPStatus(response.status_code))
    if path.startswith(OPENAI_PREFIX):
        error = json.loads(result.content)
        result.content = json.dumps(make_failure_body(path, error["code"], error["error"], result.status_code))
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in response.headers:
            result.headers[name] = response.headers[name]
    return result
