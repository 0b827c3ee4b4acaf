"""A password that is replaced while another request still relies on it (docs/api.md: A-3.12)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from apps.users.models import User
from testkit.statement_watch import StatementWatch
from tests.users.devices import OTHER_PASSWORD, PASSWORD, Device, fresh_address

pytestmark = pytest.mark.django_db

THEIRS = "the password of a thief"

type Interrupt = Callable[[Callable[[], object]], None]


@pytest.fixture
def after_check(statement_watch: StatementWatch) -> Interrupt:
    """Return a function whose action happens once: after the next password was found correct, before it has effect.

    Failures are read before the check of a password, to refuse it, and after it, to count it.
    """

    def interrupt(action: Callable[[], object]) -> None:
        actions: list[Callable[[], object]] = [action, lambda: None]
        statement_watch.before("FROM axes_accessfailurelog", lambda _: actions and actions.pop()())

    return interrupt


@pytest.fixture
def reset_password(create_link: Callable[[], str]) -> Callable[[], None]:
    """Return a function that sets `OTHER_PASSWORD` through a one-time link."""

    def redeem() -> None:
        assert Device().redeem(create_link()).status == 200

    return redeem


def test_a_sign_in_with_the_old_password_opens_no_session(
    device: Device, name: str, after_check: Interrupt, reset_password: Callable[[], None]
) -> None:
    after_check(reset_password)
    assert Device().sign_in(name).refusal == "401 AUTH_FAILED"
    assert not device.is_signed_in()
    assert Device().sign_in(name, OTHER_PASSWORD).status == 200


@pytest.mark.usefixtures("device")
def test_a_sign_in_opens_no_session_of_an_account_that_is_deactivated(name: str, after_check: Interrupt) -> None:
    after_check(lambda: User.objects.filter(username=name).update(is_active=False))

    assert Device().sign_in(name).status == 401
    User.objects.filter(username=name).update(is_active=True)
    assert User.objects.get(username=name).sessions.filter(ended_at=None).count() == 1


def test_a_sign_in_with_the_old_password_does_not_open_the_administration(
    name: str, after_check: Interrupt, reset_password: Callable[[], None]
) -> None:
    account = User.objects.create_superuser(name, f"{name}@example.com", PASSWORD)
    browser = Client(REMOTE_ADDR=fresh_address())
    after_check(reset_password)

    assert browser.post(reverse("admin:login"), {"username": name, "password": PASSWORD}).status_code == 302
    assert browser.get(reverse("admin:index")).status_code == 302, "it asks for a sign-in"
    assert not account.sessions.filter(ended_at=None).exists()


def test_two_sign_ins_that_renew_the_same_hash_both_succeed(
    name: str, after_check: Interrupt, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = ["tests.users.hashers.OutdatedHasher"]
    Device().register(name)
    settings.PASSWORD_HASHERS = ["tests.users.hashers.CurrentHasher", "tests.users.hashers.OutdatedHasher"]
    other = Device()
    after_check(lambda: other.sign_in(name))

    assert Device().sign_in(name).status == 200
    assert other.is_signed_in()


def test_a_change_by_a_thief_does_not_replace_the_password_of_a_link(
    device: Device, name: str, after_check: Interrupt, reset_password: Callable[[], None]
) -> None:
    after_check(reset_password)
    assert device.call("POST", "/password", {"current": PASSWORD, "new": THEIRS}).refusal == "400 PASSWORD_INCORRECT"
    assert Device().sign_in(name, THEIRS).status == 401
    assert Device().sign_in(name, OTHER_PASSWORD).status == 200


def test_a_change_by_a_thief_in_the_administration_does_not_replace_the_password_of_a_link(
    name: str, after_check: Interrupt, reset_password: Callable[[], None]
) -> None:
    User.objects.create_superuser(name, f"{name}@example.com", PASSWORD)
    browser = Client(REMOTE_ADDR=fresh_address())
    browser.post(reverse("admin:login"), {"username": name, "password": PASSWORD})
    after_check(reset_password)
    form = {"old_password": PASSWORD, "new_password1": THEIRS, "new_password2": THEIRS}

    assert browser.post(reverse("admin:password_change"), form).status_code == 200
    assert Device().sign_in(name, OTHER_PASSWORD).status == 200


def test_a_thief_cannot_delete_the_account_with_the_old_password(
    device: Device, name: str, after_check: Interrupt, reset_password: Callable[[], None]
) -> None:
    after_check(reset_password)

    assert device.call("DELETE", "/me", {"password": PASSWORD}).status == 400
    assert Device().sign_in(name, OTHER_PASSWORD).status == 200
