"""Errors of setting a model service, as the administrator who sets it sees them."""

from enum import Enum
from typing import override

from apps.core.errors import AppError, ConflictError


class ModelServiceFixedError(ConflictError):
    """The environment names a model service, which has precedence."""

    code = "MODEL_SERVICE_FIXED"
    message = "The model service is set in the server's environment: change it there."


class ServiceNameTakenError(ConflictError):
    """Another service has this name, ignoring case."""

    code = "MODEL_SERVICE_NAME_TAKEN"
    message = "Another model service already has this name."


class ServicesChangedError(ConflictError):
    """Another administrator added or changed a service at the same time."""

    message = "The model services have just changed. Reload them."


class TooManyServicesError(ConflictError):
    """There are as many model services as are allowed."""

    message = "You have reached the maximum number of model services. Remove one first."


class Reason(Enum):
    """Why a model service cannot be used: the last part of the error code, and the sentence."""

    EMPTY = "The model service has no chat model."
    FAILED = "The model service is returning errors. Try again later."
    KEY_NEEDED = "Enter the key as well: the stored one belongs to another address."
    KEY_REFUSED = "The model service refuses this key."
    NO_HOST = "No host has this name: check the address."
    NO_SUCH_MODEL = "The model service does not have a model of this name."
    PRIVATE = "This address is in a private network: set ALLOW_PRIVATE_MODEL_HOSTS=true on the server to allow it."
    REFUSED = "The host refused the connection: the service is not running, or it listens on another port."
    RESPONSES_ONLY = "One of these models exists in the Responses API only, which this server does not use."
    TLS = "No secure connection: the certificate is not valid, or the address must begin with http://."
    UNKNOWN = "The server at this address is not an OpenAI-compatible model service."
    UNREACHABLE = "The model service cannot be reached at this address."


class ModelServiceError(AppError):
    """Testing a model service failed; nothing was changed."""

    status = 400

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.code = _make_code(reason)

    @classmethod
    @override
    def list_codes(cls) -> set[str]:
        return set(map(_make_code, Reason))


def _make_code(reason: Reason) -> str:
    return f"MODEL_SERVICE_{reason.name}"
