"""Models that administrators name by hand (docs/api.md: A-8.6, A-8.12)."""

import pytest

from testkit.fakes.model_server import ModelServer
from testkit.fakes.raw_model_server import RawModelServer, Refused
from tests.chat.rest.accounts import Account
from tests.chat.rest.model_service.calls import KEY, refusal, set_service


def test_a_service_without_a_list_needs_names(administrator: Account, service_without_list: RawModelServer) -> None:
    url = service_without_list.base_url
    assert refusal(administrator, url) == "MODEL_SERVICE_UNKNOWN"
    assert set_service(administrator, url, api_key=KEY, models=["mine", "other", "mine"])["models"] == ["mine", "other"]
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
def test_without_a_list_a_request_to_the_model_shows_the_mistake(
    administrator: Account, service_without_list: RawModelServer, refused: Refused, code: str
) -> None:
    service_without_list.refuse = lambda _: refused
    url = service_without_list.base_url
    assert refusal(administrator, url, models=["mine"]) == code
    assert [request["model"] for request in service_without_list.requests] == ["mine"]


@pytest.mark.store_independent
def test_without_a_list_a_refusal_for_another_reason_is_no_mistake(
    administrator: Account, service_without_list: RawModelServer
) -> None:
    url = service_without_list.base_url
    service_without_list.refuse = lambda _: Refused(400, b'{"error": {"message": "Say more."}}')
    assert set_service(administrator, url, api_key=KEY, models=["mine"])["models"] == ["mine"]


@pytest.mark.store_independent
def test_a_named_model_that_the_service_does_not_list_is_refused(
    administrator: Account, model_server: ModelServer
) -> None:
    model_server.models = ["mine", "other"]
    url = model_server.base_url
    assert refusal(administrator, url, models=["mine", "none"]) == "MODEL_SERVICE_NO_SUCH_MODEL"
    set_service(administrator, url, api_key=KEY, models=["mine"])
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
