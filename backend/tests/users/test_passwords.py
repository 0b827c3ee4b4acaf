"""New passwords, set by the user or through a one-time link (docs/api.md: A-3.3, A-3.12, A-3.14)."""

import getpass
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from apps.users.models import User
from testkit.database_threads import all_at_once
from tests.users.devices import OTHER_PASSWORD, PASSWORD, Device
from tests.users.movable_clock import MovableClock

pytestmark = pytest.mark.django_db


class TestChange:
    def test_a_change_ends_all_other_sessions(self, name: str, signed_in: Callable[[], Device]) -> None:
        device, other = signed_in(), signed_in()

        response = device.call("POST", "/password", {"current": PASSWORD, "new": OTHER_PASSWORD})

        assert response.status == 200
        assert device.is_signed_in()
        assert device.renew().status == 200
        assert not other.is_signed_in()
        assert Device().sign_in(name).status == 401
        assert Device().sign_in(name, OTHER_PASSWORD).status == 200

    def test_a_change_needs_the_current_password(self, device: Device, name: str) -> None:
        response = device.call("POST", "/password", {"current": "not this", "new": OTHER_PASSWORD})

        assert response.refusal == "400 PASSWORD_INCORRECT"
        assert Device().sign_in(name).status == 200

    def test_a_stolen_device_cannot_guess_the_password(self, device: Device) -> None:
        for _ in range(5):
            device.call("POST", "/password", {"current": "a guess", "new": OTHER_PASSWORD})

        response = device.call("POST", "/password", {"current": PASSWORD, "new": OTHER_PASSWORD})
        assert response.refusal == "429 ACCOUNT_LOCKED"

    @pytest.mark.store_independent
    @pytest.mark.parametrize("new", ["short", "password1234", "x" * 129])
    def test_the_new_password_must_be_strong(self, device: Device, new: str) -> None:
        assert device.call("POST", "/password", {"current": PASSWORD, "new": new}).status == 422

    @pytest.mark.store_independent
    def test_a_change_needs_a_session(self) -> None:
        assert Device().call("POST", "/password", {"current": PASSWORD, "new": OTHER_PASSWORD}).status == 401


class TestResetLink:
    def test_a_link_sets_a_password_and_ends_all_sessions(
        self, device: Device, name: str, create_link: Callable[[], str]
    ) -> None:
        assert Device().redeem(create_link()).status == 200

        assert not device.is_signed_in()
        assert Device().sign_in(name, OTHER_PASSWORD).status == 200

    def test_a_link_can_be_used_once(self, device: Device, create_link: Callable[[], str]) -> None:
        token = create_link()
        Device().redeem(token)

        assert Device().redeem(token, PASSWORD).refusal == "400 RESET_INVALID"

    def test_a_weak_password_does_not_spend_the_link(self, device: Device, create_link: Callable[[], str]) -> None:
        token = create_link()

        assert Device().redeem(token, "password1234").refusal == "422 VALIDATION_ERROR"
        assert Device().redeem(token).status == 200

    def test_a_later_link_replaces_an_earlier_one(self, device: Device, create_link: Callable[[], str]) -> None:
        first, second = create_link(), create_link()

        assert Device().redeem(first).refusal == "400 RESET_INVALID"
        assert Device().redeem(second).status == 200

    def test_a_changed_password_invalidates_the_link(self, device: Device, create_link: Callable[[], str]) -> None:
        token = create_link()
        device.call("POST", "/password", {"current": PASSWORD, "new": OTHER_PASSWORD})

        assert Device().redeem(token).refusal == "400 RESET_INVALID"

    def test_a_password_set_on_the_command_line_invalidates_the_link(
        self, device: Device, name: str, create_link: Callable[[], str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token = create_link()
        monkeypatch.setattr(getpass, "getpass", lambda **_: OTHER_PASSWORD)
        call_command("changepassword", name)

        assert Device().sign_in(name, OTHER_PASSWORD).status == 200
        assert Device().redeem(token).refusal == "400 RESET_INVALID"

    def test_a_link_expires_after_a_day(
        self, device: Device, create_link: Callable[[], str], clock: MovableClock
    ) -> None:
        token = create_link()
        clock.advance(hours=24, seconds=1)

        assert Device().redeem(token).refusal == "400 RESET_INVALID"

    def test_a_link_does_not_admit_inactive_users(
        self, device: Device, name: str, create_link: Callable[[], str]
    ) -> None:
        token = create_link()
        User.objects.filter(username=name).update(is_active=False)

        assert Device().redeem(token).refusal == "400 RESET_INVALID"

    def test_a_link_lifts_a_lock_out(self, device: Device, name: str, create_link: Callable[[], str]) -> None:
        locked = Device()
        for _ in range(5):
            locked.sign_in(name, "wrong")
        Device().redeem(create_link())

        assert locked.sign_in(name, OTHER_PASSWORD).status == 200

    @pytest.mark.store_independent
    def test_an_unknown_link_is_refused(self) -> None:
        assert Device().redeem("nonsense").refusal == "400 RESET_INVALID"

    def test_a_link_needs_an_existing_account(self) -> None:
        with pytest.raises(CommandError, match="No account"):
            call_command("create_reset_link", "no-such-account")

    def test_a_link_can_be_sent_by_mail(
        self, device: Device, name: str, settings: Settings, mailoutbox: list[object], create_link: Callable[[], str]
    ) -> None:
        with pytest.raises(CommandError, match="EMAIL_URL"):
            call_command("create_reset_link", name, "--send")
        settings.EMAIL_URL = "smtp://mail.example:25"
        call_command("create_reset_link", name, "--send")

        [mail] = mailoutbox
        assert getattr(mail, "to", None) == [f"{name}@example.com"]
        token = str(getattr(mail, "body", "")).partition("#token=")[2].strip()
        assert Device().redeem(token).status == 200


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_concurrent_uses_of_a_link_succeeds(device: Device, create_link: Callable[[], str]) -> None:
    token = create_link()
    responses = all_at_once([lambda: Device().redeem(token)] * 8)

    assert sorted(response.status for response in responses) == [200] + [400] * 7
