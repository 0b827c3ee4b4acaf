"""Indexing of texts for the search, after they are stored."""

import pytest

from apps.chat.answers import indexing
from apps.chat.answers.indexing import MAX_SHARED_LENGTH, NewQuestion, index_soon
from apps.chat.models import Message
from testkit.live import pause

pytestmark = pytest.mark.storeless


async def test_a_long_text_is_indexed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns in the conversations of texts that share its transaction would wait for it."""
    indexed: list[str] = []

    def note(*texts: NewQuestion) -> None:
        indexed.append("".join(text.message.content[0] for text in texts))

    monkeypatch.setattr(indexing, "try_to_index", note)
    for content in ("a", "b", "L" * (MAX_SHARED_LENGTH + 1), "M" * (MAX_SHARED_LENGTH + 1), "c" * MAX_SHARED_LENGTH):
        index_soon(NewQuestion(Message(content=content)))
    while "".join(indexed) != "abLMc":
        await pause()
    assert indexed == ["ab", "L", "M", "c"]
