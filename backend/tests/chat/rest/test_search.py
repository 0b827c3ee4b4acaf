"""Searching conversations by their titles and messages, in Chinese and in other languages.

See docs/api.md: A-7.1, A-7.2.
"""

from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from apps.chat.models import SearchEntry
from apps.core.search.terms import MAX_TERMS
from testkit.live import SignedInUser
from testkit.statement_watch import StatementWatch
from tests.chat.rest.accounts import Account
from tests.chat.rest.stored_messages import add_messages
from tests.chat.socket.conversations import next_title


def finds(account: Account, search: str) -> list[str]:
    """Return the titles of the conversations that `search` finds."""
    page = account.ask("GET", f"/conversations/?search={quote(search)}")
    assert page["total"] == len(page["conversations"])
    return [row["title"] for row in page["conversations"]]


def talk(account: Account, title: str, *texts: str) -> str:
    conversation = account.new_conversation(title=title)
    add_messages(conversation, texts)
    return conversation


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ("請介紹資料庫的索引", "資"),
        ("請介紹資料庫的索引", "引"),
        ("請介紹資料庫的索引", "資料"),
        ("請介紹資料庫的索引", "資料庫"),
        ("請介紹資料庫的索引", "介紹資料庫的索引"),
        ("請介紹資料庫的索引", "索引 資料"),
        ("用PostgreSQL資料庫", "postgresql"),
        ("用PostgreSQL資料庫", "資料 POST"),
        ("The quick brown fox", "quick"),
        ("The quick brown fox", "QUI"),
        ("The quick brown fox", "fox the"),
        ("Café crème à la carte", "cafe creme"),
        ("Cafe creme", "CAFÉ CRÈME"),
        ("Straße", "STRASSE"),
        ("ＦＵＬＬ　ｗｉｄｔｈ　１２３", "full width 123"),
        ("half width 123", "ＨＡＬＦ　１２３"),
        ("カタカナ", "ﾀｶﾅ"),
        ("ｶﾞｷﾞｸﾞ", "ガギグ"),
        ("안녕하세요", "하세"),
        ("สวัสดีครับ", "ดีครั"),
        ("नमस्ते दुनिया", "मस्ते"),
        ("Привет, мир", "прив"),
        ("emoji 😀🎉 here", "🎉"),
        ("𠀀𠀁𠀂", "𠀁"),
        ("x" * 100, "x" * 70),
        ('say "hello" AND (bye*)', '"hello" AND (bye*)'),
        ("版本2026年", "2026"),
        ("C++ and C#", "c++"),
    ],
)
def test_a_text_is_found_by_its_words(account: Account, text: str, search: str) -> None:
    talk(account, "found", text)
    talk(account, "other", "nothing of the kind")
    assert finds(account, search) == ["found"]


@pytest.mark.parametrize("path", ["/search?q={}", "/conversations/?search={}"])
def test_only_the_first_phrases_are_looked_for_in_long_texts(account: Account, path: str) -> None:
    talk(account, "found", "一二三 四五六 七八九 甲乙丙 北京的京大，大學")
    search = quote("一二三 四五六 七八九 甲乙丙 北京大學")
    with CaptureQueriesContext(connection) as queries:
        body = account.ask("GET", path.format(search))
    assert len(body.get("hits") or body["conversations"]) == 1
    statements = "\n".join(one["sql"] for one in queries)
    assert "%甲乙丙%" in statements
    assert "%北京大學%" not in statements


@pytest.mark.parametrize("path", ["/search?q=word", "/conversations/?search=word"])
def test_searches_of_a_user_run_one_at_a_time(
    account: Account, other_account: Account, path: str, settings: Settings, statement_watch: StatementWatch
) -> None:
    settings.SEARCH_WAIT_SECONDS = 0
    during = [account, other_account]
    statuses: list[int] = []

    def search_meanwhile(_values: Any) -> None:
        while during:
            statuses.append(during.pop(0).call("GET", path).status)

    statement_watch.before("chat_searchentry", search_meanwhile)
    assert account.call("GET", path).status == 200
    assert statuses == [429, 200]
    assert account.call("GET", path).status == 200


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ("請介紹資料庫的索引", "庫資"),
        ("北京的京大，大學", "北京大學"),
        ("資料 庫存", "資料庫"),
        ("The quick brown fox", "rown"),
        ("The quick brown fox", "quick dog"),
        ("The quick brown fox", "quick OR dog"),
        ("がく", "かく"),
        ("anything", "???"),
        ("anything", '"'),
        ("anything", "*"),
        ("anything", "' OR 1=1 --"),
        ("anything", "NOT missing"),
    ],
)
def test_a_text_is_not_found_by_anything_else(account: Account, text: str, search: str) -> None:
    talk(account, "title", text)
    assert finds(account, search) == []


def test_a_blank_search_lists_all_conversations(account: Account) -> None:
    talk(account, "one", "text")
    assert finds(account, " \t") == ["one"]


def test_search_finds_only_the_current_title(account: Account, conversation: str) -> None:
    assert finds(account, "conversation") == []  # The default title is not indexed.
    account.ask("PATCH", f"/conversations/{conversation}", {"title": "資料庫 notes"})
    assert finds(account, "資料") == finds(account, "資料庫") == finds(account, "note") == ["資料庫 notes"]
    account.ask("PATCH", f"/conversations/{conversation}", {"title": "Other"})
    assert finds(account, "資料") == []
    assert finds(account, "other") == ["Other"]


def test_all_words_must_be_in_the_same_message(account: Account) -> None:
    talk(account, "apart", "apples", "pears")
    talk(account, "together", "apples and pears")
    assert finds(account, "apples pears") == ["together"]


