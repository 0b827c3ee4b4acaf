"""Which models have refused images, remembered for all workers."""

import asyncio
from datetime import timedelta

import structlog
from django.utils import timezone

from apps.chat.models import BlindModel
from apps.chat.providers.openai import address_of
from apps.chat.providers.registry import ModelPlace, get_registry
from apps.core.database import run_in_database
from apps.core.outages import log_failure

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 0.8
REMEMBERED = timedelta(days=1)


async def remember_blindness(model_id: str) -> None:
    """Count a model as one that sees no images: its service has refused some. This worker does so at once."""
    place = get_registry().remember_blindness(model_id)
    if place is None:
        return
    try:
        await run_in_database(_store, place)
    except Exception as error:  # noqa: BLE001 - this worker knows it; another one asks the service again
        log_failure(logger, "blindness_not_stored", error)


def forget_blindness(base_url: str) -> None:
    """Ask the models of a service again: an administrator has changed it."""
    BlindModel.objects.filter(address=address_of(base_url)).delete()


async def use_stored_blindness() -> None:
    """Make this worker know which models have refused images."""
    get_registry().use_blindness(await run_in_database(_read))


async def follow_stored_blindness() -> None:
    """Learn within a second what other workers have stored, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            await use_stored_blindness()
        except Exception as error:  # noqa: BLE001 - the next look tries again
            log_failure(logger, "blindness_not_read", error)


def _store(place: ModelPlace) -> None:
    address, model = place
    BlindModel.objects.update_or_create(address=address, model=model, defaults={"refused_at": timezone.now()})
    BlindModel.objects.filter(refused_at__lt=timezone.now() - REMEMBERED).delete()


def _read() -> frozenset[tuple[str, str]]:
    recent = BlindModel.objects.filter(refused_at__gte=timezone.now() - REMEMBERED)
    return frozenset(recent.values_list("address", "model"))
