"""Registration: which users can create an account, and with which fields (docs/api.md: A-3.1 to A-3.3)."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from pytest_django import Settings

from apps.users.models import User
from server.setup_notice import setup_notice
from tests.users.conftest import MovableClock
from tests.users.devices import PASSWORD, Device, all_at_once

pytestmark = pytest.mark.django_db


def test_registration_returns_the_account(name: str) -> None:
    answer = Device().register(name)

    assert answer.status == 201
    assert answer.body == {"id": answer.body["id"], "email": f"{name}@example.com", "username": name}
    assert UUID(answer.body["id"]).version == 7
    assert Device().sign_in(name).status == 200


@pytest.mark.parametrize("taken", ["username", "email"])
def test_names_are_unique_whatever_their_case_and_the_refusal_reveals_neither(name: str, taken: str) -> None:
    Device().register(name)
    other = {"email": "free-" + name + "@example.com", "username": "free-" + name, "password": PASSWORD}
    mine = {"email": f"{name}@EXAMPLE.com".upper(), "username": name.upper()}

    answer = Device().call("POST", "/register", other | {taken: mine[taken]})

    assert answer.status == 400
    assert answer.code == "REGISTRATION_FAILED"
    assert answer.body["error"] == "An account with this user name or email address cannot be created."


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

    answer = Device().call("POST", "/register", body | {field: value})

    assert answer.status == 422
    assert answer.code == "VALIDATION_ERROR"
    assert answer.body["detail"][0]["loc"][-1] == field


def test_a_password_like_the_user_name_is_refused(name: str) -> None:
    assert Device().register(name, password=f"{name}-1").code == "VALIDATION_ERROR"


@pytest.mark.parametrize(
    "password", ["我的密碼是一匹正確的馬兒啊", "long" * 32, "  spaces at both ends  ", "<b>&amp;'\"\\\t</b>"]
)
def test_a_password_may_have_any_characters(name: str, password: str) -> None:
    assert Device().register(name, password=password).status == 201
    assert Device().sign_in(name, password).status == 200
    assert Device().sign_in(name, password[:-1]).status == 401


def test_closed_registration_is_refused(name: str, settings: Settings) -> None:
    settings.REGISTRATION = "closed"

    answer = Device().register(name)

    assert answer.status == 403
    assert answer.code == "REGISTRATION_CLOSED"


class TestInvitations:
    @pytest.fixture(autouse=True)
    def by_invitation(self, settings: Settings) -> None:
        settings.REGISTRATION = "invite"

    @pytest.fixture
    def invite(self, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
        def make(*arguments: str) -> str:
            call_command("create_invitation", *arguments)
            return capsys.readouterr().out.strip().partition("#invite=")[2]

        return make

    def test_an_invitation_is_required_and_must_exist(self, name: str) -> None:
        assert Device().register(name).status == 400
        assert Device().register(name).code == "INVITE_REQUIRED"
        nonsense = Device().register(name, invite="nonsense")
        assert nonsense.status == 400
        assert nonsense.code == "INVITE_INVALID"

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


class TestFirstAccount:
    def test_the_first_account_created_on_the_machine_itself_is_administrator(self, name: str) -> None:
        first = Device(address="127.0.0.1")
        first.register(name)
        first.sign_in(name)
        second = Device(address="127.0.0.1")
        second.register(name + "-2")
        second.sign_in(name + "-2")

        assert first.call("GET", "/me").body["is_admin"] is True
        assert second.call("GET", "/me").body["is_admin"] is False

    @pytest.mark.parametrize(
        ("address", "headers"), [("192.0.2.7", {}), ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"})]
    )
    def test_the_first_account_created_from_elsewhere_or_through_a_proxy_is_not_administrator(
        self, name: str, address: str, headers: dict[str, str]
    ) -> None:
        device = Device(address=address)
        body = {"email": f"{name}@example.com", "username": name, "password": PASSWORD}
        assert device.call("POST", "/register", body, **headers).status == 201
        device.sign_in(name)

        assert device.call("GET", "/me").body["is_admin"] is False

    def test_createsuperuser_creates_an_administrator(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
        call_command("createsuperuser", "--noinput", "--username", name, "--email", f"{name}@example.com")
        device = Device()

        assert device.sign_in(f"{name}@example.com").status == 200
        assert device.call("GET", "/me").body["is_admin"] is True


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

    @pytest.mark.parametrize(
        ("address", "headers"), [("192.0.2.7", {}), ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"})]
    )
    def test_nothing_is_announced_to_clients_elsewhere_or_behind_a_proxy(
        self, address: str, headers: dict[str, str]
    ) -> None:
        answer = Device(address=address).call("GET", "/registration", **headers)

        assert answer.body == {"creates_administrator": False, "setup_code_required": False}

    @pytest.mark.parametrize("registration", ["invite", "closed"])
    def test_nothing_is_announced_where_registration_is_not_open(self, settings: Settings, registration: str) -> None:
        settings.REGISTRATION = registration

        answer = Device(address="127.0.0.1").call("GET", "/registration")

        assert answer.body == {"creates_administrator": False, "setup_code_required": False}

    def test_an_account_created_by_createsuperuser_counts_as_the_first(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
        call_command("createsuperuser", "--noinput", "--username", name, "--email", f"{name}@example.com")

        answer = Device(address="127.0.0.1").call("GET", "/registration")

        assert answer.body == {"creates_administrator": False, "setup_code_required": False}


class TestSetupCode:
    @pytest.fixture(autouse=True)
    def with_a_code(self, settings: Settings) -> None:
        settings.SETUP_CODE = "ABCD-EFGH-2345"

    def is_required(self) -> bool:
        return bool(Device().call("GET", "/registration").body["setup_code_required"])

    def test_the_code_makes_the_first_account_administrator_once(self, name: str) -> None:
        device = Device()
        assert self.is_required()

        assert device.register(name, setup_code="abcd efgh 2345").status == 201
        device.sign_in(name)

        assert device.call("GET", "/me").body["is_admin"] is True
        assert not self.is_required()
        assert Device().register(f"{name}-2").status == 201
        assert Device().register(f"{name}-3", setup_code="ABCD-EFGH-2345").status == 201
        assert User.objects.filter(is_staff=True).count() == 1

    @pytest.mark.parametrize("headers", [{}, {"X-Forwarded-For": "127.0.0.1"}, {"Via": "1.1 proxy"}])
    def test_the_first_account_needs_the_code_from_elsewhere_and_through_a_proxy(
        self, name: str, headers: dict[str, str]
    ) -> None:
        device = Device(address="127.0.0.1" if headers else "192.0.2.7")
        body = {"email": f"{name}@example.com", "username": name, "password": PASSWORD}
        without = device.call("POST", "/register", body, **headers)
        wrong = device.call("POST", "/register", body | {"setup_code": "ABCD-EFGH-2346"}, **headers)

        assert without.status == 403
        assert without.code == "SETUP_CODE_REQUIRED"
        assert wrong.status == 403
        assert wrong.code == "SETUP_CODE_INVALID"
        assert not User.objects.exists()

    def test_the_machine_itself_needs_no_code(self, name: str) -> None:
        device = Device(address="127.0.0.1")
        assert device.call("GET", "/registration").body["setup_code_required"] is False

        assert device.register(name).status == 201
        device.sign_in(name)
        assert device.call("GET", "/me").body["is_admin"] is True

    def test_the_code_replaces_the_first_invitation(self, name: str, settings: Settings) -> None:
        settings.REGISTRATION = "invite"
        assert self.is_required()

        assert Device().register(name, setup_code="ABCD-EFGH-2345").status == 201
        assert Device().register(f"{name}-2", setup_code="ABCD-EFGH-2345").code == "INVITE_REQUIRED"

    def test_only_a_valid_invitation_replaces_the_code(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert Device().register(name, invite="nonsense").code == "INVITE_INVALID"
        assert not User.objects.exists()

        call_command("create_invitation")
        invite = capsys.readouterr().out.strip().partition("#invite=")[2]
        assert Device().register(name, invite=invite).status == 201
        assert not User.objects.filter(is_staff=True).exists()

    def test_the_code_does_not_open_a_closed_registration(self, name: str, settings: Settings) -> None:
        settings.REGISTRATION = "closed"

        assert not self.is_required()
        assert Device().register(name, setup_code="ABCD-EFGH-2345").code == "REGISTRATION_CLOSED"

    def test_a_start_without_accounts_prints_the_code_if_a_client_needs_it(self, name: str, settings: Settings) -> None:
        assert setup_notice(host="127.0.0.1") == ""
        assert "ABCD-EFGH-2345" in setup_notice(host="192.0.2.1")
        settings.TRUSTED_PROXIES = ["unix"]
        assert "ABCD-EFGH-2345" in setup_notice(host="127.0.0.1")

        Device().register(name, setup_code="ABCD-EFGH-2345")
        assert setup_notice(host="192.0.2.1") == ""


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_concurrent_registrations_with_the_code_is_administrator(name: str, settings: Settings) -> None:
    settings.SETUP_CODE = "ABCD-EFGH-2345"
    all_at_once([partial(Device().register, f"{name}-{number}", setup_code="ABCDEFGH2345") for number in range(8)])

    assert User.objects.filter(is_staff=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_concurrent_first_accounts_is_administrator(name: str) -> None:
    devices = [Device(address=f"127.0.0.{number}") for number in range(2, 10)]
    registered = all_at_once([partial(device.register, f"{name}-{number}") for number, device in enumerate(devices)])
    for number, device in enumerate(devices):
        device.sign_in(f"{name}-{number}")

    assert [answer.status for answer in registered] == [201] * 8
    assert sum(device.call("GET", "/me").body["is_admin"] for device in devices) == 1


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_concurrent_registrations_gets_the_name(name: str) -> None:
    answers = all_at_once([lambda: Device().register(name)] * 8)

    assert sorted(answer.status for answer in answers) == [201] + [400] * 7
