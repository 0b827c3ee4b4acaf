"""`/api/models`: the models that a user can choose (docs/api.md: A-8.1)."""

from tests.chat.rest.accounts import Account


def test_models_are_listed_with_the_default(account: Account, models: list[str]) -> None:
    answer = account.ask("GET", "/models")
    assert set(answer) == {"models", "default"}
    assert [model["id"] for model in answer["models"]] == models
    assert answer["default"] == models[0]
    for model in answer["models"]:
        assert set(model) == {
            "id", "name", "context_window", "efforts", "provider", "service",
            "available", "missing", "why", "shutdown_date", "successor", "vision",
        }  # fmt: skip
        assert model["context_window"] > 0
