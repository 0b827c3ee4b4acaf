"""Registration: which users can create an account, and with which fields (docs/api.md: A-3.1 to A-3.3)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from pytest_django import Settings

from tests.users.devices import PASSWORD, Device
from tests.users.movable_clock import MovableClock

pytestmark = pytest.mark.django_db


def test_registration_returns_the_account(name: str) -> None:
    response = Device().register(name)

    assert response.status == 201
    assert response.body == {"id": response.body["id"], "email": f"{name}@example.com", "username": name}
    assert UUID(response.body["id"]).version == 7
    assert Device().sign_in(name).status == 200


@pytest.mark.parametrize("taken", ["username", "email"])
def test_names_are_unique_whatever_their_case_and_the_refusal_reveals_neither(name: str, taken: str) -> None:
    Device().register(name)
    other = {"email": "free-" + name + "@example.com", "username": "free-" + name, "password": PASSWORD}
    mine = {"email": f"{name}@EXAMPLE.com".upper(), "username": name.upper()}

    response = Device().call("POST", "/register", other | {taken: mine[taken]})

    assert response.refusal == "400 REGISTRATION_FAILED"
    assert response.body["error"] == "An account with this user name or email address cannot be created."


@pytest.mark.store_independent
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "ab"),
        ("username", "a" * 51),
        ("username", "a b c"),
        ("username", "name\n"),
        ("username", "王小明王"),
        ("email", "no-address"),
        ("email", "a" * 250 + "@example.com"),
        ("email", "a\0b@example.com"),
        ("password", "short-one-1"),
        ("password", "long" * 32 + "x"),
        ("password", "password1234"),
        ("password", "190283746501"),
        ("password", "correct horse\0battery"),
        ("password", "correct horse \ud800 battery"),
        ("password", None),
    ],
)
def test_the_refusal_names_the_invalid_field(name: str, field: str, value: Any) -> None:
    body = {"email": f"{name}@example.com", "username": name, "password": PASSWORD}

    response = Device().call("POST", "/register", body | {field: value})

    assert response.refusal == "422 VALIDATION_ERROR"
    assert response.body["detail"][0]["loc"][-1] == field


@pytest.mark.store_independent
def test_a_password_like_the_user_name_is_refused(name: str) -> None:
    assert Device().register(name, password=f"{name}-1").code == "VALIDATION_ERROR"


@pytest.mark.store_independent
@pytest.mark.parametrize(
    "password", ["我的密碼是一匹正確的馬兒啊", "long" * 32, "  spaces at both ends  ", "<b>&amp;'\"\\\t</b>"]
)
def test_a_password_may_have_any_characters(name: str, password: str) -> None:
    assert Device().register(name, password=password).status == 201
    assert Device().sign_in(name, password).status == 200
    assert Device().sign_in(name, password[:-1]).status == 401


@pytest.mark.store_independent
def test_closed_registration_is_refused(name: str, settings: Settings) -> None:
    settings.REGISTRATION = "closed"

    assert Device().register(name).refusal == "403 REGISTRATION_CLOSED"


class TestInvitations:
    @pytest.fixture(autouse=True)
    def invitations_only(self, settings: Settings) -> None:
        settings.REGISTRATION = "invite"

    def test_an_invitation_is_required_and_must_exist(self, name: str) -> None:
        assert Device().register(name).refusal == "400 INVITE_REQUIRED"
        assert Device().register(name, invite="nonsense").refusal == "400 INVITE_INVALID"

    def test_an_invitation_creates_one_account(self, name: str, invite: Callable[..., str]) -> None:
        token = invite()

        assert Device().register(name, invite=token).status == 201
        assert Device().register(name + "-2", invite=token).code == "INVITE_INVALID"

    def test_an_invitation_may_be_bound_to_an_address(self, name: str, invite: Callable[..., str]) -> None:
        token = invite("--email", f"{name}@Example.com")

        assert Device().register(name + "-2", invite=token).code == "INVITE_INVALID"
        assert Device().register(name, invite=token).status == 201

    def test_a_failed_registration_does_not_spend_the_invitation(self, name: str, invite: Callable[..., str]) -> None:
        token = invite()
        Device().register(name, invite=invite())

        assert Device().register(name, invite=token).code == "REGISTRATION_FAILED"
        assert Device().register(name + "-2", invite=token).status == 201

    def test_an_invitation_expires_after_seven_days(
        self, name: str, invite: Callable[..., str], clock: MovableClock
    ) -> None:
        token = invite()
        clock.advance(days=7, seconds=1)

        assert Device().register(name, invite=token).code == "INVITE_INVALID"


def create_superuser(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", "--username", name, "--email", f"{name}@example.com")


class TestFirstAccount:
    def test_the_first_account_created_on_the_machine_itself_is_administrator(self, name: str) -> None:
        assert Device.of_new_account(name, address="127.0.0.1").is_administrator()
        assert not Device.of_new_account(f"{name}-2", address="127.0.0.1").is_administrator()

    @pytest.mark.parametrize(
        ("address", "headers"), [("192.0.2.7", {}), ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"})]
    )
    def test_the_first_account_created_from_elsewhere_or_through_a_proxy_is_not_administrator(
        self, name: str, address: str, headers: dict[str, str]
    ) -> None:
        device = Device(address=address)
        assert device.register(name, headers=headers).status == 201
        device.sign_in(name)

        assert not device.is_administrator()

    def test_createsuperuser_creates_an_administrator(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        create_superuser(name, monkeypatch)
        device = Device()

        assert device.sign_in(f"{name}@example.com").status == 200
        assert device.is_administrator()


class TestRegistrationNotice:
    def test_only_the_first_account_is_announced_as_administrator(self, name: str) -> None:
        device = Device(address="127.0.0.1")

        fresh = device.call("GET", "/registration")
        device.register(name)
        used = device.call("GET", "/registration")

        assert fresh.status == 200
        assert fresh.body == {"creates_administrator": True, "setup_code_required": False}
        assert fresh.headers["Cache-Control"] == "no-store"
        assert used.status == 200
        assert used.body == {"creates_administrator": False, "setup_code_required": False}

    @pytest.mark.store_independent
    @pytest.mark.parametrize(
        ("registration", "address", "headers"),
        [
            ("open", "192.0.2.7", {}),
            ("open", "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
            ("invite", "127.0.0.1", {}),
            ("closed", "127.0.0.1", {}),
        ],
    )
    def test_nothing_is_announced_elsewhere_behind_a_proxy_or_unless_registration_is_open(
        self, settings: Settings, registration: str, address: str, headers: dict[str, str]
    ) -> None:
        settings.REGISTRATION = registration

        response = Device(address=address).call("GET", "/registration", **headers)

        assert response.body == {"creates_administrator": False, "setup_code_required": False}

    def test_an_account_created_by_createsuperuser_counts_as_the_first(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        create_superuser(name, monkeypatch)

        response = Device(address="127.0.0.1").call("GET", "/registration")

        assert response.body == {"creates_administrator": False, "setup_code_required": False}
