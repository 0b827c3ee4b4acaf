"""Search hits: titles and messages, with the place of each match (docs/api.md: A-7.1)."""

import sys
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest

from apps.chat.models import Conversation, Message, SearchEntry
from apps.chat.search.index import index_title
from apps.chat.search.query import FIRST_TITLES, SORTED_HITS
from apps.core.search.snippets import cut_snippet
from apps.core.search.terms import owner_term
from testkit.statement_watch import StatementWatch
from tests.chat.rest.accounts import Account
from tests.chat.rest.stored_messages import add_messages


def search(account: Account, text: str, **more: Any) -> dict[str, Any]:
    return dict(account.ask("GET", f"/search?{urlencode({'q': text, **more})}"))


def shown(hit: dict[str, Any]) -> str:
    """Return a snippet with its matches in brackets."""
    return "".join(f"[{part['text']}]" if part["is_match"] else part["text"] for part in hit["snippet"])


def found(account: Account, text: str) -> list[str]:
    return [shown(hit) for hit in search(account, text)["hits"]]


@pytest.mark.parametrize(
    ("text", "query", "snippet"),
    [
        ("請介紹資料庫的索引", "資", "請介紹[資]料庫的索引"),
        ("請介紹資料庫的索引", "資料", "請介紹[資料]庫的索引"),
        ("請介紹資料庫的索引", "索引 資料庫", "請介紹[資料庫]的[索引]"),
        ("The quick brown fox", "QUI fox", "The [qui]ck brown [fox]"),
        ("quick, quicker", "quick", "[quick], [quick]er"),
        ("unquick quick", "quick", "unquick [quick]"),
        ("Die Straße und STRASSE", "strasse", "Die [Straße] und [STRASSE]"),
        ("Café crème", "creme", "Café [crème]"),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "full", "[ＦＵＬＬ] ｗｉｄｔｈ"),
        ("one\n\ntwo\tthree", "two", "one  [two] three"),
        ("𠀀𠀁 emoji 😀🎉", "🎉", "𠀀𠀁 emoji 😀[🎉]"),
        ("C++ (and) C#", "c++ (", "[C]++ (and) [C]#"),
    ],
)
def test_a_snippet_marks_the_matches(account: Account, text: str, query: str, snippet: str) -> None:
    add_messages(account.new_conversation(title="other"), [text, "nothing of the kind"])
    assert found(account, query) == [snippet]


def test_a_hit_names_its_conversation_and_message(account: Account) -> None:
    conversation = account.new_conversation(title="Rivers")
    question, answer = add_messages(conversation, ["Which is long?", "The Nile is long."])
    [hit] = search(account, "nile")["hits"]
    assert hit["conversation"]["id"] == conversation
    assert hit["conversation"]["title"] == "Rivers"
    assert hit["message_id"] == answer
    assert hit["role"] == "assistant"
    around = account.ask("GET", f"/conversations/{conversation}/messages?around={hit['message_id']}")
    assert [message["id"] for message in around["messages"]] == [question, answer]


def test_titles_come_first_then_the_newest_messages(account: Account) -> None:
    talked = account.new_conversation(title="Fruit")
    add_messages(talked, ["old apples", "new apples"])
    named = account.new_conversation(title="Apples")
    hits = search(account, "apples")["hits"]
    assert [shown(hit) for hit in hits] == ["[Apples]", "new [apples]", "old [apples]"]
    assert hits[0]["conversation"]["id"] == named
    assert hits[0]["message_id"] is None
    assert hits[0]["role"] is None


def test_a_snippet_is_cut_around_the_match(account: Account) -> None:
    add_messages(account.new_conversation(), ["before " * 1000 + "needle" + " after" * 1000])
    [snippet] = found(account, "needle")
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert "before [needle] after" in snippet
    assert len(snippet) < 170


@pytest.mark.parametrize("filler", ["ß", "ﬃ ", "e\u0301", "㍿", "ße\u0301", "İ\n"])
def test_a_match_is_found_after_characters_whose_length_changes(account: Account, filler: str) -> None:
    text = f"{filler * 5000} Straße Cafe\u0301 학교 {filler * 500}"
    add_messages(account.new_conversation(), [text])
    for query, marked in [("strasse", "Straße"), ("cafe", "Cafe\u0301"), ("학교", "학교")]:
        [snippet] = found(account, query)
        assert f"[{marked}]" in snippet
        assert len(snippet) < 170


def test_only_a_window_around_the_match_is_folded_by_character() -> None:
    text = "ß" * 20_000 + " needle " + "ß" * 10_000
    calls = count()
    sys.setprofile(lambda _frame, event, _argument: event == "call" and next(calls))
    try:
        cut_snippet(text, "needle")
    finally:
        sys.setprofile(None)
    assert next(calls) < len(text)


