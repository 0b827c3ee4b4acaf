"""Model services that cannot be set, and the code that says why (docs/api.md: A-8.2, A-8.4)."""

import pytest

from testkit.fakes.model_server import ModelServer
from testkit.fakes.raw_model_server import RawModelServer, Refused
from tests.chat.rest.accounts import Account
from tests.chat.rest.model_service.calls import KEY, refusal, set_service

pytestmark = pytest.mark.store_independent


def test_a_failed_trial_says_why_and_changes_nothing(
    administrator: Account, model_server: ModelServer, unserved_url: str
) -> None:
    set_service(administrator, model_server.base_url, api_key=KEY)
    model_server.refused_keys = {"wrong"}
    assert refusal(administrator, model_server.base_url, "wrong") == "MODEL_SERVICE_KEY_REFUSED"
    assert refusal(administrator, unserved_url) == "MODEL_SERVICE_REFUSED"
    assert refusal(administrator, model_server.base_url.replace("http:", "https:")) == "MODEL_SERVICE_TLS"
    assert refusal(administrator, "http://no-such-host.invalid/v1") == "MODEL_SERVICE_NO_HOST"
    assert refusal(administrator, f"{model_server.base_url}/elsewhere") == "MODEL_SERVICE_UNKNOWN"
    model_server.models = ["text-embedding-3-small"]
    assert refusal(administrator, model_server.base_url) == "MODEL_SERVICE_EMPTY"
    assert administrator.ask("GET", "/models/service")["key_end"] == "ghij"


@pytest.mark.parametrize(
    "base_url",
    [
        "no URL",
        "ftp://127.0.0.1/v1",
        "https://",
        "https://name:password@127.0.0.1/v1",
        "https://127.0.0.1/v1?key=x",
        "https://127.0.0.1/v1#x",
        "https://127.0.0.1:99999/v1",
        "https://[::1/v1",
        "https://bücher.example/v1",
        "https://127.0.0.1/v 1",
        "https://a../v1",
        "https://.a/v1",
        "https://%32/v1",
        "https://127.0.0.1%2f/v1",
        "https://[v1./v1",
        "https://[v1.a]/v1",
        "https://[::1]x/v1",
        f"https://{'a' * 64}.example/v1",
    ],
)
def test_a_malformed_base_url_is_refused(administrator: Account, base_url: str) -> None:
    response = administrator.call("PUT", "/models/service", {"base_url": base_url, "api_key": KEY})
    assert response.status == 422
    assert response.body["detail"][0]["loc"] == ["body", "base_url"]


@pytest.mark.parametrize("key", ["two words", "schlüssel", "line\nbreak", "k" * 501])
def test_a_key_that_no_header_can_carry_is_refused(administrator: Account, key: str) -> None:
    assert refusal(administrator, "http://127.0.0.1:9/v1", key, status=422) == "VALIDATION_ERROR"


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[fd00::1]", "[::ffff:192.168.1.1]", "[::]"])
def test_a_base_url_in_a_private_network_is_refused(administrator: Account, host: str) -> None:
    assert refusal(administrator, f"http://{host}:9/v1") == "MODEL_SERVICE_PRIVATE"


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, b'[{"error": {"message": "API key not valid.", "status": "INVALID_ARGUMENT"}}]', "KEY_REFUSED"),
        (401, b"", "KEY_REFUSED"),
        (403, b"", "KEY_REFUSED"),
        (403, b"<title>Just a moment...</title>", "UNKNOWN"),
        (403, b'{"error": "Country, region, or territory not supported"}', "FAILED"),
        (402, b'{"error": {"message": "Insufficient Balance"}}', "FAILED"),
        (429, b"", "FAILED"),
        (502, b"", "FAILED"),
        (404, b'{"detail": "Not Found"}', "UNKNOWN"),
        (302, b"", "UNKNOWN"),
        (200, b"<!doctype html>", "UNKNOWN"),
    ],
)
def test_a_refused_list_shows_what_is_wrong(
    administrator: Account, service_without_list: RawModelServer, status: int, body: bytes, code: str
) -> None:
    service_without_list.model_list = Refused(status, body)
    assert refusal(administrator, service_without_list.base_url) == f"MODEL_SERVICE_{code}"
