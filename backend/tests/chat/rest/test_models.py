"""`/api/models`: the models that a user can choose (docs/api.md: A-8.1)."""

from pytest_django import Settings

from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from tests.chat.rest.accounts import Account


def test_models_are_listed_with_the_default(account: Account, models: list[str]) -> None:
    body = account.ask("GET", "/models")
    assert set(body) == {"models", "default"}
    assert [model["id"] for model in body["models"]] == models
    assert body["default"] == models[0]
    for model in body["models"]:
        assert set(model) == {
            "id", "name", "context_window", "max_output", "efforts", "provider", "service",
            "available", "missing", "why", "shutdown_date", "successor", "vision",
        }  # fmt: skip
        assert model["context_window"] > 0


def test_the_name_of_a_model_tells_whether_it_sees_images(account: Account, settings: Settings) -> None:
    seeing = ["gpt-4o-mini", "openai/gpt-4.1", "o3", "claude-sonnet-4", "llama3.2-vision:11b", "qwen2.5-vl-7b", "llava"]
    blind = ["gpt-3.5-turbo", "gpt-4", "o3-mini", "deepseek-chat", "gpt-oss-20b"]
    unknown = ["qwen3", "my-model", "revision-2", "larval"]
    settings.AI_MODELS = [*seeing, *blind, *unknown]
    get_catalogue.cache_clear()
    found = {model["id"]: model["vision"] for model in account.ask("GET", "/models")["models"]}
    assert found == dict.fromkeys(seeing, True) | dict.fromkeys(blind, False) | dict.fromkeys(unknown)
