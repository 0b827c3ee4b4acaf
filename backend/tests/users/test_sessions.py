"""Sessions: signing out, listing devices and ending them (docs/api.md: A-3.11, A-3.12)."""

import json
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import connections
from django.test import AsyncClient
from pytest_django import DjangoAssertNumQueries

from apps.users.selectors import find_ended_sessions
from tests.chat.socket.tokens import claims_of
from tests.users.devices import OTHER_PASSWORD, PASSWORD, Device
from tests.users.movable_clock import MovableClock

pytestmark = pytest.mark.django_db


def session_of(device: Device) -> UUID:
    return UUID(claims_of(device.access)["sid"])


class TestLogout:
    @pytest.mark.parametrize("with_body", [False, True])
    def test_logout_ends_both_tokens_immediately_and_clears_the_cookie(self, device: Device, with_body: bool) -> None:
        response = device.call("POST", "/logout", {"refresh_token": device.refresh} if with_body else None)

        assert response.status == 200
        assert isinstance(response.body["message"], str)
        assert response.cookies["refresh_token"].value == ""
        assert response.cookies["refresh_token"]["max-age"] == 0
        assert response.cookies["refresh_token"]["path"] == "/api/auth/"
        assert response.headers["Clear-Site-Data"] == '"cache"'
        assert not device.is_signed_in()
        assert device.renew().status == 401

    def test_logout_needs_a_session(self, device: Device) -> None:
        assert device.call("POST", "/logout", Authorization="").status == 401
        assert device.is_signed_in()

    def test_other_devices_stay_signed_in(self, signed_in: Callable[[], Device]) -> None:
        device, other = signed_in(), signed_in()
        device.call("POST", "/logout")

        assert other.is_signed_in()

    def test_a_refresh_token_of_another_user_is_ignored(self, device: Device, name: str) -> None:
        stranger = Device.of_new_account(f"{name}-2")
        device.call("POST", "/logout", {"refresh_token": stranger.refresh})

        assert stranger.is_signed_in()

    def test_the_cookie_of_a_later_sign_in_is_kept(self, device: Device, name: str) -> None:
        earlier = device.access
        device.sign_in(name)

        response = device.call("POST", "/logout", Authorization=f"Bearer {earlier}")

        assert "refresh_token" not in response.cookies
        assert device.call("POST", "/token/refresh", {}).status == 200


class TestList:
    def test_devices_are_listed_most_recently_seen_first(
        self, name: str, signed_in: Callable[[], Device], clock: MovableClock
    ) -> None:
        earlier = signed_in()
        clock.advance(minutes=5)
        device = Device()
        device.sign_in(name, **{"User-Agent": "Mozilla/5.0 (X11)\x7f" + "x" * 300})

        sessions = device.call("GET", "/sessions/").body["sessions"]

        assert [session["id"] for session in sessions] == [str(session_of(device)), str(session_of(earlier))]
        assert [session["current"] for session in sessions] == [True, False]
        assert sessions[0]["address"] == device.address
        assert sessions[0]["user_agent"].startswith("Mozilla/5.0 (X11)xxx")
        assert len(sessions[0]["user_agent"]) == 200
        assert sessions[0]["created_at"].endswith("000Z")
        assert set(sessions[0]) == {
            "id", "current", "administration", "created_at", "last_seen_at", "expires_at", "user_agent", "address"
        }  # fmt: skip

    def test_a_refresh_updates_last_seen(self, device: Device, clock: MovableClock) -> None:
        before = device.call("GET", "/sessions/").body["sessions"][0]
        clock.advance(minutes=5)
        device.renew()

        after = device.call("GET", "/sessions/").body["sessions"][0]
        assert after["last_seen_at"] > before["last_seen_at"]
        assert after["expires_at"] == before["expires_at"]

    def test_ended_and_expired_sessions_are_not_listed(
        self, signed_in: Callable[[], Device], clock: MovableClock
    ) -> None:
        signed_in()
        signed_in().call("POST", "/logout")
        clock.advance(days=7, minutes=1)

        assert len(signed_in().call("GET", "/sessions/").body["sessions"]) == 1


