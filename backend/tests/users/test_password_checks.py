"""Password checks: limited, few at a time, with equal work (docs/api.md: A-3.4, A-3.15, A-3.16)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from apps.core.http.client_address import client_network
from apps.users.hashing import MAX_RUNNING, MAX_WAITING, is_hashing_busy
from apps.users.models import User
from config.settings import base
from testkit.database_threads import close_after
from tests.users.devices import OTHER_PASSWORD, PASSWORD, Device, Response, fresh_address
from tests.users.hashers import CurrentHasher, HeldHasher

pytestmark = pytest.mark.django_db


def sign_in_to_admin(name: str, password: str, address: str) -> Any:
    browser = Client(REMOTE_ADDR=address, raise_request_exception=False)
    return browser.post(reverse("admin:login"), {"username": name, "password": password})


@pytest.fixture
def change_as_administrator(name: str) -> Callable[[str], Any]:
    """Return a function that sends the page on which an administrator changes their password."""
    browser = Client(REMOTE_ADDR=fresh_address())
    browser.force_login(User.objects.create_superuser(name, f"{name}@example.com", PASSWORD))
    new = {"new_password1": OTHER_PASSWORD, "new_password2": OTHER_PASSWORD}
    return lambda current: browser.post(reverse("admin:password_change"), new | {"old_password": current})


class TestLimit:
    @pytest.fixture(autouse=True)
    def limit_of_three(self, settings: Settings) -> None:
        settings.THROTTLE_PASSWORD = "3/40"

    def test_successful_sign_ins_count_too(self, name: str) -> None:
        Device().register(name)
        device = Device()
        assert [device.sign_in(name).status for _ in range(3)] == [200] * 3

        response = device.sign_in(name)

        assert response.refusal == "429 RATE_LIMIT_EXCEEDED"
        assert 0 < int(response.headers["Retry-After"]) <= 40
        assert Device().sign_in(name).status == 200, "from another network"

    def test_the_administration_shares_the_count_with_the_api(self, name: str) -> None:
        User.objects.create_superuser(name, f"{name}@example.com", PASSWORD)
        device = Device()
        device.sign_in(name)
        for _ in range(2):
            sign_in_to_admin(name, PASSWORD, device.address)

        response = sign_in_to_admin(name, PASSWORD, device.address)

        assert response.status_code == 429
        assert 0 < int(response.headers["Retry-After"]) <= 40

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("POST", "/password", {"current": PASSWORD, "new": PASSWORD}),
            ("DELETE", "/me", {"password": "wrong"}),
        ],
    )
    def test_a_signed_in_account_is_counted_over_all_networks(
        self, device: Device, method: str, path: str, body: dict[str, str]
    ) -> None:
        def check() -> Response:
            device.address = fresh_address()
            return device.call(method, path, body)

        assert 429 not in {check().status for _ in range(3)}
        assert check().code == "RATE_LIMIT_EXCEEDED"

    def test_the_password_page_of_administrators_counts(self, change_as_administrator: Callable[[str], Any]) -> None:
        for _ in range(3):
            assert "The current password is wrong" in change_as_administrator("wrong").content.decode()

        assert change_as_administrator("wrong").status_code == 429


def test_the_password_page_of_administrators_has_the_same_lock_out(
    change_as_administrator: Callable[[str], Any],
) -> None:
    for _ in range(5):
        change_as_administrator("wrong")

    assert "this account is locked for a while" in change_as_administrator(PASSWORD).content.decode()


@pytest.mark.django_db(transaction=True)
class TestConcurrentHashes:
    @pytest.fixture
    def held(self, name: str, settings: Settings) -> Iterator[None]:
        """Register an account, then hold every hash until the test opens the gate."""
        HeldHasher.gate.set()
        settings.PASSWORD_HASHERS = ["tests.users.hashers.HeldHasher"]
        Device().register(name)
        HeldHasher.gate.clear()
        HeldHasher.started.clear()
        yield
        HeldHasher.gate.set()

    @pytest.mark.usefixtures("held")
    def test_more_concurrent_hashes_than_the_limit_are_refused(self, name: str, settings: Settings) -> None:
        settings.PASSWORD_CHECK_WAIT_SECONDS = 0.2
        calls = [partial(Device().sign_in, name) for _ in range(MAX_RUNNING)]
        calls += [partial(Device().register, f"{name}-2") for _ in range(2)]
        with ThreadPoolExecutor(len(calls)) as threads:
            ended = as_completed([threads.submit(close_after, call) for call in calls])
            refused = [next(ended).result() for _ in range(2)]
            HeldHasher.gate.set()

            served = [future.result().status for future in ended]
        assert len(served) == MAX_RUNNING
        assert set(served) <= {200, 201, 400}, "a name is taken only once"
        assert {response.refusal for response in refused} == {"429 PASSWORD_CHECKS_BUSY"}
        assert {response.headers["Retry-After"] for response in refused} == {"1"}

    @pytest.mark.usefixtures("held")
    def test_hashing_is_busy_for_a_network_whose_hash_would_wait_too_long(self, name: str, settings: Settings) -> None:
        settings.PASSWORD_CHECK_WAIT_SECONDS = 60.0
        one, other = client_network(fresh_address()), client_network(fresh_address())
        with ThreadPoolExecutor(MAX_RUNNING + 1) as threads:
            running = [threads.submit(close_after, Device(one).sign_in, name) for _ in range(MAX_RUNNING + 1)]
            while not is_hashing_busy(one, max_wait=0.0):
                assert HeldHasher.started.wait(30)
            assert is_hashing_busy(other, max_wait=0.0)
            assert not is_hashing_busy(other, max_wait=3600.0)
            HeldHasher.gate.set()
            assert {future.result().status for future in running} == {200}
        assert not is_hashing_busy(one, max_wait=0.0)

    @pytest.mark.usefixtures("held")
    def test_networks_take_turns_however_many_hashes_one_asks_for(self, name: str, settings: Settings) -> None:
        settings.THROTTLE_PASSWORD = "off"
        with ThreadPoolExecutor(MAX_RUNNING + 2 * MAX_WAITING + 2) as threads:

            def overfill(password: str, count: int) -> None:
                """Check `password` until one check is refused: then all others wait or run."""
                address = fresh_address()
                checks = [
                    threads.submit(close_after, Device(address).sign_in, name, password) for _ in range(count + 1)
                ]
                refused = next(as_completed(checks)).result()
                assert refused.refusal == "429 PASSWORD_CHECKS_BUSY"

            HeldHasher.order.clear()
            overfill("of the first", MAX_RUNNING + MAX_WAITING)
            overfill("of the second", MAX_WAITING)
            HeldHasher.gate.set()
        ran, waited = HeldHasher.order[:MAX_RUNNING], HeldHasher.order[MAX_RUNNING:]
        assert set(ran) == {"of the first"}
        if MAX_RUNNING == 1:
            assert waited == ["of the first", "of the second"] * MAX_WAITING
        assert abs(waited[:MAX_WAITING].count("of the second") - MAX_WAITING // 2) <= MAX_RUNNING

    @pytest.mark.usefixtures("held")
    @pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has no pool")
    def test_no_database_connection_is_held_while_a_password_is_hashed(self, name: str) -> None:
        connection.close()
        before = connections_in_use()
        with ThreadPoolExecutor() as threads:
            running = threads.submit(close_after, Device().sign_in, name)
            assert HeldHasher.started.wait(30)
            while_hashing = connections_in_use()
            HeldHasher.gate.set()

            assert running.result().status == 200
        assert while_hashing <= before, "threads of earlier tests may hold some"


def connections_in_use() -> int:
    connections = connection.pool.get_stats()  # type: ignore[attr-defined]
    return int(connections["pool_size"] - connections["pool_available"])


class TestArgon2id:
    @pytest.fixture(autouse=True)
    def production_hashers(self, settings: Settings) -> None:
        settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS

    def test_new_passwords_are_hashed_with_the_parameters_of_owasp(self, name: str) -> None:
        Device().register(name)

        assert User.objects.get(username=name).password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
        assert Device().sign_in(name).status == 200
        assert Device().sign_in(name, OTHER_PASSWORD).status == 401

    def test_an_older_hash_is_replaced_at_the_next_sign_in(self, device: Device, name: str) -> None:
        older = PBKDF2PasswordHasher().encode(PASSWORD, "saltsaltsaltsalt", iterations=1000)
        User.objects.filter(username=name).update(password=older)
        assert Device().sign_in(name, OTHER_PASSWORD).status == 401

        assert Device().sign_in(name).status == 200

        assert User.objects.get(username=name).password.startswith("argon2$")
        assert device.is_signed_in(), "the session continues, because the password is the same"
        assert Device().sign_in(name).status == 200


class TestCostOfFailures:
    """The cost of a failed sign-in does not reveal why it failed."""

    @pytest.fixture(params=[False, True], ids=["one hasher", "two hashers"])
    def hashers(self, request: pytest.FixtureRequest, name: str, settings: Settings) -> tuple[str, ...]:
        """Register accounts; returns the hashes that every failure costs."""
        settings.PASSWORD_HASHERS = ["tests.users.hashers.OutdatedHasher"]
        if request.param:
            Device().register(f"{name}-old")
            Device().register(f"{name}-kept")
        settings.PASSWORD_HASHERS = ["tests.users.hashers.CurrentHasher", "tests.users.hashers.OutdatedHasher"]
        Device().register(name)
        return ("current", "outdated") if request.param else ("current",)

    def test_a_wrong_password_costs_the_same_whether_the_account_exists_or_not(
        self, name: str, hashers: tuple[str, ...]
    ) -> None:
        Device().register(f"{name}-none")
        User.objects.filter(username=f"{name}-none").update(password="!")
        for login in (name, f"{name}-none", f"{name}-unknown", f"{name}-old"):
            assert cost_of_failure(login, OTHER_PASSWORD) == hashers, login

    def test_the_correct_password_of_an_inactive_account_costs_as_much_as_a_wrong_one(
        self, name: str, hashers: tuple[str, ...]
    ) -> None:
        for login in User.objects.values_list("username", flat=True):
            User.objects.filter(username=login).update(is_active=False)
            assert cost_of_failure(login, PASSWORD) == hashers, login

    def test_the_correct_password_of_a_locked_account_costs_as_much_as_a_wrong_one(
        self, name: str, hashers: tuple[str, ...]
    ) -> None:
        for login, email in User.objects.values_list("username", "email"):
            device = Device()
            for _ in range(5):
                device.sign_in(login, OTHER_PASSWORD)
            assert cost_of_failure(email, PASSWORD, device) == hashers, login


def cost_of_failure(login: str, password: str, device: Device | None = None) -> tuple[str, ...]:
    CurrentHasher.spent.clear()
    assert (device or Device()).sign_in(login, password).status == 401
    return tuple(sorted(CurrentHasher.spent))
