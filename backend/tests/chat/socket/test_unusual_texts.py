"""Questions that show nothing, and characters that no database can store (docs/protocol.md: P-4.6)."""

import pytest

from tests.chat.socket.rooms import Room, refusal


@pytest.mark.parametrize(
    "content",
    ["", " \n\t", "\u200b\u200d\ufeff", "\u2060 \u00ad", "\u3164\u115f\uffa0", "\u2800", "\u202e\u202c", "\u3000\x85"],
)
async def test_a_question_in_which_nothing_can_be_seen_is_blank(room: Room, content: str) -> None:
    assert (await refusal(room.socket, "chat.message", content=content))["code"] == "EMPTY_CONTENT"
    assert await room.messages() == []


@pytest.mark.parametrize("content", ["\x01\x7f", "👩‍👩‍👧", "\u200ba", "ก็", "\u0301", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
async def test_a_question_with_invisible_characters_among_others_is_taken_as_it_is(room: Room, content: str) -> None:
    answer = await room.socket.ask_to_the_end(content)

    assert answer.content == f"Echo: {content}"


@pytest.mark.parametrize(
    ("content", "which", "where"),
    [("half \ud83d", "U+D83D", "character 6"), ("\udc4d", "U+DC4D", "character 1"), ("a\0b", "U+0000", "character 2")],
)
async def test_a_refusal_says_which_character_cannot_be_stored_and_where(
    room: Room, content: str, which: str, where: str
) -> None:
    refused = await refusal(room.socket, "chat.message", content=content)

    assert refused["code"] == "INVALID_MESSAGE"
    assert which in refused["error"]
    assert where in refused["error"]
    await room.socket.ask_to_the_end("The next one")
