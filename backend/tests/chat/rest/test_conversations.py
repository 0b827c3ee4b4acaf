"""Creating, listing and changing conversations (docs/api.md: A-5.1 to A-5.3, A-5.5, A-5.6)."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from apps.chat.models import Conversation
from tests.chat.rest.accounts import Account


def test_a_new_conversation_has_the_defaults(account: Account, settings: Settings, models: list[str]) -> None:
    conversation = account.ask("POST", "/conversations/", {}, status=201)
    assert conversation["title"] == "New Conversation"
    assert conversation["model"] == models[0]
    assert conversation["system_prompt"] == settings.DEFAULT_SYSTEM_PROMPT
    assert conversation["temperature"] == 0.7
    assert conversation["is_archived"] is False
    assert conversation["is_pinned"] is False
    assert conversation["reasoning_effort"] == ""
    assert conversation["leaf_id"] is None
    assert UUID(conversation["id"]).version == 7
    assert conversation["created_at"] == conversation["updated_at"]
    assert conversation["created_at"].endswith("Z")
    assert len(conversation["created_at"]) == len("2026-01-31T08:00:00.000Z")
    assert account.ask("GET", f"/conversations/{conversation['id']}") == conversation


def test_a_new_conversation_has_the_given_fields(account: Account) -> None:
    given = {"title": "a < b", "model": "second-model", "system_prompt": "", "temperature": 2}
    conversation = account.ask("POST", "/conversations/", given | {"unknown": 1}, status=201)
    assert {name: conversation[name] for name in given} == given


def test_null_stands_for_the_default(account: Account, models: list[str]) -> None:
    conversation = account.ask(
        "POST", "/conversations/", dict.fromkeys(["id", "title", "model", "system_prompt"]), status=201
    )
    assert conversation["title"] == "New Conversation"
    assert conversation["model"] == models[0]


@pytest.mark.parametrize("version", [uuid4(), UUID(int=0), UUID("01890a5d-ac96-774b-bcce-b302099a8057")])
def test_creating_with_a_used_id_returns_the_first_conversation(account: Account, version: UUID) -> None:
    first = account.ask("POST", "/conversations/", {"id": str(version), "title": "First"}, status=201)
    assert first["id"] == str(version)
    again = account.ask("POST", "/conversations/", {"id": str(version).upper(), "title": "Second"}, status=201)
    assert again == first
    assert account.ask("GET", "/conversations/")["total"] == 1


@pytest.mark.parametrize("fields", [{}, {"id": "0193c7a5-6f1e-7abc-8def-0123456789ab"}])
def test_the_internal_id_is_never_shown(account: Account, fields: dict[str, str]) -> None:
    conversation = account.ask("POST", "/conversations/", fields, status=201)
    internal_id = str(Conversation.objects.get(public_id=conversation["id"]).id)
    assert internal_id not in str(conversation)
    assert account.refused("GET", f"/conversations/{internal_id}", status=404) == "NOT_FOUND"


def test_two_users_may_use_the_same_id(account: Account, other_account: Account) -> None:
    shared = str(uuid4())
    mine = account.ask("POST", "/conversations/", {"id": shared, "title": "Mine"}, status=201)
    theirs = other_account.ask("POST", "/conversations/", {"id": shared, "title": "Theirs"}, status=201)
    assert mine["id"] == theirs["id"] == shared
    assert account.ask("GET", f"/conversations/{shared}")["title"] == "Mine"
    assert other_account.ask("PATCH", f"/conversations/{shared}", {"is_pinned": True})["title"] == "Theirs"
    assert account.ask("GET", f"/conversations/{shared}") == mine
    assert [row["id"] for row in other_account.ask("GET", "/conversations/")["conversations"]] == [shared]
    assert other_account.call("DELETE", f"/conversations/{shared}").status == 204
    assert account.ask("GET", f"/conversations/{shared}") == mine


def test_a_late_repeat_does_not_restore_a_deleted_conversation(account: Account) -> None:
    conversation = account.new_conversation(id=str(uuid4()))
    account.ask("DELETE", f"/conversations/{conversation}", status=204)
    assert account.refused("POST", "/conversations/", {"id": conversation}, status=404) == "NOT_FOUND"


@pytest.mark.store_independent
def test_the_refusal_of_an_unknown_model_names_the_known_ones(account: Account, models: list[str]) -> None:
    conversation = account.new_conversation()
    for method, path in [("POST", "/conversations/"), ("PATCH", f"/conversations/{conversation}")]:
        response = account.call(method, path, {"model": "third-model"})
        assert response.status == 422
        assert all(model in response.body["error"] for model in models)


@pytest.mark.parametrize("name", ["title", "model", "system_prompt", "temperature", "is_archived", "is_pinned"])
def test_each_field_can_be_changed_alone(account: Account, name: str) -> None:
    changes: dict[str, Any] = {
        "title": "  資料庫 & <b>  ",
        "model": "second-model",
        "system_prompt": " Be brief.\n",
        "temperature": 0,
        "is_archived": True,
        "is_pinned": True,
    }
    conversation = account.new_conversation()
    before = account.ask("GET", f"/conversations/{conversation}")
    after = account.ask("PATCH", f"/conversations/{conversation}", {name: changes[name]})
    expected = changes[name].strip() if name == "title" else changes[name]
    assert after == before | {name: expected, "revision": before["revision"] + 1}
    assert account.ask("GET", f"/conversations/{conversation}") == after


@pytest.mark.store_independent
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"unknown": 1},
        {"title": None},
        {"title": ""},
        {"title": " \n\t　"},
        {"title": "x" * 201},
        {"title": 5},
        {"title": "a\0b"},
        {"title": "a\ud800b"},
        {"model": ""},
        {"model": None},
        {"model": "\0"},
        {"system_prompt": "x" * 20_001},
        {"system_prompt": "\0"},
        {"system_prompt": "\udfff"},
        {"temperature": -0.1},
        {"temperature": 2.1},
        {"temperature": "1"},
        {"temperature": True},
        {"temperature": float("nan")},
        {"temperature": float("inf")},
        {"is_archived": "yes"},
        {"is_pinned": 1},
        [],
        "text",
        None,
    ],
)
def test_an_invalid_change_is_refused_and_changes_nothing(account: Account, conversation: str, body: object) -> None:
    before = account.ask("GET", f"/conversations/{conversation}")
    assert account.refused("PATCH", f"/conversations/{conversation}", body) == "VALIDATION_ERROR"
    assert account.ask("GET", f"/conversations/{conversation}") == before


@pytest.mark.store_independent
@pytest.mark.parametrize(
    "body", [{"id": "7"}, {"id": 7}, {"title": " "}, {"title": "a\0"}, {"system_prompt": "\ud800"}, {"temperature": 3}]
)
def test_an_invalid_conversation_is_not_created(account: Account, body: object) -> None:
    assert account.refused("POST", "/conversations/", body) == "VALIDATION_ERROR"
    assert account.ask("GET", "/conversations/")["total"] == 0


def test_values_at_the_limits_are_accepted(account: Account, conversation: str) -> None:
    fields = {"title": "😀" * 200, "system_prompt": "長" * 20_000, "temperature": 2.0}
    after = account.ask("PATCH", f"/conversations/{conversation}", fields)
    assert {name: after[name] for name in fields} == fields


def test_renaming_does_not_move_a_conversation_in_the_list(account: Account) -> None:
    older, newer = account.new_conversation(), account.new_conversation()
    account.ask("PATCH", f"/conversations/{older}", {"title": "Renamed", "model": "second-model"})
    rows = account.ask("GET", "/conversations/")["conversations"]
    assert [row["id"] for row in rows] == [newer, older]


def test_the_list_is_ordered_by_pin_then_by_newest_activity(account: Account) -> None:
    conversations = [account.new_conversation(title=str(number)) for number in range(5)]
    active = Conversation.objects.get(public_id=conversations[1])
    active.updated_at += timedelta(hours=1)
    active.save()
    for number in (0, 3):
        account.ask("PATCH", f"/conversations/{conversations[number]}", {"is_pinned": True})
    rows = account.ask("GET", "/conversations/")["conversations"]
    assert [row["title"] for row in rows] == ["3", "0", "1", "4", "2"]


def test_pages_list_each_conversation_once_with_an_exact_total(account: Account, other_account: Account) -> None:
    conversations = [account.new_conversation() for _ in range(7)]
    other_account.new_conversation()
    account.ask("DELETE", f"/conversations/{conversations.pop()}", status=204)
    seen = []
    for page, has_more in [(1, True), (2, True), (3, False), (4, False)]:
        body = account.ask("GET", f"/conversations/?page={page}&page_size=2")
        assert body["total"] == 6
        assert body["page"] == page
        assert body["page_size"] == 2
        assert body["has_more"] is has_more
        seen += [row["id"] for row in body["conversations"]]
    assert seen == conversations[::-1]


def test_archived_conversations_are_listed_on_request(account: Account) -> None:
    archived, other = account.new_conversation(), account.new_conversation()
    account.ask("PATCH", f"/conversations/{archived}", {"is_archived": True})
    shown = account.ask("GET", "/conversations/")
    assert [row["id"] for row in shown["conversations"]] == [other]
    assert shown["total"] == 1
    shown = account.ask("GET", "/conversations/?include_archived=true")
    assert [row["id"] for row in shown["conversations"]] == [other, archived]
    assert shown["total"] == 2


@pytest.mark.store_independent
@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=x",
        f"page={'9' * 30}",
        "page_size=0",
        "page_size=101",
        "include_archived=maybe",
        "search=%00",
        f"search={'x' * 201}",
    ],
)
def test_an_invalid_query_is_refused(account: Account, query: str) -> None:
    assert account.refused("GET", f"/conversations/?{query}") == "VALIDATION_ERROR"


def test_the_number_of_queries_does_not_grow_with_the_list(
    account: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        account.new_conversation()
    with django_assert_num_queries(3):  # the session, the page, the total
        account.ask("GET", "/conversations/?page_size=2")
    with django_assert_num_queries(3):
        account.ask("GET", "/conversations/?page_size=12")


@pytest.mark.store_independent
@pytest.mark.parametrize("path", ["/conversations/", f"/conversations/{UUID(int=1)}", "/models"])
def test_reading_requires_signing_in(db: None, path: str) -> None:
    response = Account().call("GET", path)
    assert response.status == 401
    assert response.body["code"] == "AUTH_FAILED"
    assert "WWW-Authenticate" in response.headers


@pytest.mark.store_independent
def test_a_malformed_id_is_refused(account: Account) -> None:
    assert account.refused("GET", "/conversations/not-an-id") == "VALIDATION_ERROR"
    assert account.refused("GET", "/conversations/%00") == "VALIDATION_ERROR"