def test_a_message_that_is_deleted_during_the_search_is_left_out(
    account: Account, statement_watch: StatementWatch
) -> None:
    conversation = account.new_conversation(title="Fruit")
    doomed = add_messages(conversation, ["old apples", "new apples"])[1:]

    def delete_meanwhile(_values: Any) -> None:
        while doomed:
            Message.objects.filter(id=doomed.pop()).delete()

    statement_watch.before('"chat_message"."content"', delete_meanwhile)  # The ids have been read.
    assert found(account, "apples") == ["old [apples]"]


def test_hits_come_in_pages(account: Account) -> None:
    add_messages(account.new_conversation(), [f"pears {number}" for number in range(5)])
    first = search(account, "pears", page_size=3)
    assert [shown(hit) for hit in first["hits"]] == ["[pears] 4", "[pears] 3", "[pears] 2"]
    assert first["has_more"] is True
    second = search(account, "pears", page=2, page_size=3)
    assert [shown(hit) for hit in second["hits"]] == ["[pears] 1", "[pears] 0"]
    assert second["has_more"] is False
    assert search(account, "pears", page=9)["hits"] == []


def test_the_newest_of_many_hits_come_first(account: Account) -> None:
    conversation = Conversation.objects.get(public_id=account.new_conversation())
    messages = Message.objects.bulk_create(
        Message(conversation=conversation, depth=0, role="user", content=f"plums {n}") for n in range(SORTED_HITS + 10)
    )
    found_by = [owner_term(conversation.owner_id.hex), "plums"]
    SearchEntry.objects.bulk_create(
        [SearchEntry(conversation=conversation, message=message, terms=found_by) for message in messages]
    )
    newest = [f"[plums] {SORTED_HITS + 9 - place}" for place in range(4)]
    first, second = search(account, "plums", page_size=2), search(account, "plums", page=2, page_size=2)
    assert [shown(hit) for hit in first["hits"]] == newest[:2]
    assert [shown(hit) for hit in second["hits"]] == newest[2:]
    assert first["has_more"]


@pytest.mark.parametrize("pinned", [0, 40, FIRST_TITLES + 10])
def test_titles_come_in_the_order_of_their_activity(account: Account, pinned: int) -> None:
    [first] = Conversation.objects.filter(public_id=account.new_conversation())
    conversations = Conversation.objects.bulk_create(
        Conversation(
            owner_id=first.owner_id,
            title=f"plums {n}" if n % 9 else "plums and figs",
            updated_at=first.updated_at + timedelta(minutes=n % 50),
            is_pinned=n < pinned,
        )
        for n in range(FIRST_TITLES + 50)
    )
    for one in conversations:
        index_title(one.id, one.title)
    newest = sorted(conversations, key=lambda one: (one.updated_at, one.id), reverse=True)
    for word in ("plums", "figs"):  # a word of most titles, and one of few
        expected = [str(one.public_id) for one in newest if word in one.title]
        for page, size in ((1, 20), (3, 7), (1, 90), (2, 75)):
            body = search(account, word, page=page, page_size=size)
            assert [hit["conversation"]["id"] for hit in body["hits"]] == expected[(page - 1) * size : page * size]
            assert body["has_more"] is (len(expected) > page * size)


def test_hits_include_archived_but_not_deleted_conversations(account: Account) -> None:
    archived, deleted = account.new_conversation(title="kept pears"), account.new_conversation(title="lost pears")
    account.ask("PATCH", f"/conversations/{archived}", {"is_archived": True})
    account.ask("DELETE", f"/conversations/{deleted}", status=204)
    [hit] = search(account, "pears")["hits"]
    assert hit["conversation"]["id"] == archived
    assert hit["conversation"]["is_archived"] is True


def test_messages_of_other_users_are_not_found(account: Account, other_account: Account) -> None:
    add_messages(other_account.new_conversation(title="秘密"), ["秘密"])
    assert search(account, "秘密")["hits"] == []


@pytest.mark.parametrize("blank", ["", " ", "???"])
def test_a_query_without_words_finds_nothing(account: Account, blank: str) -> None:
    account.new_conversation(title="title")
    assert search(account, blank)["hits"] == []


@pytest.mark.parametrize("query", ["", "q=x&page=0", "q=x&page_size=101", "q=%00", f"q={'x' * 201}"])
def test_an_invalid_query_is_refused(account: Account, query: str) -> None:
    assert account.refused("GET", f"/search?{query}") == "VALIDATION_ERROR"


def test_searching_requires_signing_in(account: Account) -> None:
    account.access = ""
    assert account.refused("GET", "/search?q=x", status=401) == "AUTH_FAILED"
