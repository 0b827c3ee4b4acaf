"""Throttles: how often an address or a user may call (docs/api.md: A-4.1)."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from pytest_django import Settings

from tests.users.devices import Device, Response

pytestmark = pytest.mark.django_db


type Call = Callable[[Device], Response]

ENDPOINTS: dict[str, tuple[str, Call]] = {
    "register": ("THROTTLE_REGISTER", lambda device: device.register(fresh_name())),
    "sign in": ("THROTTLE_LOGIN", lambda device: device.sign_in(fresh_name())),
    "redeem": ("THROTTLE_LOGIN", lambda device: device.redeem("nonsense")),
    "refresh": ("THROTTLE_REFRESH", lambda device: device.renew("nonsense")),
    "ask without a token": ("THROTTLE_ANONYMOUS", lambda device: device.call("GET", "/me")),
}


def fresh_name() -> str:
    return f"bob-{uuid4().hex[:12]}"


@pytest.mark.parametrize(("setting", "call"), ENDPOINTS.values(), ids=ENDPOINTS)
def test_each_public_endpoint_counts_by_address(setting: str, call: Call, settings: Settings) -> None:
    setattr(settings, setting, "3/40")
    device = Device()
    assert 429 not in {call(device).status for _ in range(3)}

    response = call(device)

    assert response.refusal == "429 RATE_LIMIT_EXCEEDED"
    assert 0 < int(response.headers["Retry-After"]) <= 40
    assert call(Device()).status != 429, "another address"


@pytest.mark.parametrize("full", ENDPOINTS)
def test_each_throttle_counts_separately(full: str, settings: Settings) -> None:
    for setting, _ in ENDPOINTS.values():
        setattr(settings, setting, "2/60")
    device = Device()
    for _ in range(3):
        ENDPOINTS[full][1](device)

    assert [name for name, (_, call) in ENDPOINTS.items() if call(device).status == 429] == [full]


@pytest.mark.parametrize(("setting", "call"), ENDPOINTS.values(), ids=ENDPOINTS)
def test_each_throttle_can_be_switched_off(setting: str, call: Call, settings: Settings) -> None:
    setattr(settings, setting, "off")
    device = Device()
    beyond_the_default = 40 if setting == "THROTTLE_LOGIN" else 130  # 50 failed sign-ins lock the address out

    assert 429 not in {call(device).status for _ in range(beyond_the_default)}


def test_malformed_requests_count_too(settings: Settings) -> None:
    settings.THROTTLE_REGISTER = "2/60"
    device = Device()

    assert [device.call("POST", "/register", {}).status for _ in range(3)] == [422, 422, 429]


def test_a_user_is_counted_over_all_devices(signed_in: Callable[[], Device], name: str, settings: Settings) -> None:
    settings.THROTTLE_USER = "4/40"
    one, two = signed_in(), signed_in()
    assert [device.call("GET", "/me").status for device in (one, two, one, two)] == [200] * 4

    response = one.call("GET", "/sessions/")

    assert response.refusal == "429 RATE_LIMIT_EXCEEDED"
    assert 0 < int(response.headers["Retry-After"]) <= 40
    assert Device.of_new_account(f"{name}-2").is_signed_in()


def test_the_default_limits_are_those_documented(settings: Settings) -> None:
    names = ("REGISTER", "LOGIN", "REFRESH", "ANONYMOUS", "USER")

    assert [getattr(settings, f"THROTTLE_{name}") for name in names] == ["10/300", "30/60", "60/60", "120/60", "600/60"]


def test_an_untrusted_peer_cannot_claim_another_address(settings: Settings) -> None:
    settings.THROTTLE_REFRESH = "2/60"
    device = Device()
    statuses = [
        device.call("POST", "/token/refresh", {}, **{"X-Forwarded-For": f"198.51.100.{number}"}).status
        for number in range(3)
    ]

    assert statuses == [401, 401, 429]


def test_behind_a_trusted_proxy_the_forwarded_address_counts(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    settings.THROTTLE_REFRESH = "2/60"
    proxy = Device()

    def call(address: str) -> int:
        return proxy.call("POST", "/token/refresh", {}, **{"X-Forwarded-For": f"203.0.113.9, {address}"}).status

    assert [call("198.51.100.77") for _ in range(3)] == [401, 401, 429]
    assert call("198.51.100.78") == 401
