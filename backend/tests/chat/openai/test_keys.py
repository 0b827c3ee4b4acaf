"""`/api/keys`: personal keys, and what they open (docs/api.md: A-10.1 to A-10.4)."""

import asyncio
import json
from typing import Any

import pytest
from django.utils import timezone

from apps.core.database import run_in_database
from apps.users.models import ApiKey, User
from testkit.accounts import PASSWORD
from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser, pause
from tests.chat.openai.programs import Program, make_key

MAX_KEYS = 20


async def test_a_name_is_kept_on_one_line(user: SignedInUser) -> None:
    """Without the characters that would change how the rest of a list is shown (A-10.1)."""
    name = "  Note\r\nbook\t\x1b[2J\u202eevil\u2028\u200b \u65e5\u8a18 \U0001f469\u200d\U0001f680 "
    record = await make_key(user, name)
    assert record["name"] == "Note book [2Jevil \u65e5\u8a18 \U0001f469\u200d\U0001f680"
    for name in ("\x07", "\u202e\u2066", "\u200b\u3164", "\n"):
        await user.call("POST", "/keys/", {"name": name}, expect=422)


async def opens(user: SignedInUser, key: str) -> bool:
    async with Program(user.server, key).request("GET", "/models") as response:
        assert response.status in {200, 401}
        return response.status == 200


async def list_keys(user: SignedInUser) -> list[dict[str, Any]]:
    return list((await user.call("GET", "/keys/", expect=200))["keys"])


async def test_a_key_is_shown_once_and_stored_hashed(user: SignedInUser) -> None:
    """A-10.1."""
    record = await make_key(user, "Notebook")
    key = record.pop("key")
    assert key.startswith("sk-aichat-")
    assert record["name"] == "Notebook"
    assert record["key_end"] == key[-4:]
    assert record["expires_at"] is None
    assert record["last_used_at"] is None
    assert await list_keys(user) == [record]
    stored = await run_in_database(ApiKey.objects.get)
    assert key[10:30] not in str(vars(stored))
    assert await opens(user, key)
    [listed] = await list_keys(user)
    assert listed.pop("last_used_at") is not None
    assert listed == {name: value for name, value in record.items() if name != "last_used_at"}


async def test_a_user_has_at_most_twenty_keys(user: SignedInUser, other_user: SignedInUser) -> None:
    """A-10.2: the limit holds even when keys are created at the same time."""
    calls = [user.call("POST", "/keys/", {"name": f"key {number}"}) for number in range(MAX_KEYS + 5)]
    responses = await asyncio.gather(*calls)
    assert [response["code"] for response in responses if "code" in response] == ["TOO_MANY_KEYS"] * 5
    keys = await list_keys(user)
    assert len(keys) == MAX_KEYS
    await make_key(other_user)
    await user.call("DELETE", f"/keys/{keys[0]['id']}", expect=204)
    await make_key(user)


async def test_expired_keys_do_not_count(user: SignedInUser) -> None:
    """A-10.2: the newest twenty of them stay in the list."""
    for number in range(MAX_KEYS + 1):
        await make_key(user, f"expired {number}", expires_in=3600)
        await run_in_database(ApiKey.objects.update, expires_at=timezone.now())
    for number in range(MAX_KEYS):
        await make_key(user, f"valid {number}", expires_in=3600 if number % 2 else None)
    await user.call("POST", "/keys/", {"name": "one more"}, expect=409)
    names = [key["name"] for key in await list_keys(user)]
    assert names == [
        *(f"valid {number}" for number in reversed(range(MAX_KEYS))),
        *(f"expired {number}" for number in reversed(range(1, MAX_KEYS + 1))),
    ]


async def test_invalid_values_are_refused(user: SignedInUser, other_user: SignedInUser) -> None:
    for fields in ({}, {"name": " "}, {"name": "x" * 101}, {"name": "a\0"}, {"name": "a", "expires_in": 0}):
        assert (await user.call("POST", "/keys/", fields, expect=422))["code"] == "VALIDATION_ERROR"
    wrong: list[Any] = [True, False, "3600", 1.5, -1, 10**12, [], {}]
    for value in wrong:
        error = await user.call("POST", "/keys/", {"name": "a", "expires_in": value}, expect=422)
        assert error["code"] == "VALIDATION_ERROR"
        assert [field["loc"][-1] for field in error["detail"]] == ["expires_in"]
    key = await make_key(user)
    await other_user.call("DELETE", f"/keys/{key['id']}", expect=404)
    assert await opens(user, key["key"])


