"""Models in use that their services retire soon, for the notice to administrators (docs/api.md: A-8.14)."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from apps.chat.models import Conversation
from apps.core.database import run_in_database
from apps.users.models import User
from testkit.fakes.raw_model_server import RawModelServer
from testkit.live import LiveServer, SignedInUser
from tests.chat.openai.programs import Program, make_key


def in_days(days: int) -> str:
    return str((timezone.now() + timedelta(days=days)).date())


@pytest.fixture
def model_server(raw_model_server: RawModelServer, settings: Settings) -> RawModelServer:
    raw_model_server.set_models(
        {"id": "default"},
        {"id": "soon", "shutdown_date": in_days(20)},
        {"id": "sooner", "shutdown_date": in_days(3)},
        {"id": "late", "shutdown_date": in_days(40)},
        {"id": "gone", "shutdown_date": in_days(-3)},
    )
    return raw_model_server


@pytest.fixture
async def administrator(user: SignedInUser, chat_server: LiveServer, settings: Settings) -> SignedInUser:
    """An administrator of a server with these models."""
    await run_in_database(lambda: User.objects.filter(username=user.name).update(is_staff=True, is_superuser=True))
    await offer_models(chat_server, settings, "default")
    return user


async def offer_models(chat_server: LiveServer, settings: Settings, default: str) -> None:
    settings.AI_MODELS = [default, *({"default", "soon", "sooner", "late", "gone"} - {default})]
    chat_server.restart()


async def retiring(administrator: SignedInUser) -> list[str]:
    listed: Any = await administrator.call("GET", "/models/ending", expect=200)
    return [model["id"] for model in listed["models"]]


async def test_models_that_no_one_uses_are_not_announced(administrator: SignedInUser) -> None:
    assert await retiring(administrator) == []


async def test_models_in_chats_of_others_are_announced(administrator: SignedInUser, other_user: SignedInUser) -> None:
    for model in ("soon", "sooner", "late"):
        await other_user.new_conversation(model=model)
    assert await retiring(administrator) == ["sooner", "soon"]


async def test_models_in_old_or_deleted_chats_are_not_announced(
    administrator: SignedInUser, other_user: SignedInUser
) -> None:
    for model in ("soon", "sooner"):
        await other_user.new_conversation(model=model)
    long_ago = timezone.now() - timedelta(days=31)
    await run_in_database(lambda: Conversation.objects.filter(model="soon").update(updated_at=long_ago))
    await run_in_database(lambda: Conversation.objects.filter(model="sooner").update(deleted_at=timezone.now()))
    assert await retiring(administrator) == []


async def test_a_default_model_is_announced(
    administrator: SignedInUser, other_user: SignedInUser, chat_server: LiveServer, settings: Settings
) -> None:
    await other_user.call("PATCH", "/preferences", {"default_model": "soon"}, expect=200)
    assert await retiring(administrator) == ["soon"]
    await offer_models(chat_server, settings, "sooner")
    assert await retiring(administrator) == ["sooner", "soon"]


async def test_the_models_of_programs_are_announced(administrator: SignedInUser, other_user: SignedInUser) -> None:
    program = Program(other_user.server, (await make_key(other_user))["key"])
    question = {"model": "soon", "messages": [{"role": "user", "content": "Go"}]}
    async with program.request("POST", "/chat/completions", question) as response:
        await response.read()
    assert await retiring(administrator) == ["soon"]


async def test_only_administrators_learn_what_is_in_use(administrator: SignedInUser, other_user: SignedInUser) -> None:
    assert administrator.name != other_user.name
    refused = await other_user.call("GET", "/models/ending", expect=403)
    assert refused["code"] == "FORBIDDEN"
