"""Every failure under /api as JSON: `{"error", "code", "detail"?}`."""

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from apps.core.errors import AppError

API_PREFIX = "/api/"
SENTENCES = {
    HTTPStatus.BAD_REQUEST: ("BAD_REQUEST", "The request cannot be understood: its body must be JSON."),
    HTTPStatus.UNAUTHORIZED: ("AUTH_FAILED", "The sign-in is missing, invalid or has expired."),
    HTTPStatus.FORBIDDEN: ("FORBIDDEN", "This is not allowed."),
    HTTPStatus.NOT_FOUND: ("NOT_FOUND", "There is nothing here with that id."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("METHOD_NOT_ALLOWED", "This address does not take that method."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("TOO_LARGE", "The request is too large."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("INTERNAL_ERROR", "Something went wrong on the server."),
}


def error_response(failure: AppError | HTTPStatus) -> JsonResponse:
    """Return the one shape of a failure."""
    if isinstance(failure, HTTPStatus):
        code, sentence = SENTENCES.get(failure, (failure.name, f"{failure.phrase}."))
        return _finish(JsonResponse({"error": sentence, "code": code}, status=failure))
    body: dict[str, object] = {"error": str(failure), "code": failure.code}
    if failure.detail is not None:
        body |= {"detail": list(failure.detail)}
    response = _finish(JsonResponse(body, status=failure.status))
    if failure.retry_after is not None:
        response.headers["Retry-After"] = str(failure.retry_after)
    return response


def answer_in_json(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: refuse bodies that are not JSON, and turn what is left of HTML failures into JSON, all under /api."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(API_PREFIX):
            return get_response(request)
        try:
            if _has_body(request) and request.content_type != "application/json":
                # Also a defence: what a plain form can send needs no preflight of CORS.
                return error_response(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
            response = get_response(request)
        except RequestDataTooBig:
            return error_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return _as_json(response)

    return respond


def not_found(_: HttpRequest) -> HttpResponse:
    """Answer any address under /api that leads nowhere."""
    return error_response(HTTPStatus.NOT_FOUND)


def _has_body(request: HttpRequest) -> bool:
    return request.headers.get("Content-Length", "0") not in {"", "0"} or "Transfer-Encoding" in request.headers


def _as_json(response: HttpResponseBase) -> HttpResponseBase:
    is_html = not response.headers.get("Content-Type", "").startswith("application/json")
    if response.status_code < HTTPStatus.BAD_REQUEST or not is_html:
        return response
    answer = error_response(HTTPStatus(response.status_code))
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer


def _finish(response: JsonResponse) -> JsonResponse:
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="api"'
    response.headers["Cache-Control"] = "no-store"
    return response
