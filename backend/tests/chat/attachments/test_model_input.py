"""Attachments as the model receives them, byte by byte."""

import base64
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from apps.chat.models import BlindModel
from apps.core.database import run_in_database
from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser, pause
from tests.chat.attachments import files
from tests.chat.attachments.sending import attach, fetch
from tests.chat.attachments.stores import FileStore
from tests.chat.socket.conversations import OpenConversation, refusal


def text(content: str) -> dict[str, object]:
    return {"type": "text", "text": content}


def image_part(content: bytes, mime: str = "image/png") -> dict[str, object]:
    url = f"data:{mime};base64,{base64.b64encode(content).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


async def vision(user: SignedInUser) -> bool | None:
    """Return what the list of models says about the images that the first one sees."""
    found: bool | None = (await user.call("GET", "/models", expect=200))["models"][0]["vision"]
    return found


async def ask(conversation: OpenConversation, content: str, *attachments: str) -> dict[str, object]:
    """Ask and return the terminal frame."""
    return (await conversation.socket.ask_to_the_end(content, attachments=list(attachments))).ended


async def test_an_image_is_sent_as_it_is_served(user: SignedInUser, model_server: ModelServer) -> None:
    conversation = await OpenConversation.open(user, system_prompt="Be brief.")
    image = await attach(user, files.png(), "cat.png")
    served = (await fetch(user, image["url"]))[1]
    ended = await ask(conversation, "What is this?", image["id"])
    messages = model_server.questions[-1].messages
    assert messages == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [image_part(served), text("What is this?")]},
    ]
    assert ended["context_dropped"] == 0
    assert ended["images_dropped"] == 0


async def test_a_photograph_is_sent_as_jpeg(user: SignedInUser, model_server: ModelServer) -> None:
    conversation = await OpenConversation.open(user)
    image = await attach(user, files.jpeg((3000, 2000)), "photo.jpg")
    assert image["mime"] == "image/jpeg"
    assert image["width"] == 2048
    assert image["height"] == 1365
    served = (await fetch(user, image["url"]))[1]
    await ask(conversation, "", image["id"])
    assert model_server.questions[-1].messages[-1]["content"] == [image_part(served, "image/jpeg")]


async def test_documents_are_sent_as_text(user: SignedInUser, model_server: ModelServer) -> None:
    conversation = await OpenConversation.open(user, system_prompt="Be brief.")
    report = await attach(user, files.pdf("Sales rose", "Costs fell"), "report.pdf")
    notes = await attach(user, b"a,b\n1,2\n", "table.csv")
    await ask(conversation, "Sum it up", report["id"], notes["id"])
    assert model_server.questions[-1].messages[-1]["content"] == (
        "[document: report.pdf, 2 pages]\n[page 1]\nSales rose\n\n[page 2]\nCosts fell\n[end of report.pdf]\n\n"
        "[document: table.csv]\na,b\n1,2\n\n[end of table.csv]\n\n"
        "Sum it up"
    )
    await ask(conversation, "Thank you")
    assert model_server.questions[-1].messages[-1] == {"role": "user", "content": "Thank you"}


async def test_every_worker_knows_for_a_day_that_a_model_is_blind(
    user: SignedInUser, chat_server: LiveServer, model_server: ModelServer
) -> None:
    model_server.script(blind="openai")
    conversation = await OpenConversation.open(user)
    image = await attach(user, files.png(), "cat.png")
    assert await vision(user) is None
    await ask(conversation, "What?", image["id"])
    await conversation.socket.drop()
    # As another worker begins.
    chat_server.restart()
    assert await vision(user) is False
    conversation = await OpenConversation.open(user)
    refused = await refusal(conversation.socket, "chat.message", content="What?", attachments=[image["id"]])
    assert refused["code"] == "IMAGES_NOT_SUPPORTED"
    assert len(model_server.questions) == 1
    await run_in_database(BlindModel.objects.update, refused_at=timezone.now() - timedelta(days=1))
    while await vision(user) is False:
        await pause()


