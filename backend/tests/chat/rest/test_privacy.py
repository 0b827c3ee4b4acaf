"""No client can tell another user's id from an unused id (docs/api.md: A-2.4; invariant I-9)."""

from typing import Any
from uuid import uuid4

import pytest

from tests.chat.rest.accounts import Account
from tests.chat.rest.stored_messages import add_messages, add_running_answer
from tests.users.devices import Response

CHANGES_EACH_TIME = {"X-Request-ID", "Date"}


def comparable(response: Response, *ids: str) -> tuple[int, dict[str, str], str]:
    headers = {name: value for name, value in response.headers.items() if name not in CHANGES_EACH_TIME}
    text = str(response.body)
    for known in ids:
        text = text.replace(known, "ID")
    return response.status, headers, text


@pytest.mark.store_independent
@pytest.mark.parametrize("state", ["live", "answering", "deleted"])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/conversations/{}", None),
        ("PATCH", "/conversations/{}", {"title": "Mine now"}),
        ("PATCH", "/conversations/{}", {"model": "unknown"}),
        ("PATCH", "/conversations/{}", {}),
        ("DELETE", "/conversations/{}", None),
        ("POST", "/conversations/{}/restore", None),
        ("PUT", "/conversations/{}/leaf", {"message_id": "{}"}),
        ("GET", "/conversations/{}/messages", None),
        ("GET", "/conversations/{}/messages?page=7", None),
        ("GET", "/conversations/{}/messages?before=", None),
        ("GET", "/conversations/{}/messages?before={}", None),
        ("GET", "/conversations/{}/messages?around={}", None),
        ("DELETE", "/conversations/{}/messages/{}", None),
    ],
)
def test_a_conversation_of_another_user_looks_missing(
    account: Account, other_account: Account, method: str, path: str, body: dict[str, str] | None, state: str
) -> None:
    conversation = other_account.new_conversation(title="Theirs")
    message = add_messages(conversation, ["question"])[0]
    if state == "answering":
        message = add_running_answer(conversation)
    if state == "deleted":
        other_account.ask("DELETE", f"/conversations/{conversation}", status=204)
    responses = []
    for ids in [(conversation, message), (str(uuid4()), str(uuid4()))]:
        filled = body and {name: value.format(ids[1]) for name, value in body.items()}
        responses.append(comparable(account.call(method, path.format(*ids), filled), *ids))
    assert responses[0] == responses[1]
    assert responses[0][0] in {404, 422}


@pytest.mark.store_independent
@pytest.mark.parametrize("parameters", ["messages?before={}", "messages?around={}", "messages/{}", "leaf"])
def test_a_message_of_another_user_looks_missing(account: Account, other_account: Account, parameters: str) -> None:
    theirs = add_messages(other_account.new_conversation(), ["theirs"])[0]
    mine = account.new_conversation()
    responses = []
    for message in (theirs, str(uuid4())):
        method = "PUT" if parameters == "leaf" else "DELETE" if parameters == "messages/{}" else "GET"
        body = {"message_id": message} if parameters == "leaf" else None
        response = account.call(method, f"/conversations/{mine}/{parameters.format(message)}", body)
        responses.append(comparable(response, message))
    assert responses[0] == responses[1]
    assert responses[0][0] == 404


def test_creating_a_conversation_does_not_reveal_whether_its_id_is_used(
    account: Account, other_account: Account
) -> None:
    used, gone = other_account.new_conversation(), other_account.new_conversation()
    other_account.ask("DELETE", f"/conversations/{gone}", status=204)

    def everything(conversation: str) -> list[Any]:
        created = account.call("POST", "/conversations/", {"id": conversation, "title": "Mine"})
        repeated = account.call("POST", "/conversations/", {"id": conversation})
        shown = account.call("GET", f"/conversations/{conversation}")
        changed = account.call("PATCH", f"/conversations/{conversation}", {"is_pinned": True})
        deleted = account.call("DELETE", f"/conversations/{conversation}")
        steps = [created, repeated, shown, changed, deleted, account.call("GET", f"/conversations/{conversation}")]
        for step in steps[:4]:
            del step.body["created_at"], step.body["updated_at"]
        return [comparable(step, conversation) for step in steps]

    fresh = everything(str(uuid4()))
    assert everything(used) == fresh
    assert everything(gone) == fresh
    assert other_account.ask("GET", f"/conversations/{used}")["is_pinned"] is False
