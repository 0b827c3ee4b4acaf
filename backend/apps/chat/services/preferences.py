"""What a user sets once for all new conversations."""

from typing import TypedDict
from uuid import UUID

from apps.chat.models import Preferences
from apps.chat.services.conversations import check_model


class PreferenceFields(TypedDict, total=False):
    """Preferences under the names of the wire; empty: as the server has it."""

    default_model: str
    default_system_prompt: str


def change_preferences(*, owner_id: UUID, fields: PreferenceFields) -> Preferences:
    """Set `fields`; they hold for conversations made from now on.

    Raises:
        InvalidInputError: the model is not known.
    """
    if fields.get("default_model"):
        check_model(fields["default_model"], field="default_model")
    preferences, _ = Preferences.objects.update_or_create(owner_id=owner_id, defaults=fields)
    return preferences