async def test_a_worker_remembers_a_blind_model_that_it_cannot_store(
    user: SignedInUser, model_server: ModelServer
) -> None:
    model_server.script(blind="openai")
    conversation = await OpenConversation.open(user)
    image = await attach(user, files.png(), "cat.png")
    table = BlindModel._meta.db_table
    await run_in_database(execute, f"ALTER TABLE {table} RENAME TO {table}_away")
    try:
        await ask(conversation, "What?", image["id"])
        assert await vision(user) is False
    finally:
        await run_in_database(execute, f"ALTER TABLE {table}_away RENAME TO {table}")
    while not await run_in_database(BlindModel.objects.exists):
        await pause()
        assert await vision(user) is False
    assert await vision(user) is False


async def test_images_older_than_four_questions_are_replaced_by_their_names(
    user: SignedInUser, model_server: ModelServer
) -> None:
    conversation = await OpenConversation.open(user)
    first = await attach(user, files.png(), "old.png", description="A tower")
    second = await attach(user, files.png((320, 240)), "newer.png")
    await ask(conversation, "One", first["id"])
    await ask(conversation, "Two", second["id"])
    for content in ("Three", "Four"):
        assert (await ask(conversation, content))["images_dropped"] == 0
    assert (await ask(conversation, "Five"))["images_dropped"] == 1
    messages = [message["content"] for message in model_server.questions[-1].messages if message["role"] == "user"]
    assert messages[0] == "[image: old.png, A tower]\n\nOne"
    assert messages[1][0]["type"] == "image_url"
    assert (await ask(conversation, "Six"))["images_dropped"] == 2
    shown = (await conversation.messages())[-1]
    assert shown["images_dropped"] == 2
    assert shown["context_dropped"] == 0


async def test_images_of_older_questions_are_dropped_when_they_are_too_large_together(
    user: SignedInUser, model_server: ModelServer, settings: Settings
) -> None:
    conversation = await OpenConversation.open(user)
    images = [await attach(user, files.png((640, 480 + number)), f"{number}.png") for number in range(3)]
    settings.PROMPT_IMAGE_BYTES = sum(one["bytes"] for one in images) - 1
    dropped = [(await ask(conversation, f"Question {one['name']}", one["id"]))["images_dropped"] for one in images]
    assert dropped == [0, 0, 1]
    messages = [message["content"] for message in model_server.questions[-1].messages if message["role"] == "user"]
    assert messages[0] == "[image: 0.png]\n\nQuestion 0.png"
    assert [len(content) for content in messages[1:]] == [2, 2]
    # The images of the present question are sent, however large they are.
    settings.PROMPT_IMAGE_BYTES = 1
    assert (await ask(conversation, "Once more", images[0]["id"]))["images_dropped"] == 3
    assert len(model_server.questions[-1].messages[-1]["content"]) == 2


async def test_images_are_dropped_before_text(
    chat_server: LiveServer, user: SignedInUser, model_server: ModelServer
) -> None:
    """The model's window has 8,192 tokens; an image of 2,048 by 2,048 is estimated at 1,600."""
    conversation = await OpenConversation.open(user, system_prompt="Be brief.")
    ended: dict[str, object] = {}
    for number in range(3):
        image = await attach(user, files.png((2048, 2048)), f"{number}.png")
        ended = await ask(conversation, f"{number} " + "word " * 400, image["id"])
    assert ended["context_dropped"] == 0
    assert ended["images_dropped"] == 1
    messages = [message["content"] for message in model_server.questions[-1].messages if message["role"] == "user"]
    assert str(messages[0]).startswith("[image: 0.png]\n\n0 word")
    assert [part["type"] for part in messages[1]] == ["image_url", "text"]


