"""Reading messages: pages of a branch, before a message, around one (docs/api.md: A-6.1 to A-6.3, A-6.5)."""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.chat.models import Conversation, Message, Run
from tests.chat.rest.accounts import Account
from tests.chat.rest.stored_messages import add_messages, add_numbered_messages, add_running_answer


def numbers(part: dict[str, Any]) -> list[int]:
    return [int(message["content"]) for message in part["messages"]]


def test_a_conversation_without_messages_is_an_empty_page(account: Account, conversation: str) -> None:
    empty = {"messages": [], "total": 0, "offset": 0, "page_size": 50, "has_more": False}
    assert account.ask("GET", f"/conversations/{conversation}/messages") == empty | {"page": 1}
    assert account.ask("GET", f"/conversations/{conversation}/messages?before=") == empty | {"page": None}


def test_messages_name_their_places_in_the_tree(account: Account, conversation: str) -> None:
    question, answer = add_messages(conversation, ["question", "answer"])
    shown = account.ask("GET", f"/conversations/{conversation}/messages")["messages"]
    assert [message["role"] for message in shown] == ["user", "assistant"]
    assert [message["id"] for message in shown] == [question, answer]
    assert [message["parent_id"] for message in shown] == [None, question]
    assert [message["sibling_ids"] for message in shown] == [[question], [answer]]
    assert shown[0]["created_at"].endswith("Z")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " a < b && c > d \r\n",
        "<|endoftext|>",
        "<b></b>",
        "長" * 200_000,
        "\u202e\ufffe\x01",
        "List<String>",
        "😀\u200d",
    ],
)
def test_any_stored_text_is_returned_unchanged(account: Account, conversation: str, text: str) -> None:
    add_messages(conversation, ["question", text])
    assert account.ask("GET", f"/conversations/{conversation}/messages")["messages"][1]["content"] == text


def test_a_message_with_values_of_another_version_can_be_read(account: Account, conversation: str) -> None:
    add_messages(conversation, ["question", "answer"])
    add_running_answer(conversation)
    Message.objects.update(role="tool")
    Run.objects.update(status="paused", finish_reason="x" * 100, ended_at=timezone.now())
    Conversation.objects.update(title="", model="", temperature=99)
    assert account.ask("GET", f"/conversations/{conversation}/messages")["messages"][2]["status"] == "paused"
    assert account.ask("GET", f"/conversations/{conversation}")["temperature"] == 99


@pytest.mark.parametrize(
    ("query", "expected", "has_more"),
    [
        ("", range(12), False),
        ("?page_size=5", range(5), True),
        ("?page=2&page_size=5", range(5, 10), True),
        ("?page=3&page_size=5", range(10, 12), False),
        ("?page=4&page_size=5", range(0), False),
        ("?offset=0&page_size=5", range(5), True),
        ("?offset=3&page_size=5", range(3, 8), True),
        ("?offset=7&page_size=5", range(7, 12), False),
        ("?offset=12&page_size=5", range(0), False),
        ("?before=&page_size=5", range(7, 12), True),
        ("?before=&page_size=12", range(12), False),
        ("?before=&page_size=50", range(12), False),
        ("?before={7}&page_size=5", range(2, 7), True),
        ("?before={5}&page_size=5", range(5), False),
        ("?before={3}&page_size=5", range(3), False),
        ("?before={0}&page_size=5", range(0), False),
        ("?around={6}&page_size=4", range(4, 8), True),
        ("?around={0}&page_size=4", range(4), False),
        ("?around={11}&page_size=4", range(8, 12), True),
        ("?around={6}&page_size=50", range(12), False),
    ],
)
def test_a_query_returns_its_part_of_the_branch(
    account: Account, conversation: str, query: str, expected: range, has_more: bool
) -> None:
    messages = add_numbered_messages(conversation, 12)
    part = account.ask("GET", f"/conversations/{conversation}/messages{query.format(*messages)}")
    assert numbers(part) == list(expected)
    assert part["has_more"] is has_more
    assert part["total"] == 12
    assert part["offset"] == (expected.start if expected else part["offset"])


def add_long_messages(conversation: str) -> list[str]:
    """Add twelve messages of 300 KiB, of which three fit into a page; number 6 alone is longer than a page."""
    texts = [f"{number:03}" + "\u5b57" * 102_400 for number in range(12)]
    texts[6] = "006" + "x" * 2_000_000
    return add_messages(conversation, texts)


