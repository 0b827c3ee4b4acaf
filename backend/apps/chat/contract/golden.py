"""`contract/golden/`: frames, commands, texts and event streams as this server reads and writes them."""

import asyncio
from collections.abc import Iterable
from typing import Any

import msgspec

from apps.chat.contract.examples import ANSWER_ID, COMMANDS, FRAMES
from apps.chat.contract.scenarios import SCENARIOS
from apps.chat.edges.sse.connection import EventStreamConnection
from apps.chat.events import StreamEvent, TextPart
from apps.chat.protocol.decoding import SOCKET_COMMANDS, RefusedFrameError
from apps.chat.protocol.encoding import encode, encode_ended, encode_part, encode_refusal
from apps.core.text import is_blank

REFUSED_TEXTS = (
    "{",
    '[{"type":"ping"}]',
    '{"type":"ping","x":NaN}',
    '{"client_id":"01930000-0000-7000-8000-0000000000f1"}',
    '{"type":"chat.delete","client_id":"not a UUID"}',
    '{"type":"chat.message","client_id":"01930000-0000-7000-8000-0000000000f1"}',
    '{"type":"chat.message","content":"Hello","model":""}',
    '{"type":"chat.edit","message_id":"01930000","content":"Hello"}',
    '{"type":"chat.follow","message_id":"01930000-0000-7000-8000-0000000000a2","run":1,"seq":-1}',
    '{"type":"auth","token":"x","resume":{"message_id":"01930000-0000-7000-8000-0000000000a2","run":1}}',
)

BLANK_AND_OTHER_TEXTS = (
    *("", " \n\t", "\u3000\x85", "\x1c\x1f", "\ufff9\ufffa\ufffb", "\u200b\u200d\ufeff", "\u2060 \u00ad"),
    *("\u3164\u115f\uffa0", "\u2800", "\u202e\u202c\u2066\u2069", "\ufe0f\u034f", "\U000e0067\U000e007f"),
    *(
        "a",
        "\u200ba",
        "\x01a",
        "\x01\x1b\x7f\x9f",
        "。",
        "\u0301",
        "\u0e47",
        "\ufffd",
        "\u0600",
        "\u06dd",
        "👩\u200d👩\u200d👧",
        "\U000f0000",
    ),
)
"""Messages that are blank, and some that are not."""

STREAMS: tuple[tuple[str, tuple[dict[str, Any], ...]], ...] = (
    (
        "one event per frame",
        ({"frame": '{"type":"pong"}'}, {"frame": '{"type":"chat.stream","content":"你好 😀 a: b\\n\\ndata: x"}'}),
    ),
    ("a sign of life between frames", ({"frame": "{}"}, {"ping": True}, {"frame": "{}"})),
    ("the end, with its code", ({"frame": '{"type":"conversation.deleted"}'}, {"close": 4004})),
)


def make_golden_files() -> dict[str, list[dict[str, Any]]]:
    """Return the contents of each file of `contract/golden/`."""
    return {
        "answers.json": [
            {"name": scenario.name, "frames": _to_frames(scenario.events), "expect": scenario.expected}
            for scenario in SCENARIOS
        ],
        "frames.json": [{"name": type(frame).__name__, "text": encode(frame)} for frame in FRAMES],
        "commands.json": [
            {"name": type(command).__name__, "text": msgspec.json.encode(command).decode()} for command in COMMANDS
        ],
        "blank-texts.json": [
            {"code_points": " ".join(f"{ord(character):04X}" for character in text), "blank": is_blank(text)}
            for text in BLANK_AND_OTHER_TEXTS
        ],
        "refusals.json": [{"text": text, "refusal": _encode_refusal_of(text)} for text in REFUSED_TEXTS],
        "event-streams.json": [
            {"name": name, "sends": list(sends), "text": asyncio.run(_write_stream(sends))} for name, sends in STREAMS
        ],
    }


def _to_frames(events: Iterable[StreamEvent]) -> list[dict[str, Any]]:
    return [msgspec.json.decode(_encode_event(event)) for event in events]


def _encode_event(event: StreamEvent) -> str:
    return encode_part(str(ANSWER_ID), event) if isinstance(event, TextPart) else encode_ended(str(ANSWER_ID), event)


def _encode_refusal_of(text: str) -> str:
    try:
        SOCKET_COMMANDS.decode(text)
    except RefusedFrameError as refused:
        return encode_refusal(refused.error, refused.client_id)
    raise AssertionError(f"not refused: {text}")


async def _write_stream(sends: Iterable[dict[str, Any]]) -> str:
    connection = EventStreamConnection()
    written = []
    for send in sends:
        if "frame" in send:
            await connection.send_text(send["frame"])
        elif "ping" in send:
            await connection.send_ping()
        else:
            await connection.close(send["close"])
        written.append(await connection.next_event() or b"")
    return b"".join(written).decode()