def test_a_conversation_is_found_once_and_on_every_branch(account: Account) -> None:
    conversation = talk(account, "apples", "apples", "apples apples")
    add_messages(conversation, ["another branch"])
    assert finds(account, "apples") == ["apples"]


def test_messages_of_other_users_are_not_found(account: Account, other_account: Account) -> None:
    talk(account, "mine", "secret 秘密")
    talk(other_account, "theirs", "secret 秘密")
    assert finds(account, "secret") == finds(account, "秘") == ["mine"]


def test_search_combines_with_pages(account: Account) -> None:
    for number in range(4):
        talk(account, f"pears {number}", "pears")
    page = account.ask("GET", "/conversations/?search=pear&page=2&page_size=3")
    assert page["total"] == 4
    assert page["has_more"] is False
    assert len(page["conversations"]) == 1
    beyond = account.ask("GET", "/conversations/?search=pear&page=3&page_size=3")
    assert beyond["total"] == 4
    assert beyond["conversations"] == []


def test_search_combines_with_the_archive(account: Account) -> None:
    talks = [talk(account, f"pears {number}", "pears") for number in range(5)]
    account.ask("PATCH", f"/conversations/{talks[4]}", {"is_archived": True})
    assert account.ask("GET", "/conversations/?search=pear")["total"] == 4
    assert account.ask("GET", "/conversations/?search=pear&include_archived=true")["total"] == 5
    [archived] = account.ask("GET", "/conversations/?search=pear&only_archived=true")["conversations"]
    assert archived["id"] == talks[4]


@pytest.mark.parametrize("frequent_share", [0.0, 0.5, 1.1])  # all words are frequent, some, none
def test_pages_of_a_search_are_those_of_the_list(
    account: Account, other_account: Account, frequent_share: float, settings: Settings
) -> None:
    settings.SEARCH_MAX_COUNTED = 4
    settings.SEARCH_MIN_SAMPLED = 1
    settings.SEARCH_FREQUENT_SHARE = frequent_share
    chance = Random(1)
    texts: dict[str, list[str]] = {}
    for number in range(16):
        terms = [" ".join(chance.choices(["pear", "pears", "peach", "fig", "蘋果汁", "蘋果"], k=3)) for _ in range(3)]
        texts[talk(account, f"plum {number}", *terms)] = [f"plum {number}", *terms]
        talk(other_account, "plum", *terms)
    for changed in chance.sample(list(texts), 8):
        fields = chance.choice([{"is_pinned": True}, {"is_archived": True}, {"temperature": 1}])
        account.ask("PATCH", f"/conversations/{changed}", fields)
    account.ask("DELETE", f"/conversations/{texts.popitem()[0]}", status=204)
    for shown in ("", "&include_archived=true", "&only_archived=true"):
        listed = account.ask("GET", f"/conversations/?page_size=100{shown}")["conversations"]
        for search in ("plum", "pears", "pe fig", "蘋果汁", "果 peach", "missing"):
            expected = [row["id"] for row in listed if any(has_words(text, search) for text in texts[row["id"]])]
            for page, size in ((2, 3), (1, 100), (9, 3)):
                path = f"/conversations/?search={quote(search)}&page={page}&page_size={size}{shown}"
                body = account.ask("GET", path)
                assert [row["id"] for row in body["conversations"]] == expected[(page - 1) * size : page * size]
                assert body["has_more"] is (len(expected) > page * size)
                assert body["total"] == min(len(expected), max(4, page * size + 1))


def has_words(text: str, search: str) -> bool:
    """Return whether a text has all words of a search, found in the slowest way."""
    return all(word in text if ord(word[0]) > 0x3000 else f" {word}" in f" {text}" for word in search.split())


def test_very_long_texts_are_found(account: Account) -> None:
    # More distinct pairs of characters than fit into one row of PostgreSQL.
    letters = [chr(0x4E00 + number) for number in range(0x5000)]
    talk(account, "long", "資料庫" + "".join(Random(1).choices(letters, k=200_000)))
    assert finds(account, "資料庫") == ["long"]


def test_a_text_is_found_by_its_first_terms_only(account: Account) -> None:
    between = " ".join(f"w{number}" for number in range(MAX_TERMS - 2))
    talk(account, "Long", f"alpha {between} alpha gamma delta")
    assert [finds(account, word) for word in ("alpha", "gamma", "delta")] == [["Long"], ["Long"], []]


def test_reindex_search_rebuilds_the_index(account: Account) -> None:
    talk(account, "Title", "資料庫")
    SearchEntry.objects.all().delete()
    assert finds(account, "資料") == finds(account, "title") == []
    call_command("reindex_search")
    assert finds(account, "資料") == finds(account, "title") == ["Title"]


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(search=st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200))
def test_no_search_causes_a_fault(account: Account, search: str) -> None:
    finds(account, search)


async def test_search_finds_questions_and_answers(user: SignedInUser) -> None:
    conversation = await user.new_conversation(title="Named")
    socket = await user.enter(conversation)
    await socket.ask_to_the_end("資料庫")
    for search in ("資料", "echo"):
        found = await user.call("GET", f"/conversations/?search={search}", expect=200)
        assert [row["id"] for row in found["conversations"]] == [str(conversation)]


async def test_search_finds_the_automatic_title(user: SignedInUser) -> None:
    socket = await user.enter(await user.new_conversation())
    await socket.ask_to_the_end("pears and plums")
    assert (await next_title(socket))["title"] == "Title of pears and plums"
    assert (await user.call("GET", "/conversations/?search=title", expect=200))["total"] == 1
