"""`/api/limits`: the limits that a form checks before the server does."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.chat.rest.accounts import Account


def read_limits(client: Client) -> dict[str, int]:
    limits: dict[str, int] = client.get("/api/limits").json()
    return limits


@pytest.mark.django_db
def test_limits_are_public_and_follow_the_settings(client: Client, settings: Settings) -> None:
    settings.MAX_MESSAGE_LENGTH = 77
    settings.MAX_ANSWER_LENGTH = 88
    assert read_limits(client) == {
        "message_max": 77,
        "answer_max": 88,
        "title_max": 200,
        "system_prompt_max": 20_000,
        "search_max": 200,
        "username_min": 3,
        "username_max": 50,
        "password_min": 12,
        "password_max": 128,
        "attachment_max_bytes": 20 * 1024 * 1024,
        "attachments_per_message": 8,
        "description_max": 1000,
    }


def test_the_limit_of_a_title_is_the_longest_accepted(account: Account, client: Client) -> None:
    longest = read_limits(client)["title_max"]
    account.ask("POST", "/conversations/", {"title": "t" * longest}, status=201)
    account.ask("POST", "/conversations/", {"title": "t" * (longest + 1)}, status=422)
