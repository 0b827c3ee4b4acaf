"""The session of the client at the real server: renewing tokens, sharing them in a file, signing out."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ai_chat_client import Client, SignedOutError, TokenFile, Tokens
from testkit.accounts import PASSWORD
from testkit.live import SignedInUser

pytestmark = pytest.mark.store_independent


async def test_an_expired_token_is_renewed_on_the_socket(user: SignedInUser) -> None:
    url, refresh = user.server.url, user.refresh
    async with Client(url, access_token="expired", refresh_token=refresh, max_delay=0.05) as client:
        conversation = client.conversation(str(await user.new_conversation()))
        assert (await conversation.ask("Go").read()).status == "complete"


async def test_without_a_valid_token_or_password_a_call_raises_signed_out_error(user: SignedInUser) -> None:
    async with Client(user.server.url, access_token="expired") as client:
        with pytest.raises(SignedOutError):
            await client.models()
    async with Client(user.server.url, username=user.name, password="wrong") as client:
        with pytest.raises(SignedOutError):
            await client.models()


async def test_programs_share_a_token_file(user: SignedInUser, tmp_path: Path) -> None:
    """A token that another program has spent is not used again: that would end the session."""
    store = TokenFile(tmp_path / "own" / "tokens.json", user.server.url)
    async with Client(user.server.url, username=user.name, password=PASSWORD, store=store) as one:
        await one.models()
        async with Client(user.server.url, store=store) as other:
            access = store.load().access
            await other.session.renew(access)
            await one.session.renew(access)
            assert await one.session.access_token() == await other.session.access_token()
            await one.models()
            assert [(await client.session.call("GET", "/api/auth/me"))["username"] for client in (one, other)] == [
                user.name,
                user.name,
            ]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "own").iterdir()} == {0o600}


async def test_programs_renew_shared_tokens_in_turn(user: SignedInUser, tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    store = TokenFile(path, user.server.url)
    TokenFile(path, "http://other").save(Tokens("a", "b"))
    store.save(Tokens("expired", user.refresh))
    clients = [Client(user.server.url, store=TokenFile(path, user.server.url)) for _ in range(4)]
    async with asyncio.TaskGroup() as group:
        for client in clients:
            group.create_task(client.models())
    assert {await client.session.access_token() for client in clients} == {store.load().access}
    for client in clients:
        await client.models()
        await client.close()
    assert TokenFile(path, "http://other").load() == Tokens("a", "b")


async def test_tokens_of_another_user_are_not_used(
    user: SignedInUser, other_user: SignedInUser, tmp_path: Path
) -> None:
    url, store = user.server.url, TokenFile(tmp_path / "tokens.json", user.server.url)

    async def name(client: Client) -> str:
        found: str = (await client.session.call("GET", "/api/auth/me"))["username"]
        return found

    async with Client(url, username=other_user.name, password=PASSWORD, store=store) as theirs:
        assert await name(theirs) == other_user.name
        async with Client(url, username=user.name, password=PASSWORD, store=store) as ours:
            assert await name(ours) == user.name
            kept = store.load()
            assert kept.username == user.name
            await theirs.session.renew(await theirs.session.access_token())
            assert await name(theirs) == other_user.name
            assert store.load() == kept
            await theirs.sign_out()
            assert store.load() == kept
            async with Client(url, username=user.name, store=store) as again:
                assert await name(again) == user.name
            async with Client(url, access_token="expired", store=store) as unknown:
                with pytest.raises(SignedOutError):
                    await unknown.models()


async def test_a_sign_out_removes_the_stored_tokens(user: SignedInUser, tmp_path: Path) -> None:
    store = TokenFile(tmp_path / "tokens.json", user.server.url)
    async with Client(user.server.url, username=user.name, password=PASSWORD, store=store) as client:
        await client.models()
        access = store.load().access
        await client.sign_out()
    assert store.load() == Tokens()
    async with Client(user.server.url, access_token=access) as late:
        with pytest.raises(SignedOutError):
            await late.models()
    store.save(Tokens(access, "spent"))
    async with Client(user.server.url, store=store) as client:
        await client.sign_out()
    assert store.load() == Tokens()


@pytest.mark.storeless
@pytest.mark.parametrize("kept", [Tokens("spent", "spent", "ann"), Tokens("new", "new", "ann")])
async def test_a_sign_out_sends_no_spent_token(tmp_path: Path, kept: Tokens) -> None:
    """Neither after its own renewal, nor after another program's."""
    sent = []

    async def log_out(request: web.Request) -> web.Response:
        sent.append((request.headers["Authorization"], (await request.json())["refresh_token"]))
        return web.json_response({}, status=401 if len(sent) == 1 else 200)

    async def refresh(_: web.Request) -> web.Response:
        return web.json_response({"access": "newer", "refresh": "newer"})

    application = web.Application()
    application.router.add_post("/api/auth/logout", log_out)
    application.router.add_post("/api/auth/token/refresh", refresh)
    async with TestServer(application) as server:
        store = TokenFile(tmp_path / "tokens.json", str(server.make_url("/")))
        store.save(Tokens("spent", "spent", "ann"))
        async with Client(str(server.make_url("/")), store=store) as client:
            store.save(kept)
            await client.sign_out()
    assert sent == [(f"Bearer {kept.access}", kept.refresh), ("Bearer newer", "newer")]
    assert store.load() == Tokens()