@pytest.mark.parametrize("words", [1, 2800])
async def test_images_use_the_room_that_a_dropped_question_and_its_answer_leave(
    user: SignedInUser, model_server: ModelServer, words: int
) -> None:
    """The model's window has 8,192 tokens, of which 6,144 are for the prompt."""
    model_server.script(text="word " * words)
    conversation = await OpenConversation.open(user, system_prompt="Be brief.")
    image = await attach(user, files.png((2048, 2048)), "cat.png")
    await ask(conversation, "word " * 5000)
    model_server.script(text="A cat.")
    await ask(conversation, "What is this?", image["id"])
    ended = await ask(conversation, "more " * 1900)
    assert ended["context_dropped"] == 2
    assert ended["images_dropped"] == 0
    shown, _answer, _question = model_server.questions[-1].messages[1:]
    assert [part["type"] for part in shown["content"]] == ["image_url", "text"]


async def test_edit_and_regenerate_keep_the_attachments(user: SignedInUser, model_server: ModelServer) -> None:
    conversation = await OpenConversation.open(user)
    image = await attach(user, files.png(), "cat.png")
    accepted = await conversation.socket.ask("What?", attachments=[image["id"]])
    await conversation.socket.read_to_the_end(accepted["reply"]["id"])
    assert accepted["message"]["attachments"][0]["id"] == image["id"]
    again = await conversation.socket.start("chat.regenerate", message_id=accepted["reply"]["id"])
    await conversation.socket.read_to_the_end(again["reply"]["id"])
    assert model_server.questions[-1].messages[-1]["content"][0]["type"] == "image_url"
    for change, kept in (({}, 1), ({"attachments": []}, 0), ({"attachments": [image["id"]]}, 1)):
        command = {"message_id": accepted["message"]["id"], "content": "Which?", **change}
        edited = await conversation.socket.start("chat.edit", **command)
        await conversation.socket.read_to_the_end(edited["reply"]["id"])
        assert len(edited["message"]["attachments"]) == kept
        assert isinstance(model_server.questions[-1].messages[-1]["content"], list) is bool(kept)


async def test_an_image_that_the_store_has_lost_is_named_and_counted(
    user: SignedInUser, model_server: ModelServer, file_store: FileStore
) -> None:
    conversation = await OpenConversation.open(user)
    images = [await attach(user, files.png(), f"{number}.png") for number in range(2)]
    [lost] = [name for name in file_store.names() if name.endswith(".image")][:1]
    file_store.remove(lost)
    ended = await ask(conversation, "What?", *(image["id"] for image in images))
    assert ended["images_dropped"] == 1
    kinds = [part["type"] for part in model_server.questions[-1].messages[-1]["content"]]
    assert sorted(kinds) == ["image_url", "text", "text"]
    assert (await conversation.messages())[-1]["images_dropped"] == 1


@pytest.mark.parametrize("service", ["openai", "vllm", "llamacpp", "openrouter"])
async def test_a_blind_model_is_refused_before_anything_is_stored(
    user: SignedInUser, model_server: ModelServer, service: str
) -> None:
    model_server.script(blind=service)
    conversation = await OpenConversation.open(user)
    image = await attach(user, files.png(), "cat.png")
    ended = await ask(conversation, "What?", image["id"])
    assert ended["type"] == "chat.error"
    assert ended["code"] == "IMAGES_NOT_SUPPORTED"
    assert len(model_server.questions) == 1
    models = (await user.call("GET", "/models", expect=200))["models"]
    assert models[0]["vision"] is False
    refused = await refusal(conversation.socket, "chat.message", content="Again?", attachments=[image["id"]])
    assert refused["code"] == "IMAGES_NOT_SUPPORTED"
    question, answer = await conversation.messages()
    for kind, fields in (
        ("chat.edit", {"message_id": question["id"], "content": "Well?"}),
        ("chat.regenerate", {"message_id": answer["id"]}),
    ):
        assert (await refusal(conversation.socket, kind, **fields))["code"] == "IMAGES_NOT_SUPPORTED"
    assert len(await conversation.messages()) == 2
    assert (await ask(conversation, "Without an image?"))["images_dropped"] == 1
    assert model_server.questions[-1].messages[-1]["content"].endswith("Without an image?")
