"""Reasoning between tags in a model's text is reasoning: on the socket, after a reset, and in the stored message."""

import json
from typing import Any, NamedTuple

import pytest
from pytest_django import Settings

from apps.chat.events import Reclassified
from apps.chat.providers.reading.reasoning import ReasoningSplitter
from testkit.fakes.raw_model_server import RawModelServer
from testkit.live import SignedInUser
from tests.chat.answers.bodies import JSON, Case, Expected, check_answer, chunk, events
from tests.chat.answers.bodies import ask as ask_question
from tests.chat.socket.conversations import OpenConversation

pytestmark = pytest.mark.store_independent

CLOSING = "</think>"


class Shown(NamedTuple):
    """The answer as a client shows it, how often it was reset, and how it ended."""

    content: str
    reasoning: str = ""
    resets: int = 0
    status: str = "complete"


def body(*texts: str, finish: str = "stop") -> bytes:
    """Return the body of a stream with these texts."""
    return events(*map(chunk, texts), chunk(None, finish), "[DONE]")


class Asker:
    """Asks one question after another in conversations of one user."""

    def __init__(self, user: SignedInUser, server: RawModelServer) -> None:
        self.user, self.server = user, server

    async def ask(self, *texts: str, finish: str = "stop") -> Shown:
        """Ask a question that is answered by these texts; check that the stored message agrees with what is shown."""
        self.server.set_body(body(*texts, finish=finish))
        answer, stored = await ask_question(self.user)
        assert stored["content"] == answer.content
        assert (stored["reasoning"] or "") == answer.reasoning
        return Shown(answer.content, answer.reasoning, answer.resets, answer.ended["status"])


@pytest.fixture
def asker(user: SignedInUser, model_server: RawModelServer, settings: Settings) -> Asker:
    settings.MESSAGE_RATE = "off"
    return Asker(user, model_server)


def cuts(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
async def test_a_tagged_beginning_is_reasoning_however_it_is_split(asker: Asker, size: int) -> None:
    for opening, closing in [("<think>", CLOSING), ("<THINK>\n", "\n</Think>\n\n"), ("\n<thinking>", "</thinking> ")]:
        text = f"{opening}a < b, so </thin is not a tag{closing}It is <b>bold</b>."
        shown = await asker.ask(*cuts(text, size))
        assert shown == Shown("It is <b>bold</b>.", "a < b, so </thin is not a tag")


@pytest.mark.parametrize("size", [1, 4, 100])
@pytest.mark.parametrize(
    "text",
    [
        "Use `</think>` to close.",
        "```\n</think>\n```\nThat is it.",
        "Use ``</think>`` to close.",
        "~~~\n</think>\n~~~\nThat is it.",
        "````md\n```\n</think>\n```\n````\nThat is it.",
        "It ends so:\n\n    </think>\n\nThat is it.",
        "A `span that\nbreaks </think>` here.",
        "Write <think>a plan</think> first.",
        "1 < 2 and </thi",
    ],
)
async def test_tags_later_in_the_text_or_in_code_are_text(asker: Asker, text: str, size: int) -> None:
    assert await asker.ask(*cuts(text, size)) == Shown(text)


async def test_many_tags_in_code_are_text(asker: Asker) -> None:
    text = "```\n" + "</think> x\n" * 30 + "```\nDone."
    assert await asker.ask(*cuts(text, 7)) == Shown(text)


async def test_blanks_within_thinking_are_not_held_without_limit() -> None:
    splitter = ReasoningSplitter()
    pieces = [piece for text in ("<think>a", *[" " * 16] * 100) for piece in splitter.read(text)]
    assert sum(len(piece[0]) for piece in pieces if not isinstance(piece, Reclassified)) > 1000


async def test_a_lone_closing_tag_resets_once_and_is_remembered(asker: Asker) -> None:
    assert await asker.ask("I ", "plan.", "\n</think>", "\n\nHello") == Shown("Hello", "I plan.", resets=1)
    assert await asker.ask("I ", "plan.", CLOSING, "Hello") == Shown("Hello", "I plan.")
    assert await asker.ask("<think>", "plan", CLOSING, "Hello") == Shown("Hello", "plan")


async def test_an_answer_without_the_remembered_tag_becomes_text_again(asker: Asker) -> None:
    await asker.ask("plan", CLOSING, "Hello")
    assert await asker.ask("Just ", "text.") == Shown("Just text.", resets=1)
    assert await asker.ask("Just ", "text.") == Shown("Just text.")


@pytest.mark.parametrize("size", [1, 4, 100])
async def test_a_pair_of_tags_does_not_end_hidden_thinking(asker: Asker, size: int) -> None:
    for text, expected in {
        "Write <think>a plan</think> first.": Shown("Write <think>a plan</think> first.", resets=1),
        "Use <think>tags</think>?</think>Hello": Shown("Hello", "Use <think>tags</think>?"),
    }.items():
        await asker.ask("plan", CLOSING, "Hello")
        assert await asker.ask(*cuts(text, size)) == expected


async def test_thinking_that_runs_out_of_tokens_stays_reasoning(asker: Asker) -> None:
    await asker.ask("plan", CLOSING, "Hello")
    assert await asker.ask("a long ", "plan", finish="length") == Shown("", "a long plan", status="length")


async def test_thinking_in_json_that_runs_out_of_tokens_stays_reasoning(asker: Asker, user: SignedInUser) -> None:
    await asker.ask("plan", CLOSING, "Hello")
    choice = {"index": 0, "message": {"content": "a long plan"}, "finish_reason": "length"}
    expected = Expected("length", reasoning="a long plan")
    conversation = await OpenConversation.open(user, title="Named")
    await check_answer(conversation, asker.server, Case(json.dumps({"choices": [choice]}).encode(), expected, JSON))


@pytest.mark.parametrize("texts", [("<think>", "plan", CLOSING), ("<think>plan",), (" \n", " "), ()])
async def test_an_answer_without_visible_text_is_an_error(asker: Asker, texts: tuple[str, ...]) -> None:
    assert (await asker.ask(*texts)).status == "error"


async def test_a_client_that_reconnects_after_the_reset_has_the_same_text(user: SignedInUser, asker: Asker) -> None:
    """A client that knows the text before the lone tag gets a reset; with the whole answer, it gets nothing."""
    asker.server.set_body(body("I ", "plan.", CLOSING, "Hello"))
    conversation_id = await user.new_conversation(title="Named")
    opened = await user.enter(conversation_id)
    whole = await opened.ask_to_the_end("Question")
    await opened.drop()
    for seq in range(1, whole.seq + 1):
        again = await user.connect(conversation_id)
        again.verifies = False
        await again.sign_in(user.access, whole.position | {"seq": seq})
        frames: list[dict[str, Any]] = []
        while not frames or not frames[-1].get("done"):
            frames.append(await again.expect("chat.stream", "chat.reasoning", "chat.error"))
        await again.drop()
        if frames[0].get("reset"):
            assert "".join(f["content"] for f in frames if f["type"] == "chat.stream") == "Hello"
            assert "".join(f["content"] for f in frames if f["type"] == "chat.reasoning") == "I plan."
        else:
            assert seq >= 3, "the reclassification has the number 3: earlier positions must be reset"
