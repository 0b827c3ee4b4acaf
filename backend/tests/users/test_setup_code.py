"""The set-up code, and first accounts that are created at the same moment."""

from collections.abc import Callable
from functools import partial

import pytest
from pytest_django import Settings

from apps.users.models import User
from server.setup_notice import setup_notice
from testkit.database_threads import all_at_once
from tests.users.devices import Device

pytestmark = pytest.mark.django_db


class TestSetupCode:
    @pytest.fixture(autouse=True)
    def setup_code(self, settings: Settings) -> None:
        settings.SETUP_CODE = "ABCD-EFGH-2345"

    def is_required(self) -> bool:
        return bool(Device().call("GET", "/registration").body["setup_code_required"])

    def test_the_code_makes_the_first_account_administrator_once(self, name: str) -> None:
        device = Device()
        assert self.is_required()

        assert device.register(name, setup_code="abcd efgh 2345").status == 201
        device.sign_in(name)

        assert device.is_administrator()
        assert not self.is_required()
        assert Device().register(f"{name}-2").status == 201
        assert Device().register(f"{name}-3", setup_code="ABCD-EFGH-2345").status == 201
        assert User.objects.filter(is_staff=True).count() == 1

    @pytest.mark.parametrize("headers", [{}, {"X-Forwarded-For": "127.0.0.1"}, {"Via": "1.1 proxy"}])
    def test_the_first_account_needs_the_code_from_elsewhere_and_through_a_proxy(
        self, name: str, headers: dict[str, str]
    ) -> None:
        device = Device(address="127.0.0.1" if headers else "192.0.2.7")
        without = device.register(name, headers=headers)
        wrong = device.register(name, headers=headers, setup_code="ABCD-EFGH-2346")

        assert without.refusal == "403 SETUP_CODE_REQUIRED"
        assert wrong.refusal == "403 SETUP_CODE_INVALID"
        assert not User.objects.exists()

    def test_the_first_account_created_on_the_machine_itself_needs_no_code(self, name: str) -> None:
        notice = Device(address="127.0.0.1").call("GET", "/registration").body

        assert notice["setup_code_required"] is False
        assert Device.of_new_account(name, address="127.0.0.1").is_administrator()

    def test_the_code_replaces_the_first_invitation(self, name: str, settings: Settings) -> None:
        settings.REGISTRATION = "invite"
        assert self.is_required()

        assert Device().register(name, setup_code="ABCD-EFGH-2345").status == 201
        assert Device().register(f"{name}-2", setup_code="ABCD-EFGH-2345").code == "INVITE_REQUIRED"

    def test_only_a_valid_invitation_replaces_the_code(self, name: str, invite: Callable[..., str]) -> None:
        assert Device().register(name, invite="nonsense").code == "INVITE_INVALID"
        assert not User.objects.exists()

        assert Device().register(name, invite=invite()).status == 201
        assert not User.objects.filter(is_staff=True).exists()

    def test_the_code_does_not_open_a_closed_registration(self, name: str, settings: Settings) -> None:
        settings.REGISTRATION = "closed"

        assert not self.is_required()
        assert Device().register(name, setup_code="ABCD-EFGH-2345").code == "REGISTRATION_CLOSED"

    def test_a_start_without_accounts_prints_the_code_if_a_client_needs_it(self, name: str, settings: Settings) -> None:
        assert setup_notice(host="127.0.0.1") == ""
        assert "ABCD-EFGH-2345" in setup_notice(host="192.0.2.1")
        settings.REGISTRATION = "invite"
        assert "ABCD-EFGH-2345" in setup_notice(host="127.0.0.1")
        settings.REGISTRATION = "open"
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

    assert [response.status for response in registered] == [201] * 8
    assert User.objects.filter(is_staff=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_concurrent_registrations_gets_the_name(name: str) -> None:
    responses = all_at_once([lambda: Device().register(name)] * 8)

    assert sorted(response.status for response in responses) == [201] + [400] * 7
