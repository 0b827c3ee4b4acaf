"""Spellings: of user names, passwords and email addresses (docs/api.md: A-3.1, A-3.2)."""

import unicodedata
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import connection

from apps.users.models import User
from tests.users.devices import PASSWORD, Device

pytestmark = pytest.mark.django_db

ACCENTED = unicodedata.normalize("NFC", "crème brûlée à volonté")
DECOMPOSED = unicodedata.normalize("NFD", ACCENTED)


@pytest.mark.parametrize(
    ("username", "kind", "sentence"),
    [
        ("王小明", "username_characters", "王"),
        ("josé", "username_characters", "é"),
        ("two words", "username_characters", "A to Z"),
        ("a\u200bda", "username_characters", "U+200B"),
        ("ab", "username_length", "3 to 50 characters; this one has 2"),
        ("a" * 51, "username_length", "this one has 51"),
        ("", "username_length", "this one has 0"),
    ],
)
def test_the_refusal_of_a_user_name_says_what_is_wrong(username: str, kind: str, sentence: str) -> None:
    account = {"email": "spelling@example.com", "username": username, "password": PASSWORD}

    response = Device().call("POST", "/register", account)

    (detail,) = response.body["detail"]
    assert response.status == 422
    assert detail["loc"][-1] == "username"
    assert detail["type"] == kind
    assert sentence in detail["msg"]


@pytest.mark.parametrize(("chosen", "typed"), [(ACCENTED, DECOMPOSED), (DECOMPOSED, ACCENTED)])
def test_a_password_is_compared_in_unicode_nfc(name: str, chosen: str, typed: str) -> None:
    Device().register(name, chosen)

    assert Device().sign_in(name, typed).status == 200
    assert Device().sign_in(name, typed.upper()).status == 401


def test_a_password_of_an_earlier_version_keeps_working_as_it_was_typed(name: str) -> None:
    Device().register(name)
    User.objects.filter(username=name).update(password=make_password(DECOMPOSED))

    assert Device().sign_in(name, ACCENTED).status == 401
    assert Device().sign_in(name, DECOMPOSED).status == 200
    # From then on it is stored in NFC.
    assert Device().sign_in(name, ACCENTED).status == 200


@pytest.mark.parametrize(
    ("registered", "typed"),
    [
        ("{}@bücher.example", "{}@BÜCHER.example"),
        ("{}@bücher.example", "{}@xn--bcher-kva.example"),
        ("{}@xn--bcher-kva.example", "{}@bücher.example"),
        ("müller-{}@example.com", "MÜLLER-{}@EXAMPLE.com"),
        ("mu\u0308ller-{}@example.com", "müller-{}@example.com"),
        ("王-{}@例子.example", "王-{}@xn--fsqu00a.example"),
    ],
)
def test_spellings_of_an_international_email_address_are_equivalent(name: str, registered: str, typed: str) -> None:
    account = {"email": registered.format(name), "username": name, "password": PASSWORD}
    assert Device().call("POST", "/register", account).status == 201

    assert Device().sign_in(typed.format(name)).status == 200
    again = account | {"email": typed.format(name), "username": f"{name}-2"}
    assert Device().call("POST", "/register", again).code == "REGISTRATION_FAILED"


@pytest.mark.parametrize(
    "email", ["💌@example.com", "a\u202eb@example.com", "a@-bücher.example", "a@ü..example", "@ü.example"]
)
def test_an_invalid_email_address_is_refused(name: str, email: str) -> None:
    response = Device().call("POST", "/register", {"email": email, "username": name, "password": PASSWORD})

    assert response.status == 422
    assert response.body["detail"][0]["loc"][-1] == "email"


def test_addresses_stored_by_earlier_versions_are_found_after_the_upgrade(name: str) -> None:
    Device().register(name)
    User.objects.filter(username=name).update(email=f"{name}@xn--bcher-kva.example")

    import_module("apps.users.migrations.0004_normalise_emails").normalise(apps, connection.schema_editor())

    assert Device().sign_in(f"{name}@bücher.example").status == 200
