"""Errors of a model service that cannot be used; shown to the administrator who sets it."""

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
    """The limit of model services is reached."""

    message = "The limit of model services is reached. Remove one first."


class ModelServiceError(AppError):
    """Testing a model service failed; nothing was changed."""

    status = 400


class KeyNeededError(ModelServiceError):
    """A stored key is used only for the base URL that it was entered for."""

    code = "MODEL_SERVICE_KEY_NEEDED"
    message = "Enter the key as well: the stored one belongs to another address."


class KeyRefusedError(ModelServiceError):
    """The service refuses the key."""

    code = "MODEL_SERVICE_KEY_REFUSED"
    message = "The model service refuses this key."


class ServiceUnreachableError(ModelServiceError):
    """No server answers at the base URL."""

    code = "MODEL_SERVICE_UNREACHABLE"
    message = "The model service cannot be reached at this address."


class ConnectionRefusedByServiceError(ModelServiceError):
    """The host exists, but nothing listens on the port."""

    code = "MODEL_SERVICE_REFUSED"
    message = "The host refused the connection: the service is not running, or it listens on another port."


class UnknownHostError(ModelServiceError):
    """The host of the base URL does not exist."""

    code = "MODEL_SERVICE_NO_HOST"
    message = "No host has this name: check the address."


class TlsFailedError(ModelServiceError):
    """The service has no valid certificate, or speaks no TLS."""

    code = "MODEL_SERVICE_TLS"
    message = "No secure connection: the certificate is not valid, or the address must begin with http://."


class UnknownModelError(ModelServiceError):
    """The service does not have a model that was entered by hand."""

    code = "MODEL_SERVICE_NO_SUCH_MODEL"
    message = "The model service does not have a model of this name."


class ResponsesOnlyError(ModelServiceError):
    """A model that was entered by hand exists in OpenAI's Responses API only."""

    code = "MODEL_SERVICE_RESPONSES_ONLY"
    message = "One of these models exists in the Responses API only, which this server does not use."


class NotAServiceError(ModelServiceError):
    """The server at the base URL is not a model service."""

    code = "MODEL_SERVICE_UNKNOWN"
    message = "The server at this address is not an OpenAI-compatible model service."


class NoModelsError(ModelServiceError):
    """The service has no chat model."""

    code = "MODEL_SERVICE_EMPTY"
    message = "The model service has no chat model."


class ServiceFailedError(ModelServiceError):
    """The service is overloaded or broken at the moment."""

    code = "MODEL_SERVICE_FAILED"
    message = "The model service is returning errors. Try again later."


class PrivateHostError(ModelServiceError):
    """The address is in a private network, which only the environment can allow."""

    code = "MODEL_SERVICE_PRIVATE"
    message = "This address is in a private network: set ALLOW_PRIVATE_MODEL_HOSTS=true on the server to allow it."
