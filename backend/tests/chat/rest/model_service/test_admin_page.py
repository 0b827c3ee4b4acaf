"""The page of the administration on which the model service is set."""

import pytest
from django.test import Client

from apps.users.models import User
from testkit.fakes.model_server import ModelServer
from tests.chat.rest.accounts import Account
from tests.chat.rest.model_service.calls import KEY, NO_SERVICE, set_service

ADD, CHANGE = "/admin/chat/modelservice/add/", "/admin/chat/modelservice/1/change/"


@pytest.fixture
def browser(administrator: Account) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=administrator.name))
    return client


def test_the_page_says_why_a_service_is_refused(browser: Client, model_server: ModelServer) -> None:
    model_server.refused_keys = {"wrong"}
    form = {"base_url": model_server.base_url, "api_key": "wrong"}
    assert b"refuses this key" in browser.post(ADD, form).content
    assert b"character" in browser.post(ADD, form | {"api_key": "schlüssel"}).content


def test_a_service_that_is_set_on_the_page_is_shown_without_its_key(
    browser: Client, administrator: Account, model_server: ModelServer
) -> None:
    assert browser.post(ADD, {"base_url": model_server.base_url, "api_key": KEY}).status_code == 302
    assert administrator.ask("GET", "/models/service")["key_end"] == "ghij"
    page = browser.get(CHANGE).content.decode()
    assert model_server.base_url in page
    assert KEY[:8] not in page
    assert "ghij" in browser.get("/admin/chat/modelservice/").content.decode()


def test_an_empty_key_on_the_page_keeps_the_stored_one(
    browser: Client, administrator: Account, model_server: ModelServer
) -> None:
    set_service(administrator, model_server.base_url, api_key=KEY)
    assert browser.post(CHANGE, {"base_url": model_server.base_url, "api_key": ""}).status_code == 302
    assert administrator.ask("GET", "/models/service")["key_end"] == "ghij"


def test_a_service_that_is_deleted_on_the_page_is_removed(
    browser: Client, administrator: Account, model_server: ModelServer
) -> None:
    set_service(administrator, model_server.base_url, api_key=KEY)
    browser.post("/admin/chat/modelservice/1/delete/", {"post": "yes"})
    assert administrator.ask("GET", "/models/service") == NO_SERVICE
