"""Uploads of photographs during running streams.

As a control, as many processes that share nothing with the server take the processor time of the photographs.
"""

import asyncio
import io
import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus

import aiohttp
import msgspec
from PIL import Image, ImageFilter

from bench.cpu_load import Priority, run_cpu_load
from bench.measure import LoadRunner
from bench.product import Product
from bench.scenarios import Readings
from bench.stages import Stage
from testkit.api_user import ApiUser

USERS = 5
UPLOADS_PER_SECOND = 5
STREAMS = 200
SIZE = 4000, 3000
QUALITY = 90
MEMORY_EVERY_SECONDS = 0.1
CHILDREN = 2
"""Processes of the server that read files, and that the control replaces."""

CONTROL_MS = 150.0
"""CPU time of the control instead of a photograph."""


class _Responses(msgspec.Struct):
    taken: int = 0
    refused: int = 0
    unexpected: int = 0
    begun_at: float = 0.0
    last_at: float = 0.0


async def measure_uploads(runner: LoadRunner, product: Product, seconds: float) -> Readings:
    """Measure 200 streams alone, then during uploads of 5 photographs of 5 MB a second for `seconds`."""
    photograph = await asyncio.to_thread(make_photograph)
    accounts = [await product.sign_up(f"photographer-{number}") for number in range(USERS)]
    stage = Stage.spread(STREAMS, seconds)
    without = await runner.run(product, stage)
    responses = _Responses()

    async def upload_all() -> None:
        responses.begun_at = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(int(UPLOADS_PER_SECOND * seconds)):
                group.create_task(_upload(product, accounts[number % USERS], photograph, responses))
                await asyncio.sleep(1 / UPLOADS_PER_SECOND)

    async def run_control() -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(CHILDREN):
                share = UPLOADS_PER_SECOND / CHILDREN
                group.create_task(run_cpu_load(seconds, per_second=share, cpu_ms=CONTROL_MS, priority=Priority.IDLE))

    control = await runner.run(product, stage, beside=run_control)
    async with _watch_memory(product) as memory:
        beside = await runner.run(product, stage, beside=upload_all)
    before, during = without.relay_p95, beside.relay_p95
    return {
        "delay_without": before,
        "delay_with": during,
        "slower": during / before,
        "control_slower": control.relay_p95 / before,
        "growth_mb": (max(memory) - memory[0]) / 1e6,
        "taken": responses.taken / max(responses.last_at - responses.begun_at, seconds),
        "refused": responses.refused,
        "unexpected": responses.unexpected,
        "stream_errors": without.stream_errors + control.stream_errors + beside.stream_errors,
    }


@asynccontextmanager
async def _watch_memory(product: Product) -> AsyncGenerator[list[int]]:
    """Yield the list of the server's resident bytes, without its children, which grows until the block ends."""
    read = [product.program.own_resident_bytes()]

    async def watch() -> None:
        while True:
            await asyncio.sleep(MEMORY_EVERY_SECONDS)
            read.append(product.program.own_resident_bytes())

    watching = asyncio.create_task(watch())
    try:
        yield read
    finally:
        watching.cancel()


def make_photograph() -> bytes:
    """Return a JPEG of 12 megapixels and about 5 MB: noise, smoothed until it compresses as a photograph does."""
    noise = Image.frombytes("RGB", SIZE, os.urandom(SIZE[0] * SIZE[1] * 3))
    smooth = noise.filter(ImageFilter.GaussianBlur(1.0))
    file = io.BytesIO()
    smooth.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


async def _upload(product: Product, account: ApiUser, photograph: bytes, responses: _Responses) -> None:
    form = aiohttp.FormData()
    form.add_field("file", photograph, filename="photograph.jpg", content_type="image/jpeg")
    async with product.http.post("/api/attachments/", data=form, headers=account.headers) as response:
        await response.read()
    if response.status == HTTPStatus.CREATED:
        responses.taken += 1
        responses.last_at = time.monotonic()
    elif response.status == HTTPStatus.TOO_MANY_REQUESTS:
        responses.refused += 1
    else:
        responses.unexpected += 1
