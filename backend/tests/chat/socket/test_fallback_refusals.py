"""Refusals of commands and streams without WebSocket (docs/protocol.md: P-9.2 and P-9.3)."""

from uuid import uuid4

import pytest
from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser
from tests.chat.socket.http_client import HttpClient
from tests.chat.socket.tokens import bad_tokens

pytestmark = pytest.mark.usefixtures("no_error_logged")


async def test_refusals_have_the_matching_http_status(
    http_client: HttpClient, settings: Settings, subtests: pytest.Subtests
) -> None:
    client_id = str(uuid4())
    for kind, fields, expected, code in (
        ("chat.message", {"content": " "}, 422, "EMPTY_CONTENT"),
        ("chat.message", {"content": "a" * (settings.MAX_MESSAGE_LENGTH + 1)}, 422, "MESSAGE_TOO_LONG"),
        ("chat.message", {"content": 5}, 422, "INVALID_MESSAGE"),
        ("chat.regenerate", {"message_id": str(uuid4())}, 404, "NOT_FOUND"),
        ("chat.stop", {}, 404, "NOT_FOUND"),
        ("chat.follow", {"message_id": str(uuid4()), "run": 1, "seq": 0}, 422, "UNKNOWN_TYPE"),
        ("auth", {"token": http_client.user.access}, 422, "UNKNOWN_TYPE"),
        ("nonsense", {}, 422, "UNKNOWN_TYPE"),
    ):
        with subtests.test(kind, code=code):
            refusal = await http_client.send(kind, client_id=client_id, expect=expected, **fields)
            assert refusal["type"] == "chat.error"
            assert refusal["code"] == code
            assert refusal["error"]
            assert refusal["client_id"] == client_id


async def test_a_body_that_is_not_a_json_object_is_refused(http_client: HttpClient) -> None:
    for body in (b"", b"nonsense", b"[]", b"\xff\xfe", b'{"type":"chat.stop","x":NaN}'):
        refusal = await http_client.post(body, expect=422)
        assert refusal["code"] == "INVALID_JSON", body


async def test_a_body_that_is_too_large_is_refused(http_client: HttpClient, settings: Settings) -> None:
    settings.SOCKET_MAX_FRAME = 256 * 1024
    await http_client.post(b'{"type":"ping","x":"%s"}' % (b"a" * 256 * 1024), expect=413)


async def test_a_body_of_another_type_is_refused(http_client: HttpClient) -> None:
    await http_client.post(b'{"type":"ping"}', expect=415, **{"Content-Type": "text/plain"})


async def test_a_question_is_refused_while_an_answer_is_written(
    http_client: HttpClient, model_server: ModelServer
) -> None:
    model_server.script(gate="")
    await http_client.ask("Go")
    refusal = await http_client.send("chat.message", content="Too early", expect=409)
    assert refusal["code"] == "ALREADY_PROCESSING"


async def test_a_question_above_the_rate_is_refused_with_the_time_to_wait(
    http_client: HttpClient, settings: Settings
) -> None:
    settings.MESSAGE_RATE = "1/60"
    stream, answer_id = await http_client.listen_and_ask()
    await stream.read_to_the_end(answer_id)
    refusal = await http_client.send("chat.message", content="Too many", expect=429)
    assert refusal["code"] == "RATE_LIMIT_EXCEEDED"
    assert refusal["retry_after"] >= 1


async def test_the_bytes_of_the_commands_of_a_user_are_limited(
    http_client: HttpClient, other_user: SignedInUser, settings: Settings
) -> None:
    settings.SOCKET_BYTE_RATE = "250000/60000"
    ping = b'{"type":"ping","x":"%s"}' % (b"a" * 100_000)
    other_conversation = HttpClient(http_client.user, await http_client.user.new_conversation())
    for client in (http_client, other_conversation):
        assert await client.post(ping, expect=200) == {"type": "pong"}
    for client in (http_client, other_conversation):
        refusal = await client.post(ping, expect=429)
        assert refusal["type"] == "chat.error"
        assert refusal["code"] == "RATE_LIMIT_EXCEEDED"
        assert 1 <= refusal["retry_after"] <= 60_000
    await http_client.send("ping", expect=200)  # A refused command takes nothing.
    other = HttpClient(other_user, await other_user.new_conversation())
    await other.post(ping, expect=200)


async def test_a_conversation_of_another_user_is_not_found(http_client: HttpClient, other_user: SignedInUser) -> None:
    responses = []
    for conversation_id in (http_client.id, uuid4()):
        stranger = HttpClient(other_user, conversation_id)
        responses += [await stranger.send("chat.message", content="Hello", expect=404)]
        listing = await other_user.call("GET", f"/conversations/{conversation_id}/events", expect=404)
        responses += [listing | {"type": "chat.error"}]
    assert responses == [responses[0]] * 4
    assert responses[0]["code"] == "NO_CONVERSATION"


async def test_a_bad_token_is_refused(http_client: HttpClient, other_user: SignedInUser) -> None:
    user = http_client.user
    for what, token in bad_tokens(user, other_user).items():
        if isinstance(token, str) and token.isascii() and token.isprintable():
            user.access = token
            await http_client.send("ping", expect=401)
            refusal = await user.call("GET", f"/conversations/{http_client.id}/events", expect=401)
            assert refusal["code"] == "AUTH_FAILED", what


async def test_half_a_position_is_refused(http_client: HttpClient) -> None:
    for query in (
        "message_id=nonsense&run=1&seq=1",
        f"message_id={uuid4()}",
        "run=1",
        f"message_id={uuid4()}&run=-1&seq=1",
    ):
        await http_client.user.call("GET", f"/conversations/{http_client.id}/events?{query}", expect=422)
