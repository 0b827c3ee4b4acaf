"""Image refusals: the models that have refused images, which all workers remember for a day."""

import asyncio
from datetime import timedelta

import structlog
from django.conf import settings
from django.utils import timezone

from apps.chat.models import BlindModel
from apps.chat.providers.catalogue.model_catalogue import UpstreamModel, get_catalogue
from apps.chat.providers.connection.service_connection import hash_url
from apps.core.database import run_in_database
from apps.core.outages import log_failure
from apps.core.round_trips import read_later
from apps.core.sql_values import prepare_value

logger = structlog.get_logger(__name__)

REMEMBERED = timedelta(days=1)
_STORED = "SELECT address, model FROM chat_blindmodel WHERE refused_at >= %s"


async def remember_image_refusal(model_id: str) -> None:
    """Remember an image refusal: the model counts as blind, in this worker immediately."""
    if not get_catalogue().remember_image_refusal(model_id):
        return
    try:
        await exchange_image_refusals()
    except Exception as error:  # noqa: BLE001 - this worker knows it, and stores it at the next exchange
        log_failure(logger, "image_refusal_not_stored", error)


def forget_image_refusals(base_url: str) -> None:
    """Forget the image refusals of a service, which an administrator has changed."""
    BlindModel.objects.filter(url_hash=hash_url(base_url)).delete()


async def exchange_image_refusals() -> None:
    """Store the image refusals that this worker has seen, and read the refusals of all workers."""
    catalogue = get_catalogue()
    # A read that began before a model was stored must not end after it.
    async with catalogue.exchanging_image_refusals:
        unstored = catalogue.unstored_image_refusals
        stored = await run_in_database(_exchange, unstored)
        catalogue.use_image_refusals(stored, unstored)


async def exchange_image_refusals_repeatedly() -> None:
    """Exchange image refusals with the other workers each second, until cancelled."""
    while True:
        await asyncio.sleep(settings.MODEL_SERVICE_LOOK_SECONDS)
        try:
            await exchange_image_refusals()
        except Exception as error:  # noqa: BLE001 - the next look tries again
            log_failure(logger, "image_refusals_not_read", error)


def _exchange(unstored: frozenset[UpstreamModel]) -> frozenset[UpstreamModel]:
    now = timezone.now()
    for url_hash, model in unstored:
        BlindModel.objects.update_or_create(url_hash=url_hash, model=model, defaults={"refused_at": now})
    if unstored:
        BlindModel.objects.filter(refused_at__lt=now - REMEMBERED).delete()
    return frozenset(read_later(_STORED, [prepare_value(now - REMEMBERED)], _upstream_model).all())


def _upstream_model(row: tuple[str, str]) -> UpstreamModel:
    return row
