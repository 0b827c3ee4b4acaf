"""Signing in, and the lifetimes of both tokens (docs/api.md: A-3.6 to A-3.11)."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.users.auth import authenticate_access
from tests.chat.socket.tokens import claims_of, signed
from tests.users.devices import PASSWORD, Device
from tests.users.movable_clock import MovableClock

pytestmark = pytest.mark.django_db


def https(browser: Client, path: str, body: dict[str, str], **headers: str) -> Any:
    return browser.post(f"/api/auth{path}", body, content_type="application/json", secure=True, headers=headers)


class TestSignIn:
    @pytest.mark.parametrize("login", ["{}", "{}@example.com", "{}@Example.COM"])
    @pytest.mark.parametrize("case", [str.lower, str.upper])
    def test_a_user_signs_in_by_either_name_in_any_case(
        self, name: str, login: str, case: Callable[[str], str]
    ) -> None:
        Device().register(name)
        device = Device()

        response = device.sign_in(case(login.format(name)))

        assert response.status == 200
        assert set(response.body) == {"access", "refresh"}
        assert device.call("GET", "/me").body["username"] == name

    def test_the_user_name_field_accepts_an_address_too(self, name: str) -> None:
        Device().register(name)

        response = Device().call("POST", "/token/pair", {"username": f"{name}@example.com", "password": PASSWORD})

        assert response.status == 200

    def test_wrong_password_and_unknown_account_get_the_same_answer(self, name: str) -> None:
        Device().register(name)

        wrong = Device().sign_in(name, "not the password")
        unknown = Device().sign_in(name + "-x", PASSWORD)

        assert wrong.refusal == "401 AUTH_FAILED"
        assert wrong.status == unknown.status
        assert wrong.body == unknown.body
        assert "WWW-Authenticate" in wrong.headers

    @pytest.mark.store_independent
    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"password": PASSWORD},
            {"username": "", "password": PASSWORD},
            {"username": "ada"},
            {"username": ["ada"], "password": PASSWORD},
            {"username": "a\0da", "password": PASSWORD},
            {"username": "a\ud800da", "password": PASSWORD},
            [],
        ],
    )
    def test_a_body_without_name_or_password_is_malformed(self, body: Any) -> None:
        assert Device().call("POST", "/token/pair", body).status == 422

    @pytest.mark.store_independent
    def test_a_body_must_be_json(self) -> None:
        response = Client().post("/api/auth/token/pair", b'{"username":"a","password":"b"}', content_type="text/plain")

        assert response.status_code == 415
        assert response.json()["code"] == "UNSUPPORTED_MEDIA_TYPE"

    def test_the_refresh_token_is_set_as_a_cookie_too(self, name: str) -> None:
        Device().register(name)

        cookie = Device().sign_in(name).cookies["refresh_token"]

        assert cookie["path"] == "/api/auth/"
        assert cookie["samesite"] == "Lax"
        assert cookie["httponly"] is True
        assert cookie["secure"] == ""
        assert 7 * 86400 - 60 < cookie["max-age"] <= 7 * 86400

    @pytest.mark.store_independent
    def test_the_cookie_belongs_to_the_host_alone_over_https(self, name: str) -> None:
        Device().register(name)

        cookies = https(Client(), "/token/pair", {"username": name, "password": PASSWORD}).cookies

        cookie = cookies["__Host-refresh_token"]
        assert cookie["path"] == "/"
        assert cookie["secure"] is True
        assert cookie["httponly"] is True
        assert cookie["domain"] == ""
        assert set(cookies) == {"__Host-refresh_token"}

    def test_a_cookie_of_an_earlier_version_is_exchanged_for_one_of_the_host(self, device: Device) -> None:
        browser = Client()
        browser.cookies["refresh_token"] = device.refresh

        cookies = https(browser, "/token/refresh", {}).cookies

        assert claims_of(cookies["__Host-refresh_token"].value)["sid"] == claims_of(device.refresh)["sid"]
        assert cookies["refresh_token"].value == ""
        assert cookies["refresh_token"]["path"] == "/api/auth/"

    def test_signing_out_clears_the_cookie_of_the_host(self, name: str) -> None:
        Device().register(name)
        browser = Client()
        access = https(browser, "/token/pair", {"username": name, "password": PASSWORD}).json()["access"]
        assert https(browser, "/token/refresh", {}).status_code == 200

        cookie = https(browser, "/logout", {}, Authorization=f"Bearer {access}").cookies["__Host-refresh_token"]

        assert cookie.value == ""
        assert cookie["max-age"] == 0
        assert cookie["path"] == "/"
        assert cookie["secure"] is True

    def test_a_web_client_gets_the_refresh_token_as_cookie_only(self, name: str) -> None:
        Device().register(name)

        response = Device().sign_in(name, **{"X-Client": "web"})

        assert set(response.body) == {"access"}
        assert claims_of(response.cookies["refresh_token"].value)["token_type"] == "refresh"

    @pytest.mark.store_independent
    def test_tokens_have_their_lifetimes_and_claims(self, device: Device) -> None:
        access, refresh = claims_of(device.access), claims_of(device.refresh)

        assert access["exp"] - access["iat"] == 15 * 60
        assert refresh["exp"] - refresh["iat"] == 7 * 86400
        assert access["sid"] == refresh["sid"]
        assert access["iss"] == access["aud"] == "ai-chat-websocket"


class TestAccessToken:
    def test_an_access_token_expires_after_15_minutes_and_10_seconds_of_leeway(
        self, device: Device, clock: MovableClock
    ) -> None:
        clock.advance(minutes=15, seconds=5)
        assert device.is_signed_in()

        clock.advance(seconds=6)
        assert device.call("GET", "/me").refusal == "401 AUTH_FAILED"

    def test_both_tokens_survive_a_clock_that_is_put_back(self, device: Device, clock: MovableClock) -> None:
        clock.advance(hours=-1)
        assert device.is_signed_in()

        device.renew()
        assert device.is_signed_in()

    def test_an_earlier_access_token_stays_valid_after_a_refresh(self, device: Device) -> None:
        earlier = device.access
        device.renew()

        assert Device(access=earlier).is_signed_in()

    @pytest.mark.store_independent
    def test_an_access_token_is_required(self, device: Device) -> None:
        for header in ("", "Bearer", "Bearer ", device.access, f"Basic {device.access}", "Bearer a.b.c", "Bearer é"):
            response = Device().call("GET", "/me", Authorization=header)
            assert response.status == 401, header
            assert response.code == "AUTH_FAILED", header

    @pytest.mark.store_independent
    @pytest.mark.parametrize(
        "change",
        [
            {"iss": "another-server"},
            {"aud": "another-server"},
            {"token_type": "refresh"},
            {"sid": str(uuid4())},
            {"sid": "nonsense"},
            {"sid": 7},
            {"user_id": str(uuid4())},
            {"iat": 4_000_000_000},
            {"exp": 1_000_000_000},
            {"exp": "soon"},
        ],
    )
    def test_every_claim_is_checked(self, device: Device, change: dict[str, Any]) -> None:
        claims = claims_of(device.access)
        assert Device(access=signed(claims)).is_signed_in()

        assert Device(access=signed(claims | change)).call("GET", "/me").status == 401

    @pytest.mark.store_independent
    def test_the_session_must_be_one_of_the_user(self, device: Device, name: str) -> None:
        other = Device.of_new_account(f"{name}-2")
        user = {"user_id": claims_of(other.access)["user_id"]}

        assert Device(access=signed(claims_of(other.access) | user)).is_signed_in()
        assert Device(access=signed(claims_of(device.access) | user)).call("GET", "/me").status == 401

    @pytest.mark.store_independent
    @pytest.mark.parametrize("claim", ["iss", "aud", "exp", "iat", "jti", "sid", "user_id", "token_type"])
    def test_every_claim_is_required(self, device: Device, claim: str) -> None:
        claims = claims_of(device.access)
        del claims[claim]

        assert Device(access=signed(claims)).call("GET", "/me").status == 401

    @pytest.mark.store_independent
    @pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
    def test_the_signature_is_checked(self, device: Device) -> None:
        claims = claims_of(device.access)
        header, payload, signature = device.access.split(".")
        unsigned = urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()

        for token in (
            signed(claims, key="another key that is long enough for hs256"),
            signed(claims, algorithm="HS512"),
            f"{header}.{payload}.{signature[::-1]}",
            f"{unsigned}.{payload}.",
        ):
            assert Device(access=token).call("GET", "/me").status == 401

    @pytest.mark.store_independent
    @pytest.mark.parametrize("junk", ["[" * 700, "[" * 100_000, '{"a":' * 150, "\0", "💥"])
    def test_a_malformed_token_is_refused(self, junk: str) -> None:
        token = f"{urlsafe_b64encode(junk.encode()).rstrip(b'=').decode()}.e30.e30"

        assert Device(access=token).call("GET", "/me").status == 401

    def test_authentication_takes_one_query(
        self, device: Device, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(1):
            device.call("DELETE", "/nothing-here", Authorization="")
            device.call("GET", "/sessions/", Authorization="Bearer x")
            assert authenticate_access(device.access).username
