"""The limits of requests that a worker runs at once (docs/api.md: A-1.14)."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Semaphore

import pytest
from django.test import Client
from pytest_django import Settings

from apps.core.http.running_requests import MAX_EXTRA, MAX_EXTRA_PER_NETWORK, MAX_PER_NETWORK, MAX_RUNNING
from tests.core import held_urls
from tests.users.devices import fresh_address

pytestmark = pytest.mark.storeless

MANY = 3 * MAX_RUNNING


@pytest.fixture
def threads(settings: Settings) -> Iterator[ThreadPoolExecutor]:
    """Threads for requests to views that wait for the end of the test."""
    settings.ROOT_URLCONF = "tests.core.held_urls"
    settings.REQUEST_WAIT_SECONDS = 60.0  # Waiting requests are served at the end of the test, however slow it is.
    held_urls.gate.clear()
    held_urls.max_inside.clear()
    held_urls.entered = Semaphore(0)  # Requests that entered after the gate was opened are not counted by their test.
    with ThreadPoolExecutor(4 * MANY) as pool:
        yield pool
        held_urls.gate.set()


def request_held(threads: ThreadPoolExecutor, address: str, path: str = "/held") -> Future[int]:
    return threads.submit(lambda: Client().get(path, REMOTE_ADDR=address).status_code)


def wait_until_entered(count: int) -> None:
    for _ in range(count):
        assert held_urls.entered.acquire(timeout=30)


def test_requests_of_one_network_leave_a_slot_for_others(threads: ThreadPoolExecutor, settings: Settings) -> None:
    settings.REQUEST_SLOT_SECONDS = 60  # None takes an extra slot.
    one, other = fresh_address(), fresh_address()
    responses = [request_held(threads, one) for _ in range(MANY)]
    wait_until_entered(MAX_PER_NETWORK)
    responses += [request_held(threads, other) for _ in range(MANY)]
    wait_until_entered(MAX_RUNNING - MAX_PER_NETWORK)
    assert held_urls.max_inside == {one: MAX_PER_NETWORK, other: MAX_RUNNING - MAX_PER_NETWORK}

    responses.append(request_held(threads, one, "/api/health/live"))
    wait_until_entered(1)
    held_urls.gate.set()

    assert {response.result() for response in responses} == {200}


def test_health_checks_of_one_network_run_one_at_a_time(threads: ThreadPoolExecutor, settings: Settings) -> None:
    settings.REQUEST_SLOT_SECONDS = 60  # None takes an extra slot.
    one, other = fresh_address(), fresh_address()
    responses = [request_held(threads, one, "/api/health/live") for _ in range(MANY)]
    wait_until_entered(1)
    responses.append(request_held(threads, other, "/api/health/live"))
    wait_until_entered(1)
    assert held_urls.max_inside == {one: 1, other: 1}
    held_urls.gate.set()

    assert {response.result() for response in responses} == {200}


def test_a_limited_number_of_requests_that_have_waited_run_beside_those_with_a_slot(
    threads: ThreadPoolExecutor, settings: Settings
) -> None:
    settings.REQUEST_SLOT_SECONDS = 0  # Those without an ordinary slot take an extra one at once.
    responses = [request_held(threads, fresh_address()) for _ in range(MAX_RUNNING + MAX_EXTRA)]
    wait_until_entered(len(responses))
    settings.REQUEST_WAIT_SECONDS = 0
    refused = Client().get("/held", REMOTE_ADDR=fresh_address())
    held_urls.gate.set()

    assert refused.status_code == 503
    assert refused["Retry-After"] == "1"
    assert refused.json()["code"] == "INTERNAL_ERROR"
    assert {response.result() for response in responses} == {200}


def test_requests_of_one_network_that_have_waited_leave_room_for_others(
    threads: ThreadPoolExecutor, settings: Settings
) -> None:
    settings.REQUEST_SLOT_SECONDS = 0  # Those without an ordinary slot take an extra one at once.
    one = fresh_address()
    responses = [request_held(threads, one) for _ in range(MAX_PER_NETWORK + MAX_EXTRA_PER_NETWORK)]
    wait_until_entered(len(responses))
    settings.REQUEST_WAIT_SECONDS = 0
    refused = Client().get("/held", REMOTE_ADDR=one)
    responses += [request_held(threads, fresh_address()) for _ in range(MAX_RUNNING - MAX_PER_NETWORK)]
    wait_until_entered(MAX_RUNNING - MAX_PER_NETWORK)
    held_urls.gate.set()

    assert refused.status_code == 503
    assert {response.result() for response in responses} == {200}
