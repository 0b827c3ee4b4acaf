"""`/api/models/service`: administrators set the model service in use (docs/api.md: A-8.2 to A-8.4)."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from apps.chat.models import ModelService
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.users.models import User
from testkit.fakes.model_server import ModelServer
from testkit.fakes.raw_model_server import RawModelServer, Refused
from tests.chat.rest.accounts import Account

KEY = "sk-0123456789-abcdefghij"
NONE = {
    "source": "none",
    "id": 1,
    "name": "",
    "prefix": "",
    "limits": [],
    "base_url": "",
    "has_key": False,
    "key_end": "",
    "is_key_lost": False,
    "models": [],
    "changed_at": None,
}


@pytest.fixture(autouse=True)
def no_service(settings: Settings, models: list[str]) -> Iterator[None]:
    """Remove the model service from the environment."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    settings.AI_MODELS = []
    get_catalogue.cache_clear()
    yield
    get_catalogue.cache_clear()


@pytest.fixture
def administrator(make_account: Callable[[], Account]) -> Account:
    account = make_account()
    User.objects.filter(username=account.name).update(is_staff=True, is_superuser=True)
    return account


def put(administrator: Account, base_url: str, **more: object) -> dict[str, object]:
    return dict(administrator.ask("PUT", "/models/service", {"base_url": base_url, **more}))


def refusal(
    administrator: Account, base_url: str, api_key: str | None = KEY, *, status: int = 400, **more: object
) -> str:
    body = {"base_url": base_url, "api_key": api_key, **more}
    return administrator.refused("PUT", "/models/service", body, status=status)


def test_a_service_that_answers_is_stored_and_shown(administrator: Account, model_server: ModelServer) -> None:
    assert administrator.ask("GET", "/models/service") == NONE
    first = administrator.ask("GET", "/models")["models"][0]
    assert first["available"] is False
    assert first["missing"] == "service"
    shown = put(administrator, f"  {model_server.base_url}/ ", api_key=f" {KEY} ")
    assert model_server.model_list_requests == 1
    changed_at = shown["changed_at"]
    assert changed_at
    assert shown == NONE | {
        "changed_at": changed_at,
        "source": "screen",
        "name": "127.0.0.1",
        "base_url": model_server.base_url,
        "has_key": True,
        "key_end": "ghij",
    }
    assert administrator.ask("GET", "/models/service") == shown


def test_the_key_is_stored_encrypted_and_never_shown(administrator: Account, model_server: ModelServer) -> None:
    put(administrator, model_server.base_url, api_key=KEY)
    stored = ModelService.objects.get()
    assert KEY not in str(vars(stored))
    assert KEY[:8] not in stored.sealed_key
    for path in ("/models/service", "/models"):
        assert KEY[:8] not in str(administrator.ask("GET", path))


def test_no_part_of_a_short_key_is_shown(administrator: Account, model_server: ModelServer) -> None:
    assert put(administrator, model_server.base_url, api_key="short")["key_end"] == ""


def test_a_service_needs_no_key(administrator: Account, model_server: ModelServer) -> None:
    shown = put(administrator, model_server.base_url, api_key="")
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
    shown = put(administrator, bare_model_server.base_url.removesuffix("/v1"), api_key=KEY)
    assert shown["base_url"] == bare_model_server.base_url


def test_the_stored_key_is_kept_only_for_the_same_base_url(administrator: Account, model_server: ModelServer) -> None:
    put(administrator, model_server.base_url, api_key=KEY)
    assert put(administrator, model_server.base_url)["key_end"] == "ghij"
    # Sent to another base URL, the key would leak.
    assert refusal(administrator, "http://127.0.0.1:9/v1", None) == "MODEL_SERVICE_KEY_NEEDED"
    assert administrator.ask("GET", "/models/service")["base_url"] == model_server.base_url


def test_a_key_is_required_where_none_is_stored(administrator: Account, model_server: ModelServer) -> None:
    assert refusal(administrator, model_server.base_url, None) == "MODEL_SERVICE_KEY_NEEDED"


