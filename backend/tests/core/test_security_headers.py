"""Security headers: the content security policy, HTTPS and cross-origin rules."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from tests.users.devices import Device

pytestmark = [pytest.mark.store_independent, pytest.mark.django_db]


def policy_of(path: str, host: str = "testserver") -> dict[str, str]:
    text = Client().get(path, headers={"Host": host}).headers["Content-Security-Policy"]
    return {name: sources for name, _, sources in (part.partition(" ") for part in text.split("; "))}


def test_the_page_may_load_only_its_own_scripts_and_connect_only_to_its_server() -> None:
    policy = policy_of("/", host="localhost:8000")

    assert policy["script-src"] == "'self'"
    assert re.fullmatch(r"'self' 'nonce-[\w-]{22}'", policy["style-src"])
    assert policy["img-src"] == "'self' data: blob:"
    assert policy["connect-src"] == "'self' ws://localhost:8000 wss://localhost:8000"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert policy["form-action"] == policy["default-src"] == "'self'"


def test_each_page_has_its_own_nonce() -> None:
    assert policy_of("/")["style-src"] != policy_of("/")["style-src"]


@pytest.mark.parametrize("path", ["/api/auth/me", "/api/openapi.json", "/api/nothing-here"])
def test_the_api_may_load_nothing_and_cannot_be_framed(path: str) -> None:
    assert policy_of(path)["default-src"] == "'none'"
    assert policy_of(path)["frame-ancestors"] == "'none'"


def test_the_documentation_page_uses_our_files_and_no_inline_script() -> None:
    response = Client().get("/api/docs")
    page = response.content.decode()

    assert response.status_code == 200
    assert policy_of("/api/docs")["script-src"] == policy_of("/api/docs")["style-src"] == "'self'"
    assert not re.findall(r"(?:src|href)=.https?:", page)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_the_administration_cannot_be_framed() -> None:
    policy = policy_of("/admin/login/")

    assert policy["script-src"] == "'self' 'unsafe-eval'"
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"


@pytest.mark.parametrize("path", ["/", "/api/auth/me", "/api/docs", "/admin/login/"])
def test_every_response_has_the_common_headers(path: str) -> None:
    headers = Client().get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_strict_transport_security_is_sent_over_https_only(settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 3600

    assert "Strict-Transport-Security" in Client().get("/api/health/live", secure=True).headers
    assert "Strict-Transport-Security" not in Client().get("/api/health/live").headers


@pytest.mark.parametrize(("proxies", "is_secure"), [(["10.0.0.0/8"], True), ([], False)])
def test_only_a_trusted_proxy_can_mark_a_request_as_https(
    proxies: list[str], is_secure: bool, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = proxies
    device = Device()
    name = f"tls-{device.address.replace('.', '-')}"
    device.register(name)

    response = device.sign_in(name, **{"X-Forwarded-Proto": "https"})

    assert ("__Host-refresh_token" in response.cookies) is is_secure


class TestCrossOrigin:
    ORIGIN = "http://localhost:5173"

    @pytest.mark.parametrize(
        ("path", "sent"),
        [
            ("/api/auth/token/pair", "authorization, content-type, x-client"),
            ("/v1/chat/completions", "authorization, openai-project, x-stainless-lang, x-stainless-retry-count"),
        ],
        ids=["client", "OpenAI's package"],
    )
    def test_a_listed_origin_may_call_with_credentials(self, path: str, sent: str) -> None:
        headers = {
            "Origin": self.ORIGIN,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": sent,
        }
        response = Client().options(path, headers=headers).headers

        assert response["Access-Control-Allow-Origin"] == self.ORIGIN
        assert response["Access-Control-Allow-Credentials"] == "true"
        assert set(sent.split(", ")) <= set(response["Access-Control-Allow-Headers"].split(", "))

    def test_a_listed_origin_can_read_retry_after(self, settings: Settings) -> None:
        settings.THROTTLE_REFRESH = "1/60"
        device = Device()
        device.call("POST", "/token/refresh", {}, Origin=self.ORIGIN)

        response = device.call("POST", "/token/refresh", {}, Origin=self.ORIGIN)

        assert response.status == 429
        assert response.headers["Access-Control-Allow-Origin"] == self.ORIGIN
        assert {"Retry-After", "X-Request-ID"} <= set(response.headers["Access-Control-Expose-Headers"].split(", "))

    def test_an_unlisted_origin_may_not_call(self) -> None:
        headers = Client().get("/api/auth/me", headers={"Origin": "https://evil.example"}).headers

        assert "Access-Control-Allow-Origin" not in headers
