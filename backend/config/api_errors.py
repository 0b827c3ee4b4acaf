"""The JSON of every failure under /api: `{"error", "code", "detail"?}`."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from apps.core.errors import AppError

SENTENCES = {
    HTTPStatus.BAD_REQUEST: ("BAD_REQUEST", "The request cannot be understood: its body must be JSON."),
    HTTPStatus.UNAUTHORIZED: ("AUTH_FAILED", "The sign-in is missing, invalid or expired."),
    HTTPStatus.FORBIDDEN: ("FORBIDDEN", "This is not allowed."),
    HTTPStatus.NOT_FOUND: ("NOT_FOUND", "Nothing was found with this id."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("METHOD_NOT_ALLOWED", "This path does not accept that method."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("TOO_LARGE", "The request is too large."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("INTERNAL_ERROR", "Something went wrong on the server."),
}


def error_response(failure: AppError | HTTPStatus) -> JsonResponse:
    if isinstance(failure, HTTPStatus):
        code, sentence = SENTENCES.get(failure, (failure.name, f"{failure.phrase}."))
        return _finish(JsonResponse({"error": sentence, "code": code}, status=failure))
    body: dict[str, object] = {"error": str(failure), "code": failure.code}
    if failure.detail is not None:
        body |= {"detail": list(failure.detail)}
    if failure.limit is not None:
        body |= {"limit": failure.limit}
    response = _finish(JsonResponse(body, status=failure.status))
    if failure.retry_after is not None:
        response.headers["Retry-After"] = str(failure.retry_after)
    return response


@csrf_exempt
def not_found(_: HttpRequest) -> HttpResponse:
    """View of every path under /api that does not exist."""
    return error_response(HTTPStatus.NOT_FOUND)


def _finish(response: JsonResponse) -> JsonResponse:
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="api"'
    return response
