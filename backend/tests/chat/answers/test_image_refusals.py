"""Refusals of questions with images: whether the model sees none, which is remembered, or only this one is refused."""

import json
from http import HTTPStatus
from typing import Any

import pytest
from pytest_django import Settings

from testkit.fakes.raw_model_server import RawModelServer, Refused
from testkit.live import LiveServer, SignedInUser
from tests.chat.answers.bodies import JSON, ask
from tests.chat.answers.image_wordings import BLIND, SEEING
from tests.chat.answers.refusal_wordings import error
from tests.chat.attachments import files
from tests.chat.attachments.sending import attach

# The provider reads them before anything is stored.
pytestmark = pytest.mark.store_independent

STRING = (400, error("messages[0].content must be a string"))
WORDINGS = [*BLIND, *SEEING]
MODELS = [f"model-{number}" for number in range(len(WORDINGS))]


@pytest.fixture
def model_server(model_server: RawModelServer) -> RawModelServer:
    """A service with a model for each wording, with which it refuses every question."""
    listed: list[dict[str, object]] = [{"id": model} for model in MODELS]
    model_server.set_models(*listed)
    model_server.refuse = refuse
    return model_server


def refuse(request: Any) -> Refused:
    status, body = WORDINGS[MODELS.index(request["model"])]
    return Refused(status, json.dumps(body).encode(), {"Content-Type": JSON})


@pytest.fixture
def chat(settings: Settings, chat_server: LiveServer, model_server: RawModelServer) -> LiveServer:
    """A server that offers all of the models."""
    settings.MESSAGE_RATE = settings.THROTTLE_USER = "off"
    settings.AI_MODELS = MODELS
    chat_server.restart()
    return chat_server


async def sees(user: SignedInUser) -> dict[str, bool | None]:
    listed = await user.call("GET", "/models", expect=HTTPStatus.OK)
    return {model["id"]: model["vision"] for model in listed["models"]}


@pytest.mark.usefixtures("chat")
async def test_a_model_that_sees_no_images_is_recognized_by_any_wording(
    user: SignedInUser, subtests: pytest.Subtests
) -> None:
    image = (await attach(user, files.png()))["id"]
    for model, (status, body) in zip(MODELS, WORDINGS, strict=True):
        is_blind = (status, body) in BLIND
        with subtests.test(str(body)[:120], status=status):
            opened = await user.enter(await user.new_conversation(title="Named", model=model))
            answer = await opened.ask_to_the_end("Question", attachments=[image])
            await opened.drop()
            assert (answer.ended["code"] == "IMAGES_NOT_SUPPORTED") is is_blind, answer.ended["code"]
            assert (await sees(user))[model] is (False if is_blind else None)


@pytest.mark.usefixtures("chat")
async def test_a_question_without_images_is_not_refused_because_of_them(user: SignedInUser) -> None:
    model = MODELS[WORDINGS.index(STRING)]
    answer, _ = await ask(user, model=model)
    assert answer.ended["code"] == "AI_ERROR"
    assert (await sees(user))[model] is None
