"""Lock-outs after failed sign-ins: of an account for a network, and of the network (docs/api.md: A-3.4, A-3.5)."""

import pytest
from django.core.management import call_command
from pytest_django import Settings

from apps.users.services.lockouts import FAILURES_PER_NETWORK
from testkit.database_threads import all_at_once
from tests.users.devices import PASSWORD, Device, Response, fresh_address
from tests.users.movable_clock import MovableClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def account(name: str) -> None:
    Device().register(name)


def fail_to_sign_in(device: Device, *logins: str) -> list[Response]:
    return [device.sign_in(login, "wrong") for login in logins]


def is_locked(response: Response) -> bool:
    return response.status == 429 and response.code == "ACCOUNT_LOCKED"


def test_the_sixth_attempt_is_refused_even_with_the_correct_password(name: str) -> None:
    device = Device()
    assert [response.status for response in fail_to_sign_in(device, *[name] * 5)] == [401] * 5

    response = device.sign_in(name)

    assert is_locked(response)
    assert 14 * 60 < int(response.headers["Retry-After"]) <= 15 * 60


def test_a_success_resets_the_count_of_failures(name: str) -> None:
    device = Device()
    for _ in range(3):
        fail_to_sign_in(device, *[name] * 4)
        assert device.sign_in(name).status == 200


def test_a_lock_out_ends_after_fifteen_minutes_and_attempts_do_not_prolong_it(name: str, clock: MovableClock) -> None:
    device = Device()
    for _ in range(5):
        clock.advance(minutes=2)
        fail_to_sign_in(device, name)
    clock.advance(minutes=14, seconds=55)
    refused = fail_to_sign_in(device, *[name] * 3)
    assert all(is_locked(response) for response in refused)
    assert int(refused[0].headers["Retry-After"]) <= 5

    clock.advance(seconds=6)
    assert [response.status for response in fail_to_sign_in(device, *[name] * 4)] == [401] * 4, "the count starts again"
    assert device.sign_in(name).status == 200


def test_failures_count_for_fifteen_minutes(name: str, clock: MovableClock) -> None:
    device = Device()
    fail_to_sign_in(device, *[name] * 4)
    clock.advance(minutes=15, seconds=1)
    fail_to_sign_in(device, *[name] * 4)

    assert device.sign_in(name).status == 200


def test_a_clock_that_is_put_back_does_not_prolong_a_lock_out(name: str, clock: MovableClock) -> None:
    device = Device()
    fail_to_sign_in(device, *[name] * 5)
    clock.advance(hours=-1)

    assert device.sign_in(name).status == 200
    fail_to_sign_in(device, name)
    clock.advance(hours=1, minutes=1)
    assert device.sign_in(name).status == 200


def test_an_account_is_locked_by_the_failures_under_all_its_names(name: str) -> None:
    device = Device()
    email = f"{name}@example.com"
    responses = fail_to_sign_in(device, name, name.upper(), email, email.upper(), f"{name}@Example.com")

    assert [response.status for response in responses] == [401] * 5
    assert device.sign_in(name).status == 401
    assert device.sign_in(email).status == 401


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_the_other_name_of_a_locked_account_does_not_reveal_whether_a_password_is_correct(
    name: str, password: str
) -> None:
    device = Device()
    email = f"{name}@example.com"
    fail_to_sign_in(device, *[name] * 5)

    responses = [device.sign_in(email, password) for _ in range(6)]

    assert [response.refusal for response in responses[:5]] == ["401 AUTH_FAILED"] * 5
    assert is_locked(responses[5])
    assert is_locked(device.sign_in(name, password))


def test_a_wrong_password_is_answered_by_the_count_of_what_was_typed(name: str) -> None:
    device = Device()
    email = f"{name}@example.com"
    fail_to_sign_in(device, *[email] * 5)

    assert is_locked(fail_to_sign_in(device, email)[0])
    assert [response.status for response in fail_to_sign_in(device, *[name] * 5)] == [401] * 5, (
        "does not tell whose email address it is"
    )
    assert is_locked(fail_to_sign_in(device, name)[0])


def test_failures_under_the_other_name_do_not_prolong_the_lock_of_the_account(name: str, clock: MovableClock) -> None:
    device = Device()
    fail_to_sign_in(device, *[name] * 5)
    clock.advance(minutes=10)
    fail_to_sign_in(device, *[f"{name}@example.com"] * 3)
    assert device.sign_in(f"{name}@example.com").status == 401

    clock.advance(minutes=5, seconds=1)
    assert device.sign_in(f"{name}@example.com").status == 200


def test_an_unknown_account_is_locked_like_any_other(name: str) -> None:
    device = Device()
    responses = fail_to_sign_in(device, *[f"{name}-unknown"] * 4, f"{name}-UNKNOWN", f"{name}-unknown")

    assert [response.status for response in responses] == [401] * 5 + [429]
    assert is_locked(responses[-1])


def test_another_network_is_not_locked_out(name: str) -> None:
    fail_to_sign_in(Device(), *[name] * 5)

    assert Device().sign_in(name).status == 200


def test_another_account_is_not_locked_out(name: str) -> None:
    device = Device()
    Device().register(f"{name}-2")
    fail_to_sign_in(device, *[name] * 5)

    assert device.sign_in(f"{name}-2").status == 200


def test_addresses_of_one_ipv6_network_count_together(name: str) -> None:
    for number in range(5):
        fail_to_sign_in(Device(address=f"2001:db8:1:2::{number:x}"), name)

    assert is_locked(Device(address="2001:db8:1:2:ffff::1").sign_in(name))
    assert Device(address="2001:db8:1:3::1").sign_in(name).status == 200


def test_a_network_that_fails_on_many_accounts_has_to_wait(name: str, clock: MovableClock, settings: Settings) -> None:
    settings.THROTTLE_LOGIN = "off"
    device = Device()
    fail_to_sign_in(device, *[f"{name}-{number}" for number in range(FAILURES_PER_NETWORK)])

    response = device.sign_in(name)

    assert response.refusal == "429 RATE_LIMIT_EXCEEDED"
    assert 14 * 60 < int(response.headers["Retry-After"]) <= 15 * 60
    assert Device().sign_in(name).status == 200
    clock.advance(minutes=15, seconds=1)
    assert device.sign_in(name).status == 200


@pytest.mark.parametrize(
    "command", [("axes_reset",), ("axes_reset_username", "{name}"), ("axes_reset_ip", "{address}")]
)
def test_an_administrator_can_lift_a_lock_out(
    name: str, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    device = Device()
    fail_to_sign_in(device, *[name] * 5)

    call_command(*[word.format(name=name.upper(), address=device.address) for word in command])

    assert "5 attempts removed" in capsys.readouterr().out
    assert device.sign_in(name).status == 200


@pytest.mark.django_db(transaction=True)
def test_five_of_twelve_concurrent_guesses_are_checked(name: str) -> None:
    address = fresh_address()
    responses = all_at_once([lambda: Device(address=address).sign_in(name, "wrong")] * 12)

    assert sorted(response.status for response in responses) == [401] * 5 + [429] * 7
    assert is_locked(Device(address=address).sign_in(name, PASSWORD))


@pytest.mark.django_db(transaction=True)
def test_twelve_concurrent_sign_ins_all_succeed(name: str) -> None:
    address = fresh_address()
    responses = all_at_once([lambda: Device(address=address).sign_in(name)] * 12)

    assert [response.status for response in responses] == [200] * 12
