"""Frames that the server does not understand, or that it stores as they were sent.

See docs/protocol.md: P-4.1, P-4.12 to P-4.14, P-6.6 to P-6.9; invariant I-8.
"""

import json
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from tests.chat.socket.conversations import OpenConversation, is_quiet, refusal

never_stored = pytest.mark.store_independent
"""Marks tests of frames that are refused or answered before any store sees them."""

ID = "01a20000-0000-7000-8000-000000000000"


@never_stored
async def test_anything_but_a_json_object_is_invalid_json(conversation: OpenConversation) -> None:
    for text in (
        "",
        " ",
        "x",
        "5",
        "null",
        "true",
        '"chat.stop"',
        "[]",
        '[{"type":"ping"}]',
        "{",
        "{'type':'ping'}",
        '{"type":"ping"} {"type":"ping"}',
        '{"type":"ping",}',
        '{"type":"chat.stop","x":NaN}',
        '{"type":"chat.stop","x":-Infinity}',
        '{"type":"chat.stop","x":' + "9" * 5000 + "}",
        "\ufeff{}",
        "\0",
        "[" * 100_000,
        '{"a":' * 20_000,
    ):
        await conversation.socket.send_text(text)
        refused = await conversation.socket.receive()
        assert refused["type"] == "chat.error", text[:50]
        assert refused["code"] == "INVALID_JSON", text[:50]
    assert await is_quiet(conversation.socket)


@never_stored
async def test_a_number_is_too_long_wherever_it_is_in_the_frame(
    conversation: OpenConversation, settings: Settings
) -> None:
    settings.SOCKET_NONSENSE_RATE = settings.SOCKET_COMMAND_RATE = "off"
    connected = await conversation.enter()
    for before in (0, 1, 2150, 4200, 4300, 8500):
        for number in ("9" * 4301, "9" * 4300 + ',"y":' + "9" * 4300, "9" * 9000):
            await connected.send_text(f'{{"type":"ping","before":"{"x" * before}","x":{number}}}')
            answer = await connected.receive()
            is_short = number.count(",") == 1
            assert answer["type"] == ("pong" if is_short else "chat.error"), (before, len(number))
            assert answer.get("code") == (None if is_short else "INVALID_JSON")


@never_stored
async def test_a_frame_of_too_many_parts_is_refused_before_it_is_read(conversation: OpenConversation) -> None:
    parts = "[]," * 50_001
    for text in (
        f'{{"type":"unknown","x":[{parts}0]}}',
        f'{{"type":"ping","x":"\\ud800","y":[{parts}0]}}',
        f"[{parts}",
    ):
        await conversation.socket.send_text(text)
        refused = await conversation.socket.receive()
        assert refused["code"] == "INVALID_JSON"
        assert refused["error"] == "The frame has more than 100,000 brackets, commas and strings."
    await conversation.socket.send_text(json.dumps({"type": "ping", "x": "\ud800" + '[],"' * 50_001}))
    assert await conversation.socket.receive() == {"type": "pong"}
    assert await is_quiet(conversation.socket)


@never_stored
async def test_an_unknown_type_is_refused(conversation: OpenConversation) -> None:
    kinds: tuple[Any, ...] = ("", "Auth", "auth ", "chat", "chat.delete", "chat.error", None, 5, True, ["ping"], {})
    client_id = str(uuid4())
    for fields in ({}, *({"type": kind} for kind in kinds)):
        await conversation.socket.send_text(json.dumps({**fields, "client_id": client_id}))
        refused = await conversation.socket.receive()
        assert refused["type"] == "chat.error", fields
        assert refused["code"] == "UNKNOWN_TYPE", fields
        assert refused["client_id"] == client_id
    assert await is_quiet(conversation.socket)


WRONG_IDS: tuple[Any, ...] = (None, 5, True, "", "nonsense", ID + "0", [ID], {"id": ID}, ["x"] * 16, "\0", "\ud800")
WRONG_NUMBERS: tuple[Any, ...] = (None, -1, 1.0, 1.5, 2**53, 1e400, True, "1", [1], {})
WRONG: tuple[tuple[str, dict[str, Any], str, tuple[Any, ...]], ...] = (
    ("chat.message", {"content": "x"}, "content", (None, 5, True, ["x"], {"text": "x"}, "a\0b", "a\ud800", "\udfff")),
    ("chat.message", {"content": "x"}, "parent_id", WRONG_IDS[1:]),
    ("chat.message", {"content": "x"}, "client_id", WRONG_IDS[1:]),
    ("chat.message", {"content": "x"}, "model", (5, True, "", "no-such-model", ["x"], {}, "m" * 201, "\0", "\ud800")),
    ("chat.regenerate", {"message_id": ID}, "message_id", WRONG_IDS),
    ("chat.regenerate", {"message_id": ID}, "model", (5, "", ["x"])),
    ("chat.edit", {"message_id": ID, "content": "x"}, "message_id", WRONG_IDS),
    ("chat.edit", {"message_id": ID, "content": "x"}, "content", (None, 5, "a\0b", "\ud800")),
    ("chat.continue", {"message_id": ID}, "message_id", WRONG_IDS),
    ("chat.stop", {}, "message_id", WRONG_IDS[1:]),
    ("chat.stop", {}, "client_id", WRONG_IDS[1:]),
    ("chat.follow", {"message_id": ID, "run": 1, "seq": 0}, "message_id", WRONG_IDS),
    ("chat.follow", {"message_id": ID, "run": 1, "seq": 0}, "run", WRONG_NUMBERS),
    ("chat.follow", {"message_id": ID, "run": 1, "seq": 0}, "seq", WRONG_NUMBERS),
    ("auth", {"token": "x"}, "resume", (5, True, "x", [], {}, {"message_id": ID}, {"message_id": ID, "run": 1})),
)


