"""The client at the real server: answers, stops, continuations, files, other devices."""

import asyncio
from collections.abc import AsyncIterator
from random import Random
from uuid import uuid4

import pytest

from ai_chat_client import (
    ApiError,
    Client,
    EndedAnswer,
    GoneError,
    Part,
    Position,
    Reasoning,
    RefusedError,
    Reset,
    Text,
    UnreachableError,
)
from faults.proxy import Proxy
from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser, until

pytestmark = pytest.mark.store_independent


def client_of(user: SignedInUser) -> Client:
    return Client(user.server.url, access_token=user.access, refresh_token=user.refresh)


@pytest.fixture
async def client(user: SignedInUser) -> AsyncIterator[Client]:
    async with client_of(user) as signed_in:
        yield signed_in


async def test_an_answer_comes_in_parts(client: Client, model_server: ModelServer) -> None:
    model_server.script(tokens=3, reasoning=2)
    conversation = await client.create_conversation(title="Words")
    stream = conversation.ask("Go")
    parts: list[Part] = [part async for part in stream]
    assert "".join(part.text for part in parts if isinstance(part, Text)) == "w1 w2 w3 "
    assert "".join(part.text for part in parts if isinstance(part, Reasoning)) == "r1 r2 "
    answer = parts[-1]
    assert answer is stream.answer
    assert isinstance(answer, EndedAnswer)
    assert answer.text == "w1 w2 w3 "
    assert answer.reasoning == "r1 r2 "
    assert answer.status == "complete"
    assert [message["content"] for message in await conversation.messages()] == ["Go", "w1 w2 w3 "]
    assert [found["title"] async for found in client.conversations()] == ["Words"]
    await client.delete_conversation(conversation.id)
    assert [found async for found in client.conversations()] == []


async def test_an_answer_is_stopped_and_continued(client: Client, model_server: ModelServer) -> None:
    model_server.script(tokens=4, gate="")
    conversation = await client.create_conversation()
    stream = conversation.ask("Go")
    model_server.open(2)
    while stream.position is None or stream.position.seq < 2:
        await anext(stream)
    with pytest.raises(RefusedError, match="ALREADY_PROCESSING"):
        await conversation.ask("And?").read()
    stream.stop()
    stopped = await stream.read()
    assert stopped.text == "w1 w2 "
    assert stopped.status == "stopped"
    model_server.open(10)
    continued = conversation.continue_(stopped.message_id)
    texts = [part.text async for part in continued if isinstance(part, Text)]
    assert continued.answer is not None
    assert continued.answer.text == "w1 w2 w3 w4 "
    assert continued.answer.status == "complete"
    assert "".join(texts) == "w3 w4 "


async def test_a_question_has_another_answer_and_another_version(client: Client) -> None:
    conversation = await client.create_conversation()
    stream = conversation.ask("One")
    first = await stream.read()
    second = await conversation.regenerate(first.message_id).read()
    assert second.message_id != first.message_id
    assert stream.question is not None
    edited = await conversation.edit(stream.question["id"], "Two").read()
    assert edited.text == "Echo: Two"


async def test_a_question_is_asked_once_under_its_id(client: Client) -> None:
    conversation = await client.create_conversation()
    client_id = str(uuid4())
    first = await conversation.ask("Go", client_id=client_id).read()
    again = await conversation.ask("Go", client_id=client_id).read()
    assert again.message_id == first.message_id
    assert again.text == first.text
    assert len(await conversation.messages()) == 2


async def test_an_answer_of_another_device_is_followed(user: SignedInUser, model_server: ModelServer) -> None:
    model_server.script(tokens=4, gate="")
    async with client_of(user) as phone, client_of(user) as laptop:
        conversation = await phone.create_conversation()
        stream = conversation.ask("Go")
        model_server.open(2)
        first = await anext(stream)
        assert isinstance(first, Text)
        assert stream.position is not None
        followed = laptop.conversation(conversation.id).follow(Position(stream.position.message_id))
        kept, has = laptop.conversation(conversation.id).follow(stream.position), first.text
        model_server.open(2)
        answers = await asyncio.gather(stream.read(), followed.read(), kept.read())
        assert [answer.text for answer in answers[:2]] == ["w1 w2 w3 w4 ", "w1 w2 w3 w4 "]
        assert has + answers[2].text == "w1 w2 w3 w4 "


async def test_an_answer_survives_a_cut_after_every_word(user: SignedInUser, model_server: ModelServer) -> None:
    model_server.script(tokens=6, gate="")
    proxy = Proxy()
    proxy.ports = [int(user.server.url.rpartition(":")[2])]
    await proxy.start()
    url = f"http://127.0.0.1:{proxy.port}"
    async with Client(url, access_token=user.access, max_delay=0.01) as client:
        stream = (await client.create_conversation()).ask("Go")
        parts: list[Part] = []
        model_server.open(1)
        async for part in stream:
            parts.append(part)
            if isinstance(part, Text):
                for link in proxy.pick(1, Random(1)):
                    link.reset()
                model_server.open(1)
        assert [part.text for part in parts if isinstance(part, Text)] == ["w1 ", "w2 ", "w3 ", "w4 ", "w5 ", "w6 "]
        assert not any(isinstance(part, Reset) for part in parts)
        assert stream.answer is not None
        assert stream.answer.text == "w1 w2 w3 w4 w5 w6 "
    await proxy.stop()


async def test_an_idle_connection_is_closed_and_opened_again(user: SignedInUser) -> None:
    async with Client(user.server.url, access_token=user.access, idle_seconds=0.05) as client:
        conversation = await client.create_conversation()
        tasks = asyncio.all_tasks()
        assert (await conversation.ask("One").read()).text == "Echo: One"
        await until(lambda: not conversation.is_connected, "the end of the connection")
        await until(lambda: asyncio.all_tasks() == tasks, "the end of the connection's tasks")
        assert (await conversation.ask("Two").read()).text == "Echo: Two"


async def test_a_server_that_stays_down_is_given_up(user: SignedInUser, chat_server: LiveServer) -> None:
    async with Client(chat_server.url, access_token=user.access, max_delay=0.01, give_up_after=0.2) as client:
        conversation = await client.create_conversation()
        chat_server.stop()
        with pytest.raises(UnreachableError):
            await conversation.ask("One").read()
        chat_server.start()
        assert (await conversation.ask("Two").read()).text == "Echo: Two"


async def test_a_failed_model_is_an_answer_with_an_error(client: Client, model_server: ModelServer) -> None:
    model_server.script(fail=401)
    answer = await (await client.create_conversation()).ask("Go").read()
    assert answer.status == "error"
    assert answer.error_code == "AI_KEY_REFUSED"
    assert answer.error


async def test_a_file_goes_with_a_question(client: Client) -> None:
    upload = await client.upload(b"Milk", name="list.txt", description="What to buy")
    assert upload["name"] == "list.txt"
    assert upload["kind"] == "document"
    conversation = await client.create_conversation()
    await conversation.ask("What?", attachments=[upload["id"]]).read()
    question = (await conversation.messages())[0]
    assert [attachment["id"] for attachment in question["attachments"]] == [upload["id"]]
    with pytest.raises(ApiError, match="ATTACHMENT_UNREADABLE"):
        await client.upload(b"", name="empty.txt")


async def test_asking_in_an_unknown_conversation_raises_gone_error(client: Client) -> None:
    with pytest.raises(GoneError):
        await client.conversation(str(uuid4())).ask("Go").read()
