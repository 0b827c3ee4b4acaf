"""Exports of one conversation and of all conversations (docs/api.md: A-7.3)."""

import json
from typing import Any

import aiohttp
import pytest

from apps.chat.conversations.export import BATCH_SIZE
from testkit.live import SignedInUser
from tests.chat.rest.accounts import Account, collect
from tests.chat.rest.stored_messages import add_messages

pytestmark = pytest.mark.django_db(transaction=True)  # Files are streamed from other threads.


def download(account: Account, path: str) -> tuple[str, str]:
    """Return the content type and the text of a file."""
    response = account.client.get(f"/api{path}", headers={"Authorization": f"Bearer {account.access}"})
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment;")
    return response.headers["Content-Type"], collect(response).decode()


def test_markdown_has_the_current_branch(account: Account) -> None:
    conversation = account.new_conversation(title="河流 & rivers")
    question, _ = add_messages(conversation, ["Which is long?", "An old answer"])
    add_messages(conversation, ["The **Nile**.\n\n- 6,650 km"], under=question)
    kind, text = download(account, f"/conversations/{conversation}/export")
    assert kind == "text/markdown; charset=utf-8"
    assert text == ("# 河流 & rivers\n\n## User\n\nWhich is long?\n\n## Assistant\n\nThe **Nile**.\n\n- 6,650 km\n")


def test_markdown_has_the_headings_of_its_language(account: Account) -> None:
    conversation = account.new_conversation(title="Rivers")
    add_messages(conversation, ["Which is long?", "The Nile."])
    _, text = download(account, f"/conversations/{conversation}/export?language=zh-TW")
    assert text == "# Rivers\n\n## 使用者\n\nWhich is long?\n\n## 助理\n\nThe Nile.\n"


@pytest.mark.parametrize(("language", "heading"), [("en", "Untitled chat"), ("zh-TW", "未命名的對話")])
def test_markdown_of_a_conversation_without_a_name_is_headed_in_the_language(
    account: Account, conversation: str, language: str, heading: str
) -> None:
    _, text = download(account, f"/conversations/{conversation}/export?language={language}")
    assert text == f"# {heading}\n"


def test_json_has_all_branches(account: Account) -> None:
    conversation = account.new_conversation(title="Rivers", system_prompt="Be brief.")
    question, old = add_messages(conversation, ["Which is long?", "An old answer"])
    [new] = add_messages(conversation, ["尼羅河"], under=question)
    kind, text = download(account, f"/conversations/{conversation}/export?format=json")
    assert kind == "application/json"
    read = json.loads(text)
    assert read["format"] == "ai-chat-export"
    assert read["version"] == 1
    [exported] = read["conversations"]
    assert exported["id"] == conversation
    assert exported["title"] == "Rivers"
    assert exported["system_prompt"] == "Be brief."
    assert exported["leaf_id"] == new
    assert [(one["id"], one["parent_id"], one["content"]) for one in exported["messages"]] == [
        (question, None, "Which is long?"),
        (old, question, "An old answer"),
        (new, question, "尼羅河"),
    ]


def test_an_empty_conversation_can_be_exported(account: Account) -> None:
    conversation = account.new_conversation(title="Nothing yet")
    assert download(account, f"/conversations/{conversation}/export")[1] == "# Nothing yet\n"


def test_conversations_of_other_users_are_not_exported(account: Account, other_account: Account) -> None:
    conversation = other_account.new_conversation()
    assert account.refused("GET", f"/conversations/{conversation}/export", status=404) == "NOT_FOUND"


def test_an_unknown_format_is_refused(account: Account, conversation: str) -> None:
    assert account.refused("GET", f"/conversations/{conversation}/export?format=pdf") == "VALIDATION_ERROR"


async def export_all(user: SignedInUser) -> dict[str, Any]:
    async with aiohttp.request("GET", f"{user.server.url}/api/export", headers=user.headers) as response:
        assert response.status == 200
        assert response.headers["Content-Disposition"] == 'attachment; filename="conversations.json"'
        read: dict[str, Any] = json.loads(await response.text())
        return read


async def test_the_full_export_of_a_new_user_has_no_conversations(user: SignedInUser) -> None:
    assert (await export_all(user))["conversations"] == []


async def test_the_full_export_includes_archived_conversations(user: SignedInUser, other_user: SignedInUser) -> None:
    """With more conversations than one batch."""
    conversations = [str(await user.new_conversation(title=f"Number {number}")) for number in range(BATCH_SIZE + 3)]
    await user.call("PATCH", f"/conversations/{conversations[1]}", {"is_archived": True}, expect=200)
    await user.call("DELETE", f"/conversations/{conversations[2]}", expect=204)
    await other_user.new_conversation(title="Another user's")
    read = await export_all(user)
    assert read["format"] == "ai-chat-export"
    assert read["version"] == 1
    assert [one["id"] for one in read["conversations"]] == [conversations[0], conversations[1], *conversations[3:]]
    assert [one["id"] for one in read["conversations"] if one["is_archived"]] == [conversations[1]]
