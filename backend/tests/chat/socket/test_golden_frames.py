"""Frames on whose outcome the front end and these tests agree (docs/protocol.md: P-3.2, P-3.4)."""

import json
from pathlib import Path
from typing import Any

import pytest

from testkit.socket_client import AnswerCheck

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent.parent / "golden_frames.json").read_text())


def outcome_of(frames: list[dict[str, Any]]) -> dict[str, Any]:
    check = AnswerCheck(frames[0]["message_id"])
    for frame in frames:
        if check.knows(frame):
            continue
        try:
            check.take(frame)
        except AssertionError:
            return {"gap": True}
    return {
        "content": check.content,
        "reasoning": check.reasoning,
        "run": check.run,
        "seq": check.seq,
        "status": check.ended["status"] if check.ended else "streaming",
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_golden_frames(case: dict[str, Any]) -> None:
    assert outcome_of(case["frames"]) == case["expect"]
