"""The models that have refused images, remembered for all workers."""

import asyncio
from datetime import timedelta

import structlog
from django.conf import settings
from django.utils import timezone

from apps.chat.models import BlindModel
from apps.chat.providers.registry import UpstreamModel, get_registry
from apps.chat.providers.service_connection import hash_url
from apps.core.database import run_in_database
from apps.core.outages import log_failure
from apps.core.statements import prepare, read_later

logger = structlog.get_logger(__name__)

REMEMBERED = timedelta(days=1)
_STORED = "SELECT address, model FROM chat_blindmodel WHERE refused_at >= %s"


async def remember_blindness(model_id: str) -> None:
    """Mark a model as one that does not see images: its service has refused some. This worker does so immediately."""
    if not get_registry().remember_blindness(model_id):
        return
    try:
        await use_stored_blindness()
    except Exception as error:  # noqa: BLE001 - this worker knows it, and stores it with its next look
        log_failure(logger, "blindness_not_stored", error)


def forget_blindness(base_url: str) -> None:
    """Ask the models of a service again: an administrator has changed it."""
    BlindModel.objects.filter(address=hash_url(base_url)).delete()


async def use_stored_blindness() -> None:
    """Store which models have refused images here, and learn which have refused them in other workers."""
    registry = get_registry()
    # A read that began before a model was stored must not end after it.
    async with registry.exchanging_blindness:
        unstored = registry.unstored_blindness
        stored = await run_in_database(_exchange, unstored)
        registry.use_blindness(stored, unstored)


async def follow_stored_blindness() -> None:
    """Learn within a second what other workers have stored, and store what could not be, until cancelled."""
    while True:
        await asyncio.sleep(settings.MODEL_SERVICE_LOOK_SECONDS)
        try:
            await use_stored_blindness()
        except Exception as error:  # noqa: BLE001 - the next look tries again
            log_failure(logger, "blindness_not_read", error)


def _exchange(unstored: frozenset[UpstreamModel]) -> frozenset[UpstreamModel]:
    now = timezone.now()
    for address, model in unstored:
        BlindModel.objects.update_or_create(address=address, model=model, defaults={"refused_at": now})
    if unstored:
        BlindModel.objects.filter(refused_at__lt=now - REMEMBERED).delete()
    return frozenset(read_later(_STORED, [prepare(now - REMEMBERED)], _upstream_model).all())


def _upstream_model(row: tuple[str, str]) -> UpstreamModel:
    return row
