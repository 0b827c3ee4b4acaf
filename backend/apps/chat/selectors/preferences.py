"""What a user wants of new conversations."""

from uuid import UUID

from apps.chat.models import Preferences
from apps.chat.providers.registry import get_registry


def find_preferences(owner_id: UUID) -> Preferences:
    """Return the preferences of a user; those of one who never set any are empty, and not stored."""
    return Preferences.objects.filter(owner_id=owner_id).first() or Preferences(owner_id=owner_id)


def default_model_of(preferences: Preferences) -> str:
    """Return the id of the model that a new conversation gets: the preferred one while it can be used."""
    registry = get_registry()
    preferred = registry.find_model(preferences.default_model)
    return preferred.id if preferred is not None and preferred.available else registry.default_model()