class TestLimit:
    def test_the_51st_session_ends_the_least_recently_seen_one(
        self, signed_in: Callable[[], Device], clock: MovableClock
    ) -> None:
        devices = []
        for _ in range(50):
            clock.advance(seconds=1)
            devices.append(signed_in())
        clock.advance(seconds=1)
        devices[0].renew()

        last = signed_in()

        ended = [number for number, device in enumerate([*devices, last]) if not device.is_signed_in()]
        assert ended == [1]
        assert len(last.call("GET", "/sessions/").body["sessions"]) == 50


class TestEnd:
    def test_a_device_can_end_another_one(self, signed_in: Callable[[], Device]) -> None:
        device, other = signed_in(), signed_in()

        assert device.call("DELETE", f"/sessions/{session_of(other)}").status == 204
        assert not other.is_signed_in()
        assert device.is_signed_in()
        assert device.call("DELETE", f"/sessions/{session_of(other)}").code == "NOT_FOUND"

    def test_ending_the_own_session_clears_the_cookie(self, device: Device) -> None:
        response = device.call("DELETE", f"/sessions/{session_of(device)}")

        assert response.status == 204
        assert response.cookies["refresh_token"]["max-age"] == 0
        assert not device.is_signed_in()

    def test_a_device_can_end_all_others(self, signed_in: Callable[[], Device]) -> None:
        device, *others = signed_in(), signed_in(), signed_in()

        assert device.call("DELETE", "/sessions/").status == 204
        assert [other.is_signed_in() for other in others] == [False, False]
        assert device.is_signed_in()

    def test_a_session_of_another_user_looks_missing(self, device: Device, name: str) -> None:
        stranger = Device.of_new_account(f"{name}-2")

        theirs = device.call("DELETE", f"/sessions/{session_of(stranger)}")
        missing = device.call("DELETE", f"/sessions/{uuid4()}")

        assert theirs.status == missing.status == 404
        assert theirs.body == missing.body
        assert stranger.is_signed_in()


def test_the_sweep_finds_ended_unknown_and_expired_sessions_in_one_query(
    signed_in: Callable[[], Device], django_assert_num_queries: DjangoAssertNumQueries, clock: MovableClock
) -> None:
    live, ended = signed_in(), signed_in()
    ended.call("POST", "/logout")
    unknown = uuid4()

    with django_assert_num_queries(1):
        found = find_ended_sessions([session_of(live), session_of(ended), unknown])

    assert found == {session_of(ended), unknown}
    clock.advance(days=7, minutes=1)
    assert find_ended_sessions([session_of(live)]) == {session_of(live)}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/logout", None),
        ("DELETE", "/sessions/{other}", None),
        ("DELETE", "/sessions/", None),
        ("POST", "/password", {"current": PASSWORD, "new": OTHER_PASSWORD}),
    ],
)
async def test_the_end_of_a_session_notifies_its_connections(
    signed_in: Callable[[], Device], method: str, path: str, body: dict[str, str] | None
) -> None:
    device, other = await sync_to_async(signed_in)(), await sync_to_async(signed_in)()
    ended = device if path == "/logout" else other
    layer = get_channel_layer()
    assert layer is not None
    channel = await layer.new_channel()
    await layer.group_add(f"session.{session_of(ended).hex}", channel)

    response = await AsyncClient().generic(
        method,
        f"/api/auth{path.format(other=session_of(other))}",
        b"" if body is None else json.dumps(body).encode(),
        content_type="application/json",
        headers={"Authorization": f"Bearer {device.access}"},
    )

    assert response.status_code in {200, 204}
    assert await layer.receive(channel) == {"type": "session.ended", "session_id": str(session_of(ended))}
    await sync_to_async(connections.close_all)()  # The thread of the request would keep its connection open.
