"""Bodies of responses that no document describes, by kind: the answer that each leads to on the socket and in GET."""

import pytest
from pytest_django import Settings

from testkit.fakes.raw_model_server import RawModelServer
from testkit.live import SignedInUser
from tests.chat.answers.bodies import EVENTS, HELLO, JSON, Case, Expected, check_answer, chunk, complete, events, stream
from tests.chat.answers.encoded_bodies import COMPRESSED_CASES, ENCODED_CASES
from tests.chat.answers.gateway_bodies import GATEWAY_CASES
from tests.chat.answers.native_bodies import NATIVE_CASES
from tests.chat.answers.odd_bodies import ODD_CASES
from tests.chat.answers.reasoning_bodies import REASONING_CASES
from tests.chat.answers.reported_bodies import REPORTED_CASES
from tests.chat.answers.service_bodies import ENDING_CASES, SHAPE_CASES
from tests.chat.socket.conversations import OpenConversation

# The provider reads them before anything is stored; test_model_streams.py runs such bodies on both stores.
pytestmark = pytest.mark.store_independent

THINKING = "<Think>Hm.</think>Hello"


@pytest.fixture
async def conversation(user: SignedInUser) -> OpenConversation:
    """A conversation that has a title, so that the service is not asked for one."""
    return await OpenConversation.open(user, title="Named")


@pytest.mark.parametrize(
    "cases",
    [ODD_CASES, GATEWAY_CASES, REPORTED_CASES, REASONING_CASES, ENDING_CASES, SHAPE_CASES, ENCODED_CASES, NATIVE_CASES],
    ids=["services", "gateways", "reports", "thinking", "ends", "shapes", "encodings", "other APIs"],
)
async def test_each_body_leads_to_the_expected_answer(
    settings: Settings,
    conversation: OpenConversation,
    model_server: RawModelServer,
    subtests: pytest.Subtests,
    cases: dict[str, Case],
) -> None:
    settings.MESSAGE_RATE = "off"
    for name, case in cases.items():
        with subtests.test(name):
            await check_answer(conversation, model_server, case)


async def test_the_content_encoding_header_is_only_a_hint(
    settings: Settings, conversation: OpenConversation, model_server: RawModelServer, subtests: pytest.Subtests
) -> None:
    """Proxies that unpack an answer may leave the header; an answer that cannot be unpacked is an error, never text."""
    settings.MESSAGE_RATE = "off"
    for name, (body, encoding, expected) in COMPRESSED_CASES.items():
        for kind in (EVENTS, JSON, ""):
            with subtests.test(name, kind=kind):
                await check_answer(conversation, model_server, Case(body, expected, kind), encoding)


async def test_thinking_is_found_wherever_it_is_cut(
    settings: Settings, conversation: OpenConversation, model_server: RawModelServer, subtests: pytest.Subtests
) -> None:
    settings.MESSAGE_RATE = "off"
    for cut in range(1, len(THINKING)):
        with subtests.test(THINKING[:cut]):
            body = stream(chunk(THINKING[:cut]), chunk(THINKING[cut:]))
            await check_answer(conversation, model_server, Case(body, complete(reasoning="Hm.")))


async def test_an_answer_with_a_long_header_is_read(
    conversation: OpenConversation, model_server: RawModelServer
) -> None:
    model_server.status = f"200 OK\r\nContent-Security-Policy: {'x' * 20_000}"
    await check_answer(conversation, model_server, Case(stream(HELLO)))


async def test_an_answer_with_status_201_is_read(conversation: OpenConversation, model_server: RawModelServer) -> None:
    model_server.status = "201 Created"
    await check_answer(conversation, model_server, Case(stream(HELLO)))


async def test_an_answer_may_follow_a_finish_that_came_too_early(
    conversation: OpenConversation, model_server: RawModelServer, settings: Settings
) -> None:
    """A gateway in front of Ollama ends the first, empty chunk with `stop`; the model thinks for a while then."""
    settings.USAGE_WAIT_SECONDS = 0.01
    model_server.beginning = events(chunk("", "stop", delta_role="assistant"))
    model_server.keep_alives = 3
    await check_answer(conversation, model_server, Case(stream(HELLO)))


@pytest.mark.parametrize(
    ("beginning", "expected"),
    [
        (events(chunk(None, "stop", delta_reasoning="Hm.")), complete(reasoning="Hm.")),
        (events(chunk("Oh. ", "stop"), chunk("Well. ", "stop")), complete("Oh. Well. Hello")),
    ],
    ids=["thinking", "text"],
)
async def test_a_finish_with_each_chunk_ends_nothing(
    conversation: OpenConversation,
    model_server: RawModelServer,
    settings: Settings,
    beginning: bytes,
    expected: Expected,
) -> None:
    """Gateways in front of Gemini end each chunk with `stop`."""
    settings.USAGE_WAIT_SECONDS = 0.01
    model_server.beginning = beginning
    model_server.keep_alives = 3
    await check_answer(conversation, model_server, Case(stream(HELLO), expected))