@pytest.mark.store_independent
def test_a_failed_trial_says_why_and_changes_nothing(
    administrator: Account, model_server: ModelServer, unreachable_url: str
) -> None:
    put(administrator, model_server.base_url, api_key=KEY)
    model_server.refused_keys = {"wrong"}
    assert refusal(administrator, model_server.base_url, "wrong") == "MODEL_SERVICE_KEY_REFUSED"
    assert refusal(administrator, unreachable_url) == "MODEL_SERVICE_REFUSED"
    assert refusal(administrator, model_server.base_url.replace("http:", "https:")) == "MODEL_SERVICE_TLS"
    assert refusal(administrator, "http://no-such-host.invalid/v1") == "MODEL_SERVICE_NO_HOST"
    assert refusal(administrator, f"{model_server.base_url}/elsewhere") == "MODEL_SERVICE_UNKNOWN"
    model_server.models = ["text-embedding-3-small"]
    assert refusal(administrator, model_server.base_url) == "MODEL_SERVICE_EMPTY"
    assert administrator.ask("GET", "/models/service")["key_end"] == "ghij"


@pytest.mark.store_independent
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


@pytest.mark.store_independent
@pytest.mark.parametrize("key", ["two words", "schlüssel", "line\nbreak", "k" * 501])
def test_a_key_that_no_header_can_carry_is_refused(administrator: Account, key: str) -> None:
    assert refusal(administrator, "http://127.0.0.1:9/v1", key, status=422) == "VALIDATION_ERROR"


def test_a_service_in_the_environment_cannot_be_changed(
    administrator: Account, model_server: ModelServer, settings: Settings
) -> None:
    put(administrator, model_server.base_url, api_key=KEY)
    settings.OPENAI_BASE_URL = "https://name:password@models.example/v1"
    settings.OPENAI_API_KEY = "sk-of-the-environment"
    assert administrator.ask("GET", "/models/service") == NONE | {
        "source": "environment",
        "name": "models.example",
        "base_url": "https://models.example/v1",
        "has_key": True,
    }
    assert refusal(administrator, model_server.base_url, status=409) == "MODEL_SERVICE_FIXED"
    assert administrator.refused("DELETE", "/models/service", status=409) == "MODEL_SERVICE_FIXED"


def test_a_service_can_be_removed(administrator: Account, model_server: ModelServer) -> None:
    put(administrator, model_server.base_url, api_key=KEY)
    assert administrator.ask("DELETE", "/models/service") == NONE
    assert not ModelService.objects.exists()
    assert not administrator.ask("GET", "/models")["models"][0]["available"]


def test_a_changed_secret_key_loses_the_stored_key(
    administrator: Account, model_server: ModelServer, settings: Settings
) -> None:
    put(administrator, model_server.base_url, api_key=KEY)
    settings.SECRET_KEY = "another-secret-key-that-is-long-enough-for-everything"
    assert administrator.ask("GET", "/models/service")["is_key_lost"] is True
    assert refusal(administrator, model_server.base_url, None) == "MODEL_SERVICE_KEY_NEEDED"
    assert put(administrator, model_server.base_url, api_key=KEY)["is_key_lost"] is False


def test_only_administrators_may_use_these_endpoints(
    account: Account, administrator: Account, model_server: ModelServer
) -> None:
    body = {"base_url": model_server.base_url, "api_key": KEY}
    User.objects.filter(username=account.name).update(is_staff=False)
    for method in ("GET", "PUT", "DELETE"):
        assert account.refused(method, "/models/service", body, status=403) == "FORBIDDEN"
        assert Account().refused(method, "/models/service", body, status=401) == "AUTH_FAILED"
    assert model_server.model_list_requests == 0


# --- Models that are named by hand ---


@pytest.fixture
def service_without_list(raw_model_server: RawModelServer) -> RawModelServer:
    raw_model_server.model_list = None
    return raw_model_server


def test_a_service_without_a_list_needs_names(administrator: Account, service_without_list: RawModelServer) -> None:
    url = service_without_list.base_url
    assert refusal(administrator, url) == "MODEL_SERVICE_UNKNOWN"
    assert put(administrator, url, api_key=KEY, models=["mine", "other", "mine"])["models"] == ["mine", "other"]
    listed = administrator.ask("GET", "/models")["models"]
    assert [(model["id"], model["available"]) for model in listed] == [("mine", True), ("other", True)]


