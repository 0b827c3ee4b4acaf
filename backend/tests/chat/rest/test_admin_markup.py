"""Texts of users on the pages of the administration: they are shown as text, never as markup or as an expression."""

from html.parser import HTMLParser
from typing import Any, override
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.contrib.admin.models import LogEntry
from django.db.models import CharField, Field, JSONField, TextField
from django.test import Client

from apps.chat.models import Conversation, Message, ModelService, Run
from apps.users.models import Invitation, PasswordReset, Session, User
from tests.chat.rest.accounts import Account
from tests.chat.rest.administrators import confirm_password, sign_in_administrator
from tests.chat.rest.stored_messages import add_messages

HOSTILE = (
    "\"'`><hostile onhostile=1 x-data=hostile()></script></textarea></title>{{hostile}}{%hostile%}"
    "[a](javascript:hostile)"
)
"""Breaks out of text, attributes, scripts and templates, wherever one of them is not escaped."""

ALL: list[Any] = [User, Session, Invitation, PasswordReset, Conversation, Message, Run, ModelService, LogEntry]
KEPT = {"password", "role", "token_hash", "key_hash", "current_hash", "address"}
"""Fields that decide what the pages show."""

EVALUATED = ("x-", "@", ":", "hx-on", "on")
MAX_PAGES = 45


class Page(HTMLParser):
    """Collects the links of a page, and what a browser would run or evaluate of `HOSTILE`."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.violations: list[str] = []
        self._script = False

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = tag in {"script", "style"}
        for name, value in attrs:
            if name == "href" and value:
                self.links.append(value)
            is_run = name.startswith(EVALUATED) or (name in {"href", "src", "action"} and "script:" in (value or ""))
            if "hostile" in name or (is_run and "hostile" in (value or "")):
                self.violations.append(f"<{tag} {name}={value}>")
        if "hostile" in tag:
            self.violations.append(f"<{tag}>")

    @override
    def handle_data(self, data: str) -> None:
        if self._script and "hostile" in data:
            self.violations.append(data)

    @override
    def handle_endtag(self, tag: str) -> None:
        self._script = False


@pytest.fixture
def administrator(account: Account) -> Client:
    """An administrator who has confirmed the password, with records full of hostile texts."""
    conversation = account.new_conversation(title="Mine", system_prompt="Mine")
    add_messages(conversation, ["question", "answer"])
    browser = sign_in_administrator()
    confirm_password(browser)
    admin = User.objects.get(username="admin")
    now = admin.date_joined
    Invitation.objects.create(token_hash="x", expires_at=now)
    PasswordReset.objects.create(token_hash="x", expires_at=now, user=admin)
    ModelService.objects.create()
    browser.get("/admin/chat/conversation/")  # Leaves an audit line.
    for model in ALL:
        rows = model.objects
        values = {field.name: hostile_value(field) for field in model._meta.fields if is_text(field)}
        for row in rows.all():
            ending = str(row.pk)[-4:] if model is User else ""  # The names of accounts are unique.
            rows.filter(pk=row.pk).update(**{name: value + ending for name, value in values.items()})
    return browser


def is_text(field: "Field[object, object]") -> bool:
    return isinstance(field, CharField | TextField) and not isinstance(field, JSONField) and field.name not in KEPT


def hostile_value(field: "Field[object, object]") -> str:
    length = field.max_length
    return HOSTILE if length is None else HOSTILE[: max(1, length - 4)]


def test_no_page_runs_what_a_user_wrote(administrator: Client) -> None:
    search = quote(HOSTILE)
    waiting = ["/admin/", f"/admin/{search}/", f"/admin/users/user/{search}/change/", f"/admin/confirm/?next={search}"]
    waiting += [f"/admin/{app}/?{search}={search}" for app in ("chat", "users")]
    seen: set[str] = set()
    shown = 0
    while waiting and len(seen) < MAX_PAGES:
        address = waiting.pop(0)
        if address in seen or "logout" in address:
            continue
        seen.add(address)
        response = administrator.get(address, follow=True)
        assert response.status_code in {200, 400, 404}, address
        text = response.content.decode()
        shown += "hostile" in text
        page = Page()
        page.feed(text)
        assert page.violations == [], address
        links = (urljoin(address, link) for link in page.links)
        waiting += [
            link for link in links if urlsplit(link)[:2] == ("", "") and link.startswith("/admin/") and "?" not in link
        ]
        if address.endswith("/") and address.count("/") == 5:
            waiting += [
                f"{address}?{query}" for query in (f"q={search}", f"_popup=1&_to_field={search}", f"o={search}")
            ]
    assert shown > 15
    assert len(seen) > 25
