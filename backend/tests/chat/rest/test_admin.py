"""The administration of conversations and messages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.contrib.admin.models import DELETION, LogEntry
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.chat.models import Conversation, Message
from apps.users.models import User
from tests.chat.rest.accounts import Account
from tests.chat.rest.administrators import confirm_password, sign_in_administrator
from tests.chat.rest.stored_messages import add_messages, add_running_answer


@pytest.fixture
def administrator(db: None) -> Client:
    """A browser of an administrator who has confirmed the password."""
    browser = sign_in_administrator()
    confirm_password(browser)
    return browser


def page(administrator: Client, path: str) -> str:
    response = administrator.get(f"/admin/chat/{path}")
    assert response.status_code == 200, response
    return response.content.decode()


@pytest.mark.parametrize("kind", ["conversation", "message"])
def test_the_number_of_queries_does_not_grow_with_the_list(
    administrator: Client, account: Account, kind: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(15):
        add_messages(account.new_conversation(title=f"Talk {number}"), ["question", "answer"])
    with django_assert_max_num_queries(8):
        assert "Talk 7" in page(administrator, f"{kind}/")


def test_search_finds_both_by_id_and_by_owner(administrator: Client, account: Account, other_account: Account) -> None:
    mine, theirs = account.new_conversation(title="Mine"), other_account.new_conversation(title="Theirs")
    message = add_messages(mine, ["question"])[0]
    add_messages(theirs, ["question"])
    owner = str(Conversation.objects.get(public_id=mine).owner_id)
    for kind, ids in [("conversation", [mine]), ("message", [mine, message])]:
        for wanted in [*ids, owner, account.name, f"{account.name}@example.org".upper()]:
            found = page(administrator, f"{kind}/?q={wanted}")
            assert "Mine" in found, wanted
            assert "Theirs" not in found, wanted
    assert "Mine" not in page(administrator, "conversation/?q=%27%22")
    page(administrator, "conversation/?q=%00")


@dataclass
class SecretPages:
    """The pages that show a conversation and its question."""

    conversation: str
    message: str
    owner: UUID

    @property
    def paths(self) -> list[str]:
        """The lists, then the pages of the conversation, then those of the message."""
        records = (("conversation", internal_id(self.conversation)), ("message", self.message))
        pages = [f"{kind}/{record}/{page}/" for kind, record in records for page in ("change", "delete", "history")]
        return ["conversation/", "message/", *pages]


@pytest.fixture
def secret(account: Account) -> SecretPages:
    conversation = account.new_conversation(title="Secret plans")
    message = add_messages(conversation, ["Secret question"])[0]
    return SecretPages(conversation, message, Conversation.objects.get(public_id=conversation).owner_id)


def test_pages_with_texts_of_users_ask_for_the_password(secret: SecretPages) -> None:
    administrator = sign_in_administrator()
    for path in secret.paths:
        response: Any = administrator.get(f"/admin/chat/{path}")
        assert response.status_code == 302, path
        assert response.url.partition("?")[0] == "/admin/confirm/", path
    wrong = administrator.post("/admin/confirm/?next=/admin/", {"password": "wrong"})
    assert wrong.status_code == 200
    assert administrator.get("/admin/chat/conversation/").status_code == 302
    assert administrator.get("/admin/confirm/").status_code == 200


def test_the_confirmed_password_leads_to_the_page_that_asked_for_it(secret: SecretPages) -> None:
    administrator = sign_in_administrator()
    page = f"/admin/chat/{secret.paths[2]}"
    assert confirm_password(administrator, "https://evil.example/").headers["Location"] == "/admin/"
    assert confirm_password(administrator, page).headers["Location"] == page


def test_each_view_of_a_page_with_texts_of_users_is_recorded_without_them(
    administrator: Client, secret: SecretPages, caplog: pytest.LogCaptureFixture
) -> None:
    for path in secret.paths:
        assert administrator.get(f"/admin/chat/{path}").status_code == 200, path
    recorded = [str(entry.object_repr) for entry in LogEntry.objects.order_by("id")]
    conversation = f"conversation {internal_id(secret.conversation)} of user {secret.owner}"
    message = f"message {secret.message} of user {secret.owner}"
    assert recorded == ["a list of conversations", "a list of messages", *[conversation] * 3, *[message] * 3]
    assert "administrator_read" in caplog.text
    assert "Secret" not in caplog.text + "".join(recorded)


def test_no_search_of_a_form_field_shows_titles(db: None, account: Account) -> None:
    account.new_conversation(title="Secret plans")
    administrator = sign_in_administrator()
    for is_confirmed in (False, True):
        if is_confirmed:
            confirm_password(administrator)
        field = {"app_label": "chat", "model_name": "message", "field_name": "conversation", "term": ""}
        response = administrator.get("/admin/autocomplete/", field)
        assert response.status_code == 404
        assert b"Secret" not in response.content


def internal_id(conversation: str) -> UUID:
    return Conversation.objects.get(public_id=conversation).id


def test_a_message_is_shown_as_safe_html(administrator: Client, account: Account) -> None:
    text = (
        "**bold** <script>alert(1)</script> [link](javascript:alert(2)) ![](https://elsewhere.example/x.png)\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nVec<String>\n```\n"
    )
    conversation = account.new_conversation(system_prompt=text)
    message = add_messages(conversation, [text])[0]
    for path in (f"message/{message}/change/", f"conversation/{internal_id(conversation)}/change/"):
        shown = page(administrator, path)
        assert "<strong>bold</strong>" in shown
        assert "<td>1</td>" in shown
        assert "Vec&lt;String&gt;" in shown
        assert "<script>alert(1)" not in shown
        assert 'javascript:alert(2)"' not in shown
        assert 'elsewhere.example/x.png"' not in shown


def test_administrators_cannot_add_or_change_conversations(administrator: Client, account: Account) -> None:
    conversation = account.new_conversation(title="Theirs")
    response = administrator.post(f"/admin/chat/conversation/{internal_id(conversation)}/change/", {"title": "Mine"})
    assert response.status_code == 403
    assert administrator.get("/admin/chat/message/add/").status_code == 403
    assert account.ask("GET", f"/conversations/{conversation}")["title"] == "Theirs"


def test_deleting_has_the_same_effect_as_by_the_owner(administrator: Client, account: Account) -> None:
    conversation = account.new_conversation()
    messages = add_messages(conversation, ["question", "answer", "follow-up"])
    administrator.post(f"/admin/chat/message/{messages[1]}/delete/", {"post": "yes"})
    assert account.ask("GET", f"/conversations/{conversation}")["leaf_id"] == messages[0]
    administrator.post(f"/admin/chat/conversation/{internal_id(conversation)}/delete/", {"post": "yes"})
    assert account.call("GET", f"/conversations/{conversation}").status == 404
    assert account.ask("POST", f"/conversations/{conversation}/restore")["id"] == conversation


def test_a_message_cannot_be_deleted_while_an_answer_is_being_written(administrator: Client, conversation: str) -> None:
    question = add_messages(conversation, ["question"])[0]
    add_running_answer(conversation)
    for shown in delete_both_ways(administrator, "message", question):
        assert "An answer is being written" in shown
    assert Message.objects.count() == 2


def test_a_deleted_conversation_cannot_be_deleted_again(administrator: Client, account: Account) -> None:
    conversation = account.new_conversation()
    record = internal_id(conversation)
    account.ask("DELETE", f"/conversations/{conversation}", status=204)
    for shown in delete_both_ways(administrator, "conversation", record):
        assert "already deleted" in shown


def delete_both_ways(administrator: Client, kind: str, record: object) -> Iterator[str]:
    """Yield what is shown when a record is to be deleted, on its page and in the list; it must not be reported."""
    path = f"/admin/chat/{kind}/"
    action = {"action": "delete_selected", "_selected_action": [str(record)], "post": "yes"}
    for url, body in ((f"{path}{record}/delete/", {"post": "yes"}), (path, action)):
        response = administrator.post(url, body, follow=True)
        assert response.status_code == 200
        shown = response.content.decode()
        assert "deleted successfully" not in shown
        assert "Successfully deleted" not in shown
        assert not LogEntry.objects.filter(action_flag=DELETION).exists()
        yield shown


def test_users_who_are_not_administrators_see_nothing(account: Account) -> None:
    client = Client()
    client.force_login(User.objects.get(username=account.name))
    User.objects.update(is_staff=False, is_superuser=False)
    assert client.get("/admin/chat/conversation/").status_code == 302


@pytest.mark.parametrize("through", ["page", "action"])
def test_the_log_names_deleted_conversations_without_their_titles(
    administrator: Client, account: Account, through: str
) -> None:
    record = internal_id(account.new_conversation(title="A private matter"))
    if through == "page":
        administrator.post(f"/admin/chat/conversation/{record}/delete/", {"post": "yes"})
    else:
        body = {"action": "delete_selected", "_selected_action": [str(record)], "post": "yes"}
        administrator.post("/admin/chat/conversation/", body)

    [entry] = LogEntry.objects.all()
    assert entry.object_repr == f"conversation {record}"
    assert entry.is_deletion()
