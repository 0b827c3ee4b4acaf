"""Classification of failed calls: the `Failure` of a refusal or a reported error, by its code, words and status."""

import codecs
import re
from http import HTTPStatus

from apps.chat.providers.errors import Failure, ModelReportedError, ProviderError
from apps.chat.providers.failures.durations import find_wait
from apps.chat.providers.failures.failure_signs import find_failure_by_signs
from apps.chat.providers.failures.refusal_body import Refusal, read_refusal
from apps.chat.providers.failures.retries import make_refusal_error, whole_seconds

REQUEST_REFUSAL_STATUSES = frozenset({400, 422, 500, 501})
"""Statuses of refusals of something in the request: llama.cpp answers 500 when a chat template fails."""

_FAILURES = {
    401: Failure.KEY_REFUSED,
    402: Failure.NO_CREDIT,
    403: Failure.KEY_REFUSED,
    404: Failure.MODEL_GONE,
    410: Failure.MODEL_GONE,
    413: Failure.CONTEXT_TOO_LONG,
    429: Failure.OVERLOADED,
    503: Failure.OVERLOADED,
    529: Failure.OVERLOADED,
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_UNKNOWN_PATHS = frozenset({404, 405})
_ERROR_PAGES = _UNKNOWN_PATHS | {400, 410, 500}
_BAD_GATEWAYS = frozenset({502, 504, 530, *range(520, 528)})
"""Statuses of proxies, Cloudflare's among them, that get no answer from the service."""

_UNKNOWN_PATH = re.compile(
    # OpenAI, LM Studio, Kong, Express, SGLang and Go's HTTP server.
    r"invalid url \(|\bno route\b|cannot (?:post|get) /|\bpath\b.{0,80}not found|unexpected endpoint"
    r"|(?:unknown|unrecogni[sz]ed) (?:path|url|route|endpoint|request url)|http request (?:was sent )?to (?:an )?https"
    r"|upstream connect error|connection refused",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    # FastAPI, Azure and llama.cpp.
    r"^(?:404:? )?(?:(?:file|page|resource|url|route|endpoint) )?not found\.?$|^method not allowed\.?$",
    re.IGNORECASE | re.MULTILINE,
)
_CHALLENGE = re.compile(
    rb"just a moment|attention required|cf-error|challenge-platform|you have been blocked", re.IGNORECASE
)
"""Signs of Cloudflare's pages for browsers, which it sends with 403."""


class RequestRefusedError(Exception):
    """The service refuses a part of the request; `error` is raised unless the request can do without that part."""

    def __init__(self, error: ProviderError, body: bytes) -> None:
        super().__init__()
        self.error = error
        self.body = body


def classify_failure(status: int | None, refusal: Refusal, body: bytes) -> Failure:
    """Return why a call failed, by the HTTP `status` (None in the middle of a stream) and the error in `body`."""
    if (failure := find_failure_by_signs(refusal)) is not None:
        return failure
    if _is_wrong_url(status or refusal.status or 0, refusal, body):
        return Failure.UNREACHABLE
    # Gateways pass on the status of the service in the body of their own 400 or 500.
    stated = (found for one in (status, refusal.status) if one is not None and (found := _FAILURES.get(one)))
    return next(stated, Failure.ERROR)


def make_reported_error(data: bytes) -> ModelReportedError:
    """Return the error that a service reports in the middle of a stream, with the details in its `data`."""
    refusal = read_refusal(data)
    error = ModelReportedError(
        classify_failure(None, refusal, data),
        status=refusal.status,
        retry_after=whole_seconds(find_stated_wait(refusal)),
        data=data,
    )
    error.service_code = refusal.main_code
    return error


def convert_reported_error(reported: ModelReportedError) -> Exception:
    """Return an error that a stream reported before any text, as a refusal of the request."""
    says_why = reported.status is not None or reported.failure is not Failure.ERROR
    error: ProviderError = (
        make_refusal_error(reported.failure, status=reported.status, retry_after=reported.retry_after)
        if says_why
        else reported
    )
    error.service_code = reported.service_code
    is_of_request = reported.status in REQUEST_REFUSAL_STATUSES if reported.status is not None else not says_why
    return RequestRefusedError(error, reported.data) if is_of_request else error


def find_stated_wait(refusal: Refusal) -> float | None:
    """Return in how many seconds to try again, by the fields or the words of a refusal; None if it does not say."""
    return refusal.retry_after if refusal.retry_after is not None else find_wait(refusal.sentences)


def _is_wrong_url(status: int, refusal: Refusal, body: bytes) -> bool:
    """Return whether no service answered, but a web server: with a redirect, a page, or words about an unknown path."""
    start = body.lstrip(codecs.BOM_UTF8 + b" \r\n")[:1]
    is_json = start in {b"{", b"[", b'"'}
    if status in _REDIRECTS or (status in _BAD_GATEWAYS and not is_json) or _UNKNOWN_PATH.search(refusal.sentences):
        return True
    if start == b"<":
        return status in _ERROR_PAGES or (status == HTTPStatus.FORBIDDEN and _CHALLENGE.search(body) is not None)
    if status not in _UNKNOWN_PATHS:
        return False
    is_text = bool(start) and not is_json and b"model" not in body.lower()
    return is_text or _NOT_FOUND.search(refusal.sentences) is not None
