"""`/api/preferences`: defaults of a user's new conversations."""

from pytest_django import Settings

from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from tests.chat.rest.accounts import Account

NONE = {"default_model": "", "default_system_prompt": ""}
WANTED = {"default_model": "second-model", "default_system_prompt": "Answer like a sailor."}


def test_preferences_are_empty_at_first(account: Account, settings: Settings) -> None:
    assert account.ask("GET", "/preferences") == NONE
    conversation = account.ask("POST", "/conversations/", {}, status=201)
    assert conversation["model"] == "first-model"
    assert conversation["system_prompt"] == settings.DEFAULT_SYSTEM_PROMPT


def test_new_conversations_use_the_preferences_of_their_owner(account: Account) -> None:
    before = account.new_conversation()
    assert account.ask("PATCH", "/preferences", WANTED) == WANTED
    assert account.ask("GET", "/preferences") == WANTED
    assert account.ask("GET", "/models")["default"] == "second-model"
    conversation = account.ask("POST", "/conversations/", {}, status=201)
    assert conversation["model"] == "second-model"
    assert conversation["system_prompt"] == "Answer like a sailor."
    assert account.ask("GET", f"/conversations/{before}")["model"] == "first-model"


def test_values_of_a_new_conversation_take_precedence_over_preferences(account: Account) -> None:
    account.ask("PATCH", "/preferences", WANTED)
    created = account.ask("POST", "/conversations/", {"model": "first-model", "system_prompt": ""}, status=201)
    assert created["model"] == "first-model"
    assert created["system_prompt"] == ""


def test_preferences_of_one_user_leave_those_of_others_unchanged(account: Account, other_account: Account) -> None:
    account.ask("PATCH", "/preferences", WANTED)
    assert other_account.ask("GET", "/preferences") == NONE
    assert other_account.ask("GET", "/models")["default"] == "first-model"


def test_each_preference_changes_alone(account: Account) -> None:
    account.ask("PATCH", "/preferences", {"default_model": "second-model"})
    account.ask("PATCH", "/preferences", {"default_system_prompt": "Be brief."})
    without_model = account.ask("PATCH", "/preferences", {"default_model": None})
    assert without_model == NONE | {"default_system_prompt": "Be brief."}
    assert account.ask("PATCH", "/preferences", {"default_system_prompt": ""}) == NONE


def test_a_preferred_model_that_is_not_available_is_not_used(account: Account, settings: Settings) -> None:
    account.ask("PATCH", "/preferences", {"default_model": "second-model"})
    settings.AI_MODELS = ["first-model"]
    get_catalogue.cache_clear()
    assert account.ask("GET", "/models")["default"] == "first-model"
    assert account.ask("POST", "/conversations/", {}, status=201)["model"] == "first-model"
    assert account.ask("GET", "/preferences")["default_model"] == "second-model"


def test_an_invalid_preference_is_refused(account: Account) -> None:
    for change in ({"default_model": "no-such"}, {"default_model": "a\0"}, {"default_system_prompt": "x" * 20_001}):
        assert account.refused("PATCH", "/preferences", change) == "VALIDATION_ERROR"
    assert account.ask("GET", "/preferences") == NONE


def test_reading_requires_signing_in(account: Account) -> None:
    account.access = ""
    assert account.refused("GET", "/preferences", status=401) == "AUTH_FAILED"
