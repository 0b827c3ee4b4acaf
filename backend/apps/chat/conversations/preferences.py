"""Preferences: the default model and system prompt that a user sets for new conversations."""

from typing import TypedDict
from uuid import UUID

from apps.chat.conversations.model_choice import check_model
from apps.chat.models import Preferences


class PreferenceFields(TypedDict, total=False):
    """Preferences under their names in the API; an empty one falls back to the server's default."""

    default_model: str
    default_system_prompt: str


def find_preferences(owner_id: UUID) -> Preferences:
    """Return the preferences of a user; a user without any gets empty ones, which are not stored."""
    return Preferences.objects.filter(owner_id=owner_id).first() or Preferences(owner_id=owner_id)


def update_preferences(*, owner_id: UUID, fields: PreferenceFields) -> Preferences:
    """Set `fields`; they apply to conversations created from now on.

    Raises:
        InvalidInputError: the model is not known.
    """
    if fields.get("default_model"):
        check_model(fields["default_model"], field="default_model")
    preferences, _ = Preferences.objects.update_or_create(owner_id=owner_id, defaults=fields)
    return preferences