@never_stored
async def test_the_refusal_names_the_wrong_field(conversation: OpenConversation, settings: Settings) -> None:
    settings.SOCKET_COMMAND_RATE = settings.SOCKET_NONSENSE_RATE = "1000/60"
    socket = await conversation.enter()
    for kind, good, field, values in WRONG:
        for value in values:
            fields = {"type": kind, **good, field: value}
            await socket.send_text(json.dumps(fields).replace("Infinity", "1e400"))
            refused = await socket.receive()
            assert refused["type"] == "chat.error", fields
            assert refused.get("code") == "INVALID_MESSAGE", fields
            named = {"resume": ("'resume'", "'message_id'", "'run'", "'seq'")}.get(field, (f"'{field}'",))
            assert any(name in refused["error"] for name in named), refused
            assert "None" not in refused["error"], refused
            assert "done" not in refused
    assert await is_quiet(socket)
    assert await conversation.messages() == []


async def test_a_malformed_resume_before_signing_in_leaves_the_socket_open(conversation: OpenConversation) -> None:
    socket = await conversation.user.connect(conversation.id)
    await socket.send("auth", token=conversation.user.access, resume="nonsense")
    assert (await socket.receive())["code"] == "INVALID_MESSAGE"
    await socket.sign_in(conversation.user.access)


@never_stored
async def test_blank_content_is_refused(conversation: OpenConversation) -> None:
    for content in ("", " ", "\n\t ", "\u3000", "\u00a0\u2003"):
        refused = await refusal(conversation.socket, "chat.message", content=content)
        assert refused["code"] == "EMPTY_CONTENT"
        refused = await refusal(conversation.socket, "chat.edit", message_id=ID, content=content, attachments=[])
        assert refused["code"] == "EMPTY_CONTENT"
    assert await conversation.messages() == []


@pytest.mark.store_independent
async def test_length_is_counted_in_code_points(conversation: OpenConversation, model_server: ModelServer) -> None:
    model_server.script(tokens=1)  # An echo would be as long as the question, in 100,000 tokens of one character.
    for character in ("a", "字", "😀", "\u0301"):
        longest = character * 100_000
        refused = await refusal(conversation.socket, "chat.message", content=longest + character)
        assert refused["code"] == "MESSAGE_TOO_LONG"
        accepted = await conversation.socket.ask(longest)
        assert accepted["message"]["content"] == longest
        await conversation.socket.read_to_the_end(accepted["reply"]["id"])
    # Blanks count too, and nothing is trimmed.
    refused = await refusal(conversation.socket, "chat.message", content="a" + " " * 100_000)
    assert refused["code"] == "MESSAGE_TOO_LONG"
    assert [len(m["content"]) for m in await conversation.messages() if m["role"] == "user"] == [100_000] * 4


async def test_text_is_stored_as_sent(conversation: OpenConversation, model_server: ModelServer) -> None:
    texts = (
        " a < b && c > d, List<String>\n",
        "<script>alert(1)</script> &amp; &lt;",
        "\r\n\ttabs\u00a0 \u2028 \u202e \ufeff",
        "e\u0301 é ﬁ 한국 👩‍👩‍👧",
        "\x01\x7f\x85",
        "<|endoftext|><|im_start|>",
        '"\\u0041" {"type":"chat.stop"}',
    )
    for text in texts:
        accepted = await conversation.socket.ask(text)
        answer = await conversation.socket.read_to_the_end(accepted["reply"]["id"])
        assert accepted["message"]["content"] == text
        assert answer.content == f"Echo: {text}"
        assert model_server.questions[-1].messages[-1]["content"] == text
    stored = [message["content"] for message in await conversation.messages()]
    assert stored == [part for text in texts for part in (text, f"Echo: {text}")]


async def test_unknown_fields_are_ignored(conversation: OpenConversation) -> None:
    extra = {"x": {"y": [None]}, "status": "complete", "run": "x", "done": True, "resume": 5, "token": 5}
    answer = await conversation.socket.ask_to_the_end("Hello", **extra)
    assert answer.content == "Echo: Hello"
    await conversation.socket.send("ping", token=5, content=None)
    await conversation.socket.expect("pong")


async def test_null_counts_as_an_absent_client_id_and_model(conversation: OpenConversation) -> None:
    await conversation.socket.send("chat.message", content="Hello", client_id=None, model=None)
    accepted = await conversation.socket.expect("chat.accepted")
    assert accepted["client_id"] is None
    assert (await conversation.socket.read_to_the_end(accepted["reply"]["id"])).content == "Echo: Hello"


@never_stored
async def test_ping_is_answered_by_pong(conversation: OpenConversation) -> None:
    await conversation.socket.send("pong")
    await conversation.socket.send("ping", client_id="not looked at")
    frame = await conversation.socket.receive()
    assert frame["type"] in {"pong", "chat.error"}
    await conversation.socket.send("ping")
    assert await conversation.socket.receive() == {"type": "pong"}
