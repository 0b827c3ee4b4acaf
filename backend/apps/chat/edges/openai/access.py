"""Authentication and errors of /v1: accepts personal keys only, and turns exceptions into OpenAI's JSON."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate

import structlog
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from apps.chat.edges.openai.failures import encode_failure_response
from apps.core.database import run_in_database
from apps.core.errors import AppError, AuthenticationError, TemporarilyUnavailableError
from apps.core.limits.throttles import throttle_unauthenticated, throttle_user
from apps.core.outages import is_temporary, log_failure
from apps.users.auth import KeyPrincipal, authenticate_key

logger = structlog.get_logger(__name__)

_NO_KEY = "Send a personal key, as 'Authorization: Bearer sk-aichat-...': users make keys in the settings."

type Response = Coroutine[Any, Any, HttpResponseBase]


class WrongMethodError(AppError):
    """The path does not accept the method."""

    code = "METHOD_NOT_ALLOWED"
    status = 405

    def __init__(self, allowed: str) -> None:
        super().__init__(f"This path accepts only {allowed}.")


def require_key[**P](
    method: str,
) -> Callable[[Callable[Concatenate[HttpRequest, KeyPrincipal, P], Response]], Callable[..., Response]]:
    """Call a view only for requests with this `method` and a valid personal key, and pass it the principal."""

    def decorate(view: Callable[Concatenate[HttpRequest, KeyPrincipal, P], Response]) -> Callable[..., Response]:
        @csrf_exempt
        @wraps(view)
        async def respond(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                principal = await run_in_database(_authenticate, request, method)
                structlog.contextvars.bind_contextvars(user_id=str(principal.user_id))
                return await view(request, principal, *args, **kwargs)
            except WrongMethodError as error:
                response = encode_failure_response(error)
                response.headers["Allow"] = method
                return response
            except AppError as error:
                return encode_failure_response(error)
            except Exception as error:  # noqa: BLE001 - a program gets JSON whatever happens
                log_failure(logger, "completion_request_failed", error)
                return encode_failure_response(
                    TemporarilyUnavailableError(retry_after=1) if is_temporary(error) else AppError()
                )

        return respond

    return decorate


def _authenticate(request: HttpRequest, method: str) -> KeyPrincipal:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    try:
        principal = authenticate_key(key.strip() if scheme.lower() == "bearer" else "")
    except AuthenticationError:
        throttle_unauthenticated(request)
        sentence = "This key is wrong, deleted or expired." if key.strip() else _NO_KEY
        raise AuthenticationError(sentence) from None
    throttle_user(principal.user_id)
    is_head = method == "GET" and request.method == "HEAD"
    if request.method != method and not is_head:
        raise WrongMethodError(method)
    return principal
