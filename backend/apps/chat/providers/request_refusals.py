"""Refusals of something in a request that the provider can leave out: a parameter, an effort, or the system role."""

from collections.abc import Mapping
from typing import Any

from apps.chat.providers.base import Failure, ModelReportedError, ProviderError
from apps.chat.providers.completions import SYSTEM, one_effort
from apps.chat.providers.refusals import names_effort, refused_parameter, refuses_system_role
from apps.chat.providers.retries import refusal_error

REQUEST_FAULTS = frozenset({400, 422, 500, 501})
"""Statuses of refusals of something in the request: llama.cpp answers 500 when a chat template fails."""


class RequestRefusedError(Exception):
    """The service refuses something in the request, which may be optional; `error` is raised unless it is."""

    def __init__(self, error: ProviderError, body: bytes) -> None:
        super().__init__()
        self.error = error
        self.body = body


def refusal_in_stream(reported: ModelReportedError) -> Exception:
    """Return an error that came in a stream before any text, as the refusal that it is."""
    says_why = reported.status is not None or reported.failure is not Failure.ERROR
    error: ProviderError = (
        refusal_error(reported.failure, status=reported.status, retry_after=reported.retry_after)
        if says_why
        else reported
    )
    error.service_code = reported.service_code
    is_of_request = reported.status in REQUEST_FAULTS if reported.status is not None else not says_why
    return RequestRefusedError(error, reported.data) if is_of_request else error


def find_refused(body: bytes, request: Mapping[str, Any]) -> str | None:
    """Return the optional part of a request that a service refuses: a parameter, an effort, or the system role."""
    refused = refused_parameter(body, request.keys())
    if refused == "reasoning_effort" and names_effort(body):
        return one_effort(request["reasoning_effort"])
    has_system = any(message["role"] == SYSTEM for message in request["messages"])
    return SYSTEM if refused is None and has_system and refuses_system_role(body) else refused