async def test_a_key_ends_at_its_time(user: SignedInUser) -> None:
    """A-10.2."""
    key = await make_key(user, expires_in=1)
    while await opens(user, key["key"]):
        await pause()
    [listed] = await list_keys(user)
    assert listed["expires_at"] == key["expires_at"]


async def test_a_key_ends_with_its_account(user: SignedInUser, other_user: SignedInUser) -> None:
    """A-10.4: while it is inactive, and when it is deleted."""
    key = (await make_key(other_user))["key"]
    rows = User.objects.filter(username=other_user.name)
    await run_in_database(rows.update, is_active=False)
    assert not await opens(user, key)
    await run_in_database(rows.update, is_active=True)
    assert await opens(user, key)
    await other_user.call("DELETE", "/auth/me", {"password": PASSWORD}, expect=204)
    assert not await opens(user, key)
    assert not await run_in_database(ApiKey.objects.exists)


@pytest.mark.parametrize("change", [-1, 20, 60])
async def test_an_altered_key_is_refused(user: SignedInUser, change: int) -> None:
    key = (await make_key(user))["key"]
    other = "A" if key[change] != "A" else "B"
    assert not await opens(user, key[:change] + other + key[change:][1:])


async def test_a_key_gives_access_to_v1_only_and_v1_accepts_only_keys(program: Program, user: SignedInUser) -> None:
    """A-10.3."""
    as_program = SignedInUser(user.server, user.name, access=program.key)
    for path in ("/conversations/", "/keys/", "/models", "/auth/me"):
        assert (await as_program.call("GET", path, expect=401))["code"] == "AUTH_FAILED"
    socket = await as_program.connect_to(f"{user.server.socket_url}/ws/events/")
    await socket.send("auth", token=program.key)
    assert await socket.expect_close() == 4001
    assert not await opens(user, user.access)
    assert not await opens(user, "")


async def test_a_deleted_key_ends_its_calls(program: Program, user: SignedInUser, model_server: ModelServer) -> None:
    """A-10.4."""
    key = await make_key(user, "other")
    other = Program(program.server, key["key"])
    model_server.pause_after(2, of=10)
    async with other.stream("Go") as events:
        await events.take(2)
        await user.call("DELETE", f"/keys/{key['id']}", expect=204)
        assert not await opens(user, key["key"])
        last = (await events.rest())[-1]
    assert json.loads(last.data)["error"]["code"] == "call_key_ended"
    await model_server.until(lambda: model_server.requests[0].outcome == "closed")
    assert await opens(user, program.key)


async def test_a_deleted_key_ends_streams_of_calls_that_another_key_began(
    program: Program, user: SignedInUser, model_server: ModelServer
) -> None:
    """A-10.4."""
    key = await make_key(user, "other")
    model_server.pause_after(2, of=10)
    async with program.stream("Go") as events:
        [first] = await events.take(1)
        async with Program(program.server, key["key"]).stream("Go", last_event_id=first.id) as resumed:
            await resumed.take(1)
            await user.call("DELETE", f"/keys/{key['id']}", expect=204)
            last = (await resumed.rest())[-1]
        model_server.open(8)
        assert (await events.rest())[-1].data == "[DONE]"
    assert json.loads(last.data)["error"]["code"] == "call_key_ended"


async def test_a_deactivated_account_ends_its_calls(program: Program, model_server: ModelServer) -> None:
    """A-10.4: no notification says so; the sweep finds it."""
    model_server.pause_after(1, of=10)
    async with program.stream("Go") as events:
        await events.take(1)
        await run_in_database(User.objects.update, is_active=False)
        last = (await events.rest())[-1]
    assert json.loads(last.data)["error"]["code"] == "call_key_ended"
