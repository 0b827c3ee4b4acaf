"""`/api/models/service`: administrators set the model service in use (docs/api.md: A-8.2)."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from apps.chat.models import ModelService
from apps.users.models import User
from testkit.fakes.model_server import ModelServer
from tests.chat.rest.accounts import Account
from tests.chat.rest.model_service.calls import KEY, NO_SERVICE, refusal, set_service


def test_a_service_that_answers_is_stored_and_shown(administrator: Account, model_server: ModelServer) -> None:
    assert administrator.ask("GET", "/models/service") == NO_SERVICE
    first = administrator.ask("GET", "/models")["models"][0]
    assert first["available"] is False
    assert first["missing"] == "service"
    shown = set_service(administrator, f"  {model_server.base_url}/ ", api_key=f" {KEY} ")
    assert model_server.model_list_requests == 1
    changed_at = shown["changed_at"]
    assert changed_at
    assert shown == NO_SERVICE | {
        "changed_at": changed_at,
        "source": "screen",
        "name": "127.0.0.1",
        "base_url": model_server.base_url,
        "has_key": True,
        "key_end": "ghij",
    }
    assert administrator.ask("GET", "/models/service") == shown


def test_the_key_is_stored_encrypted_and_never_shown(administrator: Account, model_server: ModelServer) -> None:
    set_service(administrator, model_server.base_url, api_key=KEY)
    stored = ModelService.objects.get()
    assert KEY not in str(vars(stored))
    assert KEY[:8] not in stored.sealed_key
    for path in ("/models/service", "/models"):
        assert KEY[:8] not in str(administrator.ask("GET", path))


def test_no_part_of_a_short_key_is_shown(administrator: Account, model_server: ModelServer) -> None:
    assert set_service(administrator, model_server.base_url, api_key="short")["key_end"] == ""


def test_a_service_needs_no_key(administrator: Account, model_server: ModelServer) -> None:
    shown = set_service(administrator, model_server.base_url, api_key="")
    assert shown["has_key"] is False
    assert shown["key_end"] == ""


@pytest.fixture
def bare_model_server() -> Iterator[ModelServer]:
    """A model service at the root of its port, without a path in front of `/v1`."""
    server = ModelServer(path="").start()
    yield server
    server.stop()


@pytest.mark.store_independent
def test_v1_is_added_to_a_base_url_without_a_path(administrator: Account, bare_model_server: ModelServer) -> None:
    shown = set_service(administrator, bare_model_server.base_url.removesuffix("/v1"), api_key=KEY)
    assert shown["base_url"] == bare_model_server.base_url


def test_the_stored_key_is_kept_only_for_the_same_base_url(administrator: Account, model_server: ModelServer) -> None:
    set_service(administrator, model_server.base_url, api_key=KEY)
    assert set_service(administrator, model_server.base_url)["key_end"] == "ghij"
    # Sent to another base URL, the key would leak.
    assert refusal(administrator, "http://127.0.0.1:9/v1", None) == "MODEL_SERVICE_KEY_NEEDED"
    assert administrator.ask("GET", "/models/service")["base_url"] == model_server.base_url


def test_a_key_is_required_where_none_is_stored(administrator: Account, model_server: ModelServer) -> None:
    assert refusal(administrator, model_server.base_url, None) == "MODEL_SERVICE_KEY_NEEDED"


def test_a_service_in_the_environment_cannot_be_changed(
    administrator: Account, model_server: ModelServer, settings: Settings
) -> None:
    set_service(administrator, model_server.base_url, api_key=KEY)
    settings.OPENAI_BASE_URL = "https://name:password@models.example/v1"
    settings.OPENAI_API_KEY = "sk-of-the-environment"
    assert administrator.ask("GET", "/models/service") == NO_SERVICE | {
        "source": "environment",
        "name": "models.example",
        "base_url": "https://models.example/v1",
        "has_key": True,
    }
    assert refusal(administrator, model_server.base_url, status=409) == "MODEL_SERVICE_FIXED"
    assert administrator.refused("DELETE", "/models/service", status=409) == "MODEL_SERVICE_FIXED"


def test_a_service_can_be_removed(administrator: Account, model_server: ModelServer) -> None:
    set_service(administrator, model_server.base_url, api_key=KEY)
    assert administrator.ask("DELETE", "/models/service") == NO_SERVICE
    assert not ModelService.objects.exists()
    assert not administrator.ask("GET", "/models")["models"][0]["available"]


def test_a_changed_secret_key_loses_the_stored_key(
    administrator: Account, model_server: ModelServer, settings: Settings
) -> None:
    set_service(administrator, model_server.base_url, api_key=KEY)
    settings.SECRET_KEY = "another-secret-key-that-is-long-enough-for-everything"
    assert administrator.ask("GET", "/models/service")["is_key_lost"] is True
    assert refusal(administrator, model_server.base_url, None) == "MODEL_SERVICE_KEY_NEEDED"
    assert set_service(administrator, model_server.base_url, api_key=KEY)["is_key_lost"] is False


def test_only_administrators_may_use_these_endpoints(
    account: Account, administrator: Account, model_server: ModelServer
) -> None:
    body = {"base_url": model_server.base_url, "api_key": KEY}
    User.objects.filter(username=account.name).update(is_staff=False)
    for method in ("GET", "PUT", "DELETE"):
        assert account.refused(method, "/models/service", body, status=403) == "FORBIDDEN"
        assert Account().refused(method, "/models/service", body, status=401) == "AUTH_FAILED"
    assert model_server.model_list_requests == 0
