"""Log lines: one per request, and no secret in any of them."""

import json
import logging
import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from tests.core.faulty_urls import SECRET
from tests.log_lines import ReadLog
from tests.users.devices import OTHER_PASSWORD, PASSWORD, Device, Response

pytestmark = [pytest.mark.store_independent, pytest.mark.django_db]


def test_each_request_is_logged_in_one_line(read_log: ReadLog) -> None:
    name = f"eve-{uuid4().hex[:12]}"
    device = Device()
    user_id = device.register(name).body["id"]
    device.sign_in(name)
    response = device.call("GET", "/me?token=in-the-query")
    device.call("GET", "/me", Authorization="")

    lines = read_log("request")

    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("POST", "/api/auth/register", 201),
        ("POST", "/api/auth/token/pair", 200),
        ("GET", "/api/auth/me", 200),
        ("GET", "/api/auth/me", 401),
    ]
    assert lines[2]["user_id"] == user_id
    assert lines[2]["request_id"] == response.headers["X-Request-ID"]
    assert "user_id" not in lines[3], "the user of the previous request is forgotten"
    assert all(line["ms"] >= 0 and line["level"] == "info" and line["timestamp"] for line in lines)


@pytest.mark.parametrize("given", ["a", "4f1c-77.x_Y", "f" * 64])
def test_a_valid_request_id_is_kept(given: str, read_log: ReadLog) -> None:
    response = Device().call("GET", "/me", **{"X-Request-ID": given})

    assert response.headers["X-Request-ID"] == given
    assert read_log("request")[0]["request_id"] == given


@pytest.mark.parametrize("given", ["", "f" * 65, "two words", "line\tbreak", '"}{"', "é"])
def test_an_invalid_request_id_is_replaced(given: str) -> None:
    response = Device().call("GET", "/me", **{"X-Request-ID": given})

    assert re.fullmatch("[0-9a-f]{32}", response.headers["X-Request-ID"])


@pytest.mark.parametrize("host", ["evil.example", f"{'a' * 5000}.example"])
def test_a_foreign_host_is_logged_as_one_warning(host: str, read_log: ReadLog) -> None:
    assert Client().get("/api/auth/me", headers={"Host": host}).status_code == 400

    [line, request] = read_log()
    assert line["level"] == "warning"
    assert line["logger"] == "django.security.DisallowedHost"
    assert line["event"].startswith(f"Invalid HTTP_HOST header: '{host[:100]}")
    assert len(line["event"]) <= 200
    assert "exception" not in line
    assert request["status"] == 400


def use_every_endpoint(device: Device, name: str) -> Iterator[Response]:
    """Call the accounts API with right, wrong and spent secrets; yields 16 answers."""
    yield device.register(name)
    yield device.sign_in(name, **{"X-Client": "web"})
    yield device.sign_in(name)
    first = device.refresh
    yield device.sign_in(name, "a-wrong-password")
    yield device.sign_in("a-wrong-password", "a-wrong-password")
    yield device.call("POST", "/token/refresh", {})
    yield device.renew()
    yield device.renew()
    yield device.renew(first)
    yield device.call("GET", "/me?token=in-the-query", Authorization=f"Basic {device.access}")
    yield device.sign_in(name)
    yield device.call("POST", "/password", {"current": "a-wrong-password", "new": OTHER_PASSWORD})
    yield device.call("POST", "/password", {"current": PASSWORD, "new": OTHER_PASSWORD})
    yield device.call("POST", "/password-reset", {"token": "a-wrong-password", "password": PASSWORD})
    yield device.call("POST", "/register", {"email": "a-wrong-password", "username": "x", "password": PASSWORD})
    yield device.call("POST", "/logout", {"refresh_token": device.refresh})


def secrets_in(response: Response) -> set[str]:
    """Return the tokens of an answer and their parts, without the first one, which only names the algorithm."""
    tokens = [response.body.get("access"), response.body.get("refresh")]
    tokens += [cookie.value for cookie in response.cookies.values()]
    return {part for token in tokens if token for part in (token, *token.split(".")[1:])}


def test_no_line_contains_a_secret(read_log: ReadLog, debug_level: None, settings: Settings) -> None:
    secrets = {PASSWORD, OTHER_PASSWORD, "a-wrong-password", "in-the-query", settings.JWT_SECRET_KEY}
    for response in use_every_endpoint(Device(), f"eve-{uuid4().hex[:12]}"):
        secrets |= secrets_in(response)

    lines = read_log()

    assert len(read_log("request")) == 16
    assert {"registered", "signed_in", "sign_in_failed", "refresh_token_reused"} <= {line["event"] for line in lines}
    assert len(secrets) > 30
    text = json.dumps(lines, ensure_ascii=False)
    assert not [secret for secret in secrets if secret in text]


def test_an_exception_is_logged_without_its_message(read_log: ReadLog, settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.core.faulty_urls"
    response = Client(raise_request_exception=False).get("/text")

    lines = read_log()
    [line] = [line for line in lines if "exception" in line]
    assert response.status_code == 500
    assert SECRET not in json.dumps(lines)
    assert "fail_with_text" in line["exception"]
    assert line["exception"].splitlines()[-1] == "builtins.RuntimeError"
    assert "builtins.ValueError" in line["exception"].splitlines()
    assert read_log("request")[0]["request_id"] == line["request_id"] == response.headers["X-Request-ID"]


def test_a_connection_error_is_logged_with_its_message(read_log: ReadLog, settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.core.faulty_urls"
    Client(raise_request_exception=False).get("/harmless")

    [line] = [line for line in read_log() if "exception" in line]
    assert line["exception"].endswith("builtins.ConnectionRefusedError: port 1 is closed")


def test_lines_of_uvicorn_about_sockets_are_not_logged(read_log: ReadLog) -> None:
    logger = logging.getLogger("uvicorn.error")
    logger.info('%s - "WebSocket %s" [accepted]', ("127.0.0.1", 1), "/ws/chat/x/?token=secret")
    logger.warning("Something else")

    assert [line["event"] for line in read_log()] == ["Something else"]


def test_an_outage_is_logged_once_and_each_request_in_one_line(read_log: ReadLog, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.OUTAGE_REPEAT_SECONDS = 60.0
    for _ in range(2):
        assert Client().get("/api/health/").status_code == 503
    lines = [(line["level"], line["event"]) for line in read_log()]
    assert lines == [("warning", "health_check_failed"), ("info", "request"), ("info", "request")]


def test_attempts_to_connect_to_a_database_that_is_down_are_logged_in_one_line(
    read_log: ReadLog, settings: Settings
) -> None:
    settings.OUTAGE_REPEAT_SECONDS = 60.0
    for port in (1, 1, 2):
        logging.getLogger("psycopg.pool").warning("error connecting: port %s failed\n\tIs it running?", port)
    events = [line["event"] for line in read_log()]
    assert events == ["error connecting: port 1 failed", "error connecting: port 2 failed"]
