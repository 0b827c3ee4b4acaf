"""Questions that show nothing, and characters that no database can store (docs/protocol.md: P-4.6)."""

import json
from pathlib import Path

import pytest

from tests.chat.socket.conversations import OpenConversation, refusal

GOLDEN = json.loads((Path(__file__).parents[4] / "contract/golden/blank-texts.json").read_text())
TEXTS = {"".join(chr(int(code, 16)) for code in case["code_points"].split()): case["blank"] for case in GOLDEN}


@pytest.mark.parametrize("content", [text for text, blank in TEXTS.items() if blank])
async def test_a_question_without_visible_characters_is_blank(conversation: OpenConversation, content: str) -> None:
    assert (await refusal(conversation.socket, "chat.message", content=content))["code"] == "EMPTY_CONTENT"
    assert await conversation.messages() == []


@pytest.mark.parametrize("content", [*(text for text, blank in TEXTS.items() if not blank), "ก็", "\x7fb", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
async def test_a_question_with_some_invisible_characters_is_stored_unchanged(
    conversation: OpenConversation, content: str
) -> None:
    answer = await conversation.socket.ask_to_the_end(content)

    assert answer.content == f"Echo: {content}"


@pytest.mark.parametrize(
    ("content", "which", "where"),
    [("half \ud83d", "U+D83D", "character 6"), ("\udc4d", "U+DC4D", "character 1"), ("a\0b", "U+0000", "character 2")],
)
async def test_a_refusal_says_which_character_cannot_be_stored_and_where(
    conversation: OpenConversation, content: str, which: str, where: str
) -> None:
    refused = await refusal(conversation.socket, "chat.message", content=content)

    assert refused["code"] == "INVALID_MESSAGE"
    assert which in refused["error"]
    assert where in refused["error"]
    await conversation.socket.ask_to_the_end("The next one")
