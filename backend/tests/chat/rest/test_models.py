"""`/api/models`: what there is to choose from (docs/api.md: A-8.1)."""

from tests.chat.rest.accounts import Account


def test_the_models_to_choose_from(account: Account, models: list[str]) -> None:
    answer = account.ask("GET", "/models")
    assert set(answer) == {"models", "default"}
    assert [model["id"] for model in answer["models"]] == models
    assert answer["default"] == models[0]
    for model in answer["models"]:
        assert set(model) == {"id", "name", "context_window", "provider", "available", "missing", "why"}
        assert model["context_window"] > 0
