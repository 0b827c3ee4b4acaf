"""Why a model service cannot be used, as the administrator who sets it is told."""

from apps.core.errors import AppError, ConflictError


class ModelServiceFixedError(ConflictError):
    """The environment names a model service: what it says wins."""

    code = "MODEL_SERVICE_FIXED"
    message = "The model service is set in the server's environment: change it there."


class ModelServiceError(AppError):
    """The trial of a model service failed; nothing was changed."""

    status = 400


class KeyNeededError(ModelServiceError):
    """A key is kept for the address that it was given for, and sent to no other."""

    code = "MODEL_SERVICE_KEY_NEEDED"
    message = "Another address needs its key anew: the stored one was given for another service."


class KeyRefusedError(ModelServiceError):
    """The service does not take the key."""

    code = "MODEL_SERVICE_KEY_REFUSED"
    message = "The model service refuses this key."


class ServiceUnreachableError(ModelServiceError):
    """Nobody answers there."""

    code = "MODEL_SERVICE_UNREACHABLE"
    message = "The model service cannot be reached at this address."


class NotAServiceError(ModelServiceError):
    """Something answers there, but not as a model service does."""

    code = "MODEL_SERVICE_UNKNOWN"
    message = "What answers at this address is not an OpenAI-compatible model service."


class NoModelsError(ModelServiceError):
    """It answers, and has nothing to chat with."""

    code = "MODEL_SERVICE_EMPTY"
    message = "The model service has no model that one can chat with."


class ServiceFailedError(ModelServiceError):
    """It is there, and overloaded or broken now."""

    code = "MODEL_SERVICE_FAILED"
    message = "The model service answers with an error now: try again in a while."


class PrivateHostError(ModelServiceError):
    """The address is in a private network, which only the environment can allow."""

    code = "MODEL_SERVICE_PRIVATE"
    message = "This address is in a private network: set ALLOW_PRIVATE_MODEL_HOSTS=true on the server to allow it."
