"""Refresh tokens: renewal, rotation, reuse (docs/api.md, section 3)."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from apps.users.models import Session, User
from testkit.database_threads import all_at_once
from tests.chat.socket.tokens import claims_of
from tests.users.devices import Device
from tests.users.movable_clock import MovableClock

pytestmark = pytest.mark.django_db


class TestRefresh:
    def test_a_token_in_the_body_is_renewed_in_the_body(self, device: Device) -> None:
        response = device.call("POST", "/token/refresh", {"refresh": device.refresh})

        assert set(response.body) == {"access", "refresh"}
        assert response.body["refresh"] != device.refresh
        assert "refresh_token" not in response.cookies
        assert Device(access=response.body["access"]).is_signed_in()

    @pytest.mark.parametrize("body", [None, {}, {"refresh": None}])
    def test_a_token_in_the_cookie_is_renewed_in_the_cookie(self, device: Device, body: Any) -> None:
        response = device.call("POST", "/token/refresh", body)

        assert response.status == 200
        assert set(response.body) == {"access"}
        assert claims_of(response.cookies["refresh_token"].value)["jti"] != claims_of(device.refresh)["jti"]

    @pytest.mark.store_independent
    def test_a_refresh_without_a_token_is_refused(self) -> None:
        assert Device().call("POST", "/token/refresh", {}).refusal == "401 AUTH_FAILED"

    @pytest.mark.store_independent
    @pytest.mark.parametrize("body", [None, {}, {"refresh": None}])
    def test_a_web_client_without_a_token_has_no_session(self, body: Any) -> None:
        """A-3.18."""
        response = Device().call("POST", "/token/refresh", body, **{"X-Client": "web"})

        assert response.status == 204
        assert response.body is None

    def test_a_web_client_with_a_refused_token_is_refused(self, device: Device) -> None:
        device.client.cookies["refresh_token"] = "nonsense"

        assert device.call("POST", "/token/refresh", {}, **{"X-Client": "web"}).status == 401

    def test_a_spent_token_gets_the_same_successor_until_that_is_used(self, device: Device) -> None:
        first = device.refresh
        device.renew()
        second = device.refresh

        again = device.renew(first)
        assert again.body["refresh"] == second

        assert device.renew(second).status == 200
        assert device.renew(first).status == 401

    def test_a_spent_token_ends_the_whole_session(self, signed_in: Callable[[], Device]) -> None:
        thief, other = signed_in(), signed_in()
        first = thief.refresh
        thief.renew()
        thief.renew()

        assert Device().renew(first).status == 401
        assert not thief.is_signed_in()
        assert thief.renew().status == 401
        assert other.is_signed_in()

    def test_a_spent_token_is_accepted_for_60_seconds(self, device: Device, clock: MovableClock) -> None:
        first = device.refresh
        device.renew()
        second = device.refresh
        clock.advance(seconds=59)
        assert device.renew(first).body["refresh"] == second

        clock.advance(seconds=2)
        assert device.renew(first).status == 401
        assert device.renew(second).status == 401, "the session has ended"

    def test_a_refresh_token_lives_seven_days(self, device: Device, clock: MovableClock) -> None:
        clock.advance(days=6, hours=23)
        assert device.renew().status == 200

        clock.advance(days=7, seconds=15)
        assert device.renew().status == 401

    def test_a_session_lives_thirty_days(self, device: Device, clock: MovableClock) -> None:
        for _ in range(5):
            clock.advance(days=5, hours=23)
            assert device.renew().status == 200
        assert claims_of(device.refresh)["exp"] - claims_of(device.refresh)["iat"] < 7 * 86400
        assert device.is_signed_in()

        clock.advance(hours=4, minutes=55)
        assert device.renew().status == 200
        access, refresh = claims_of(device.access), claims_of(device.refresh)
        assert access["exp"] == refresh["exp"]
        assert access["exp"] - access["iat"] < 15 * 60

        clock.advance(minutes=6)
        assert not device.is_signed_in()
        assert device.renew().status == 401

    @pytest.mark.store_independent
    def test_an_access_token_cannot_be_refreshed(self, device: Device) -> None:
        assert device.renew(device.access).status == 401
        assert device.is_signed_in()

    def test_tokens_are_not_stored(self, device: Device) -> None:
        session = Session.objects.get(id=claims_of(device.refresh)["sid"])
        stored = " ".join(str(getattr(session, field.attname)) for field in Session._meta.concrete_fields)

        assert claims_of(device.refresh)["jti"] not in stored
        assert device.refresh not in stored

    @pytest.mark.store_independent
    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example", "http://["])
    def test_a_cookie_from_another_site_is_refused(self, device: Device, origin: str) -> None:
        assert device.call("POST", "/token/refresh", {}, Origin=origin).refusal == "403 ORIGIN_NOT_ALLOWED"
        assert device.renew().status == 200, "nothing was spent"

    @pytest.mark.store_independent
    @pytest.mark.parametrize("origin", ["http://testserver", "https://testserver", "http://localhost:5173"])
    def test_a_cookie_from_our_own_pages_is_accepted(self, device: Device, origin: str) -> None:
        assert device.call("POST", "/token/refresh", {}, Origin=origin).status == 200

    @pytest.mark.store_independent
    @pytest.mark.parametrize("body", [b"", b"{}"])
    def test_a_cookie_needs_json(self, device: Device, body: bytes) -> None:
        response = device.client.post("/api/auth/token/refresh", body, content_type="application/x-www-form-urlencoded")

        assert response.status_code == (415 if body else 200)

    @pytest.mark.parametrize("is_deleted", [False, True])
    def test_an_inactive_or_deleted_user_is_refused_everywhere(
        self, device: Device, name: str, *, is_deleted: bool
    ) -> None:
        users = User.objects.filter(username=name)
        users.delete() if is_deleted else users.update(is_active=False)

        assert Device().sign_in(name).code == "AUTH_FAILED"
        assert device.renew().status == 401
        assert device.call("POST", "/token/refresh", {}).status == 401
        assert not device.is_signed_in()


@pytest.mark.django_db(transaction=True)
def test_eight_concurrent_refreshes_get_one_successor(device: Device) -> None:
    for _ in range(5):  # The first round starts slowly, because it opens the connections.
        responses = all_at_once([partial(Device().renew, device.refresh) for _ in range(8)])

        assert [response.status for response in responses] == [200] * 8
        assert len({response.body["refresh"] for response in responses}) == 1
        device.refresh = responses[0].body["refresh"]


@pytest.mark.django_db(transaction=True)
def test_eight_concurrent_reuses_end_the_session(device: Device) -> None:
    first = device.refresh
    device.renew()
    device.renew()
    responses = all_at_once([lambda: Device().call("POST", "/token/refresh", {"refresh": first}) for _ in range(8)])

    assert [response.status for response in responses] == [401] * 8
    assert not device.is_signed_in()
