"""Event streams as the front end and these tests agree to read and write them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from apps.chat.edges.sse.stream_line import StreamLine

pytestmark = pytest.mark.storeless

GOLDEN = Path(__file__).parents[4] / "contract" / "golden" / "event-streams.json"
CASES: list[dict[str, Any]] = json.loads(GOLDEN.read_text())


async def send(line: StreamLine, sends: list[dict[str, Any]]) -> None:
    for each in sends:
        if "frame" in each:
            await line.send_text(each["frame"])
        elif "ping" in each:
            await line.send_ping()
        else:
            await line.close(each["close"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_golden_streams(case: dict[str, Any]) -> None:
    line = StreamLine()
    sending = asyncio.create_task(send(line, case["sends"]))
    written = [await line.take() for _ in case["sends"]]
    await sending
    assert b"".join(event or b"" for event in written).decode() == case["text"]
