"""Golden event streams: the server writes the bytes that the front end's tests read."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from apps.chat.edges.sse.connection import EventStreamConnection

pytestmark = pytest.mark.storeless

GOLDEN = Path(__file__).parents[4] / "contract" / "golden" / "event-streams.json"
CASES: list[dict[str, Any]] = json.loads(GOLDEN.read_text())


async def send(connection: EventStreamConnection, sends: list[dict[str, Any]]) -> None:
    for each in sends:
        if "frame" in each:
            await connection.send_text(each["frame"])
        elif "ping" in each:
            await connection.send_ping()
        else:
            await connection.close(each["close"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_golden_streams_are_what_the_server_writes(case: dict[str, Any]) -> None:
    connection = EventStreamConnection()
    sending = asyncio.create_task(send(connection, case["sends"]))
    written = [await connection.next_event() for _ in case["sends"]]
    await sending
    assert b"".join(event or b"" for event in written).decode() == case["text"]