@pytest.mark.store_independent
@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (Refused(401, b"{}"), "MODEL_SERVICE_KEY_REFUSED"),
        (Refused(400, b'{"error": "API key not valid"}'), "MODEL_SERVICE_KEY_REFUSED"),
        (Refused(404, b'{"detail": "Not Found"}'), "MODEL_SERVICE_UNKNOWN"),
        (Refused(404, b"<html>404</html>"), "MODEL_SERVICE_UNKNOWN"),
        (Refused(200, b"<html>Welcome</html>"), "MODEL_SERVICE_UNKNOWN"),
        (Refused(404, b'{"error": "The model `mine` does not exist"}'), "MODEL_SERVICE_NO_SUCH_MODEL"),
    ],
    ids=str,
)
def test_without_a_list_a_short_answer_shows_what_is_wrong(
    administrator: Account, service_without_list: RawModelServer, refused: Refused, code: str
) -> None:
    service_without_list.refuse = lambda _: refused
    url = service_without_list.base_url
    assert refusal(administrator, url, models=["mine"]) == code
    assert [request["model"] for request in service_without_list.requests] == ["mine"]
    service_without_list.refuse = lambda _: Refused(400, b'{"error": {"message": "Say more."}}')
    assert put(administrator, url, api_key=KEY, models=["mine"])["models"] == ["mine"]


@pytest.mark.store_independent
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


@pytest.mark.store_independent
def test_a_named_model_that_the_service_does_not_list_is_refused(
    administrator: Account, model_server: ModelServer
) -> None:
    model_server.models = ["mine", "other"]
    url = model_server.base_url
    assert refusal(administrator, url, models=["mine", "none"]) == "MODEL_SERVICE_NO_SUCH_MODEL"
    put(administrator, url, api_key=KEY, models=["mine"])
    assert [model["id"] for model in administrator.ask("GET", "/models")["models"]] == ["mine"]


@pytest.mark.store_independent
@pytest.mark.parametrize("listed", [["gpt-5", "gpt-5-pro"], ["gpt-5"]])
def test_a_named_model_of_the_responses_api_is_refused(
    administrator: Account, model_server: ModelServer, listed: list[str]
) -> None:
    model_server.models = listed
    code = refusal(administrator, model_server.base_url, models=["gpt-5", "gpt-5-pro"])
    assert code == "MODEL_SERVICE_RESPONSES_ONLY"


@pytest.mark.store_independent
def test_a_named_model_of_the_responses_api_is_refused_without_a_list(
    administrator: Account, service_without_list: RawModelServer
) -> None:
    code = refusal(administrator, service_without_list.base_url, models=["gpt-5-codex"])
    assert code == "MODEL_SERVICE_RESPONSES_ONLY"


# --- Private networks ---


@pytest.mark.store_independent
@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[fd00::1]", "[::ffff:192.168.1.1]", "[::]"])
def test_a_base_url_in_a_private_network_is_refused(administrator: Account, host: str) -> None:
    assert refusal(administrator, f"http://{host}:9/v1") == "MODEL_SERVICE_PRIVATE"


# --- The administration ---


@pytest.fixture
def browser(administrator: Account) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=administrator.name))
    return client


def test_the_administration_sets_shows_and_removes_the_service(
    browser: Client, administrator: Account, model_server: ModelServer
) -> None:
    model_server.refused_keys = {"wrong"}
    form = {"base_url": model_server.base_url, "api_key": "wrong"}
    assert b"refuses this key" in browser.post("/admin/chat/modelservice/add/", form).content
    assert b"character" in browser.post("/admin/chat/modelservice/add/", form | {"api_key": "schlüssel"}).content
    assert browser.post("/admin/chat/modelservice/add/", form | {"api_key": KEY}).status_code == 302
    assert administrator.ask("GET", "/models/service")["key_end"] == "ghij"
    page = browser.get("/admin/chat/modelservice/1/change/").content.decode()
    assert model_server.base_url in page
    assert KEY[:8] not in page
    assert browser.post("/admin/chat/modelservice/1/change/", form | {"api_key": ""}).status_code == 302
    assert administrator.ask("GET", "/models/service")["key_end"] == "ghij"
    assert "ghij" in browser.get("/admin/chat/modelservice/").content.decode()
    browser.post("/admin/chat/modelservice/1/delete/", {"post": "yes"})
    assert administrator.ask("GET", "/models/service") == NONE
