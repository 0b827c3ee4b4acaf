"""The model of a conversation: the default for new ones, and the check of a model that a client names."""

from apps.chat.models import Preferences
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.core.errors import ConflictError, InvalidInputError


class ModelRetiredError(ConflictError):
    """The model service no longer has the model, so it gets no new questions."""

    code = "AI_MODEL_GONE"
    message = "The model service no longer has this model: choose another one."


def choose_default_model(preferences: Preferences) -> str:
    """Return the id of the model for a new conversation: the preferred one while it is available."""
    catalogue = get_catalogue()
    preferred = catalogue.find_model(preferences.default_model)
    return preferred.id if preferred is not None and preferred.available else catalogue.default_model()


def check_model(model_id: str, *, field: str = "model") -> None:
    """Refuse an unknown or retired model; `field` is the name of the input field that held it.

    Raises:
        InvalidInputError: the model does not exist; the message lists the known ones.
        ModelRetiredError: the service no longer has it.
    """
    if get_catalogue().find_model(model_id) is None:
        known = known_model_ids()
        raise InvalidInputError(
            f"This model does not exist: choose one of {known}.",
            detail=[{"loc": [field], "msg": f"Not one of {known}.", "type": "unknown_model"}],
        )
    check_not_retired(model_id)


def known_model_ids() -> str:
    """Return the ids of all models, for a message."""
    return ", ".join(model.id for model in get_catalogue().list_models())


def check_not_retired(model_id: str) -> None:
    """Refuse a model that the service no longer has; raises ModelRetiredError."""
    model = get_catalogue().find_model(model_id)
    if model is not None and model.is_retired:
        raise ModelRetiredError