def test_a_part_of_a_branch_has_at_most_one_mebibyte_of_text(
    account: Account, conversation: str, subtests: pytest.Subtests
) -> None:
    messages = add_long_messages(conversation)
    for query, expected, has_more in [
        ("", range(3), True),
        ("?page=2&page_size=6", range(6, 7), True),
        ("?offset=3", range(3, 6), True),
        ("?offset=6", range(6, 7), True),
        ("?offset=10", range(10, 12), False),
        ("?before=", range(9, 12), True),
        ("?before={9}", range(7, 9), True),
        ("?before={7}", range(6, 7), True),
        ("?before={2}", range(2), False),
        ("?around={3}", range(1, 6), True),
        ("?around={6}", range(6, 10), True),
    ]:
        with subtests.test(query):
            part = account.ask("GET", f"/conversations/{conversation}/messages{query.format(*messages)}")
            assert [message["id"] for message in part["messages"]] == messages[expected.start : expected.stop]
            assert part["offset"] == expected.start
            assert part["total"] == 12
            assert part["has_more"] == has_more


def test_parts_that_are_cut_short_join_without_a_gap(account: Account, conversation: str) -> None:
    messages = add_long_messages(conversation)
    older: list[str] = []
    forwards: list[str] = []
    before, offset, has_more = "", 0, True
    while has_more:
        part = account.ask("GET", f"/conversations/{conversation}/messages?before={before}")
        older = [message["id"] for message in part["messages"]] + older
        before, has_more = older[0], part["has_more"]
    has_more = True
    while has_more:
        part = account.ask("GET", f"/conversations/{conversation}/messages?offset={offset}")
        forwards += [message["id"] for message in part["messages"]]
        offset, has_more = part["offset"] + len(part["messages"]), part["has_more"]
    assert older == forwards == messages


def test_messages_are_those_of_the_current_branch_and_name_their_siblings(account: Account, conversation: str) -> None:
    first = add_messages(conversation, ["question", "first answer", "first follow-up"])
    second = add_messages(conversation, ["second answer"], under=first[0])
    part = account.ask("GET", f"/conversations/{conversation}/messages")
    assert [message["content"] for message in part["messages"]] == ["question", "second answer"]
    assert part["total"] == 2
    assert part["messages"][1]["sibling_ids"] == [first[1], second[0]]


def test_questions_at_the_root_are_siblings(account: Account, conversation: str) -> None:
    first, second = add_messages(conversation, ["first"])[0], add_messages(conversation, ["second"])[0]
    [shown] = account.ask("GET", f"/conversations/{conversation}/messages")["messages"]
    assert shown["id"] == second
    assert shown["sibling_ids"] == [first, second]


def test_before_and_around_read_a_branch_that_is_not_current(account: Account, conversation: str) -> None:
    hidden = add_messages(conversation, ["question", "hidden answer", "hidden follow-up", "hidden end"])
    add_messages(conversation, ["shown answer"], under=hidden[0])
    part = account.ask("GET", f"/conversations/{conversation}/messages?before={hidden[2]}")
    assert [message["id"] for message in part["messages"]] == hidden[:2]
    assert part["total"] == 4
    part = account.ask("GET", f"/conversations/{conversation}/messages?around={hidden[1]}")
    assert [message["id"] for message in part["messages"]] == hidden
    part = account.ask("GET", f"/conversations/{conversation}/messages?around={hidden[0]}")
    assert [message["content"] for message in part["messages"]] == ["question", "shown answer"]


@pytest.mark.parametrize(
    "query",
    [
        "page=1&before=",
        "page=1&offset=0",
        "offset=0&around={id}",
        "offset=-1",
        "offset=99999999999999999999",
        "page=1&around={id}",
        "before={id}&around={id}",
        "before=x",
        "around=",
        "around=%00",
        "page=0",
        "page=1000001",
        "page_size=0",
        "page_size=101",
        f"before={quote('é')}",
    ],
)
def test_an_invalid_query_is_refused(account: Account, conversation: str, query: str) -> None:
    path = f"/conversations/{conversation}/messages?{query.format(id=uuid4())}"
    assert account.refused("GET", path) == "VALIDATION_ERROR"


@pytest.mark.parametrize("parameter", ["before", "around"])
def test_messages_of_other_conversations_are_not_found(account: Account, conversation: str, parameter: str) -> None:
    elsewhere = add_messages(account.new_conversation(), ["elsewhere"])[0]
    for message in (elsewhere, str(uuid4())):
        path = f"/conversations/{conversation}/messages?{parameter}={message}"
        assert account.refused("GET", path, status=404) == "NOT_FOUND"


def test_the_number_of_queries_does_not_grow_with_the_branch(
    account: Account, conversation: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    messages = add_numbered_messages(conversation, 300)
    with django_assert_num_queries(5):  # the session, the conversation, its leaf, the page, its siblings
        part = account.ask("GET", f"/conversations/{conversation}/messages?page=3&page_size=100")
    assert numbers(part) == list(range(200, 300))
    with django_assert_num_queries(7):  # also the message, and whether it is on the branch
        part = account.ask("GET", f"/conversations/{conversation}/messages?before={messages[150]}&page_size=100")
    assert numbers(part) == list(range(50, 150))
