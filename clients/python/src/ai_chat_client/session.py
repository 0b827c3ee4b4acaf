"""The session of a client: signs in, renews the tokens, and calls the REST API."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Any

import aiohttp

from ai_chat_client.errors import ApiError, SignedOutError
from ai_chat_client.response_body import read_api_body
from ai_chat_client.tokens import Tokens, TokenStore

UNAUTHORIZED = 401
CALL_TIMEOUT = aiohttp.ClientTimeout(total=60)


class Session:
    """A user's session at one server.

    With a user name (or email address) and a password, it signs in when it needs a token. With a refresh token, it
    renews the access token. With an access token alone, it works until that expires. It takes tokens from its store
    only for its user: the given user, or the first user in the store if no name or token is given.
    """

    def __init__(self, url: str, given: Tokens, password: str, store: TokenStore | None) -> None:
        """Do not sign in yet; tokens that are not given come from the store."""
        self.url = url.rstrip("/")
        self._username = given.username
        self._password = password
        self._store = store
        self._tokens = given
        self._user_id = given.user_id
        self._accepts_any_user = given == Tokens()
        if store is not None and not given.access and not given.refresh:
            self._adopt(store.load())
        self.failed_handshakes = 0
        """How many WebSocket handshakes failed in a row."""

        self._http: aiohttp.ClientSession | None = None
        self._lock = asyncio.Lock()

    @property
    def http(self) -> aiohttp.ClientSession:
        """The HTTP client, with its pool of connections."""
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=CALL_TIMEOUT)
        return self._http

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def access_token(self) -> str:
        """Return the access token, after signing in if there is none; raises SignedOutError."""
        if not self._tokens.access:
            await self.renew("")
        return self._tokens.access

    async def renew(self, refused: str) -> None:
        """Get an access token other than the `refused` one.

        Raises:
            SignedOutError: the session has ended, and it cannot sign in again.
            ApiError: the server failed, or limits attempts.
            aiohttp.ClientError: the server cannot be reached.
        """
        async with self._lock, self._store_lock():
            if self._tokens.access != refused:
                return
            self._adopt_renewed()
            if self._tokens.access in {"", refused} and not await self._try_refresh():
                await self._sign_in()

    def _store_lock(self) -> AbstractAsyncContextManager[None]:
        return nullcontext() if self._store is None else self._store.lock()

    def _adopt_renewed(self) -> None:
        """Adopt the tokens that another program has renewed: a used refresh token would end the session."""
        stored = Tokens() if self._store is None else self._store.load()
        if stored.refresh and stored.refresh != self._tokens.refresh:
            self._adopt(stored)

    def _adopt(self, stored: Tokens) -> None:
        """Take tokens from the store if they are this user's."""
        if self._are_ours(stored):
            self._tokens, self._user_id = stored, stored.user_id or self._user_id

    def _are_ours(self, stored: Tokens) -> bool:
        if self._user_id and stored.user_id:
            return stored.user_id == self._user_id
        return self._accepts_any_user or (bool(self._username) and stored.username == self._username)

    async def _try_refresh(self) -> bool:
        if not self._tokens.refresh:
            return False
        try:
            renewed = await self._call("POST", "/api/auth/token/refresh", json={"refresh": self._tokens.refresh})
        except ApiError as error:
            if error.status != UNAUTHORIZED:
                raise
            self._tokens = replace(self._tokens, refresh="")
            return False
        self._set_tokens(renewed, self._tokens.username)
        # If another user has signed in meanwhile, that user's tokens stay.
        if self._store is not None and ((stored := self._store.load()) == Tokens() or self._are_ours(stored)):
            self._store.save(self._tokens)
        return True

    async def _sign_in(self) -> None:
        if not (self._username and self._password):
            raise SignedOutError("The session has ended: sign in again.")
        name = "email" if "@" in self._username else "username"
        credentials = {name: self._username, "password": self._password}
        try:
            tokens = await self._call("POST", "/api/auth/token/pair", json=credentials)
        except ApiError as error:
            if error.status != UNAUTHORIZED:
                raise
            raise SignedOutError(error.message) from None
        self._set_tokens(tokens, self._username)
        if self._store is not None:
            self._store.save(self._tokens)

    def _set_tokens(self, tokens: dict[str, str], username: str) -> None:
        self._tokens = Tokens(tokens["access"], tokens.get("refresh", self._tokens.refresh), username)
        self._user_id = self._tokens.user_id

    async def sign_out(self) -> None:
        """End the session: its tokens are refused from now on, and leave the store."""
        async with self._lock, self._store_lock():
            self._adopt_renewed()
        # A session that has ended already still has its tokens in the store.
        with suppress(SignedOutError):
            await self._call_signed_in("POST", "/api/auth/logout", self._logout_options)
        async with self._lock, self._store_lock():
            if self._store is not None and self._are_ours(self._store.load()):
                self._store.forget()
            self._tokens = replace(self._tokens, access="", refresh="")

    def _logout_options(self) -> dict[str, Any]:
        return {"json": {"refresh_token": self._tokens.refresh} if self._tokens.refresh else {}}

    async def call(self, method: str, path: str, **options: Any) -> Any:
        """Call the REST API as this user and return the decoded body; `options` as for aiohttp.

        Raises:
            ApiError: the server refused the call, or a proxy answered it.
            SignedOutError: the session has ended.
            aiohttp.ClientError: the server cannot be reached.
        """
        return await self._call_signed_in(method, path, lambda: options)

    async def _call_signed_in(self, method: str, path: str, get_options: Callable[[], dict[str, Any]]) -> Any:
        """Call with the options that `get_options` returns for the tokens of this attempt."""
        token = await self.access_token()
        try:
            return await self._call(method, path, token, **get_options())
        except ApiError as error:
            if error.status != UNAUTHORIZED:
                raise
        await self.renew(token)
        return await self._call(method, path, self._tokens.access, **get_options())

    async def _call(self, method: str, path: str, token: str = "", **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # A redirect would lead the tokens elsewhere.
        fixed: dict[str, Any] = {"allow_redirects": False, "headers": headers}
        async with self.http.request(method, self.url + path, **fixed, **options) as response:
            return await read_api_body(response)
