"""Deleting one's own account (docs/api.md: A-3.13)."""

from collections.abc import Callable

import pytest

from apps.users.models import User
from tests.users.devices import PASSWORD, Device

pytestmark = pytest.mark.django_db


def test_deletion_ends_all_sessions_and_frees_the_names(name: str, signed_in: Callable[[], Device]) -> None:
    device, other = signed_in(), signed_in()

    response = device.call("DELETE", "/me", {"password": PASSWORD})

    assert response.status == 204
    assert not User.objects.filter(username=name).exists()
    assert not device.is_signed_in()
    assert not other.is_signed_in()
    assert other.renew().status == 401
    assert Device().sign_in(name).status == 401
    assert Device().register(name).status == 201


def test_deletion_needs_the_password(device: Device) -> None:
    assert device.call("DELETE", "/me", {"password": "not this"}).refusal == "400 PASSWORD_INCORRECT"
    assert device.call("DELETE", "/me", {}).status == 422
    assert device.is_signed_in()


def test_a_stolen_device_cannot_guess_the_password(device: Device) -> None:
    for _ in range(5):
        device.call("DELETE", "/me", {"password": "a guess"})

    assert device.call("DELETE", "/me", {"password": PASSWORD}).refusal == "429 ACCOUNT_LOCKED"
    assert device.is_signed_in()


def test_deletion_needs_a_session() -> None:
    assert Device().call("DELETE", "/me", {"password": PASSWORD}).status == 401


def test_the_last_administrator_cannot_delete_their_account_while_others_exist(name: str, device: Device) -> None:
    User.objects.filter(username=name).update(is_staff=True)
    other = f"{name}-2"
    Device().register(other)

    assert device.call("DELETE", "/me", {"password": PASSWORD}).refusal == "409 LAST_ADMINISTRATOR"
    assert device.is_signed_in()

    User.objects.filter(username=other).update(is_staff=True)
    assert device.call("DELETE", "/me", {"password": PASSWORD}).status == 204


def test_the_only_account_can_be_deleted_by_its_administrator(name: str, device: Device) -> None:
    User.objects.filter(username=name).update(is_staff=True)

    assert device.call("DELETE", "/me", {"password": PASSWORD}).status == 204
