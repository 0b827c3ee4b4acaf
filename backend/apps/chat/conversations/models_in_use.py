"""The models in use by any user or program, for the notice that one of them will be retired."""

from datetime import timedelta

from django.utils import timezone

from apps.chat.models import ApiCall, Conversation, Preferences
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.chat.providers.model import Model

NOTICE_PERIOD = timedelta(days=30)
"""The time before its retirement in which a model is announced."""

_USE_PERIOD = timedelta(days=30)


def find_retiring_models() -> list[Model]:
    """Return the usable models in use that their services retire within 30 days, the earliest first.

    In use are the default models of the server and of users, and the models of chats and programs of the last 30 days.
    That reads all chats, but only if a model will be retired.
    """
    catalogue = get_catalogue()
    last = (timezone.now() + NOTICE_PERIOD).date()
    retiring = {
        model.id: model
        for model in catalogue.list_models()
        if model.available and model.shutdown_date is not None and model.shutdown_date <= last
    }
    if not retiring:
        return []
    named = (catalogue.find_model(model_id) for model_id in {catalogue.default_model(), *_read_model_ids()})
    found = {model.id for model in named if model is not None} & retiring.keys()
    return sorted((retiring[model_id] for model_id in found), key=lambda model: (str(model.shutdown_date), model.id))


def _read_model_ids() -> set[str]:
    since = timezone.now() - _USE_PERIOD
    chats = Conversation.objects.filter(updated_at__gte=since, deleted_at=None).values_list("model", flat=True)
    calls = ApiCall.objects.filter(started_at__gte=since).values_list("model", flat=True)
    chosen = Preferences.objects.exclude(default_model="").values_list("default_model", flat=True)
    return set(chats.distinct().union(calls.distinct(), chosen.distinct()))
