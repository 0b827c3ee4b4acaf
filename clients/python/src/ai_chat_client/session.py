"""Who the client is: signs in, keeps the tokens fresh, and calls the REST API."""

import asyncio
from typing import Any

import aiohttp

from ai_chat_client.errors import ApiError, SignedOutError
from ai_chat_client.token_file import TokenStore

UNAUTHORIZED = 401
CALL_TIMEOUT = aiohttp.ClientTimeout(total=60)


class Session:
    """Tokens of a user at one server.

    With a user name (or address) and a password it signs in as soon as it has to, with a refresh token it renews the
    access token, with an access token alone it works until that expires.
    """

    def __init__(
        self,
        url: str,
        *,
        username: str = "",
        password: str = "",
        access_token: str = "",
        refresh_token: str = "",
        store: TokenStore | None = None,
    ) -> None:
        """Sign in nowhere yet; tokens that are not given come from the store."""
        self.url = url.rstrip("/")
        self._username = username
        self._password = password
        self._store = store
        self._access, self._refresh = access_token, refresh_token
        if store is not None and not access_token and not refresh_token:
            self._access, self._refresh = store.load()
        self._http: aiohttp.ClientSession | None = None
        self._lock = asyncio.Lock()

    @property
    def http(self) -> aiohttp.ClientSession:
        """The pool of connections."""
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
        if not self._access:
            await self.renew(self._access)
        return self._access

    async def renew(self, refused: str) -> None:
        """Get another access token than the `refused` one.

        Raises:
            SignedOutError: there is no way to get one.
            ApiError: the server failed, or limits attempts.
            aiohttp.ClientError: the server cannot be reached.
        """
        async with self._lock:
            if self._access == refused and not self._adopt(refused) and not await self._try_refresh():
                await self._sign_in()

    def _adopt(self, refused: str) -> bool:
        """Take the tokens that another program has renewed meanwhile: a spent one would end the session."""
        if self._store is None:
            return False
        access, refresh = self._store.load()
        if refresh and refresh != self._refresh:
            self._access, self._refresh = access, refresh
        return self._access not in {"", refused}

    async def _try_refresh(self) -> bool:
        if not self._refresh:
            return False
        try:
            self._take(await self._call("POST", "/api/auth/token/refresh", json={"refresh": self._refresh}))
        except ApiError as error:
            if error.status != UNAUTHORIZED:
                raise
            self._refresh = ""
            return False
        return True

    async def _sign_in(self) -> None:
        if not (self._username and self._password):
            raise SignedOutError("The session has ended: sign in again.")
        name = "email" if "@" in self._username else "username"
        credentials = {name: self._username, "password": self._password}
        try:
            self._take(await self._call("POST", "/api/auth/token/pair", json=credentials))
        except ApiError as error:
            if error.status != UNAUTHORIZED:
                raise
            raise SignedOutError(error.sentence) from None

    def _take(self, tokens: dict[str, str]) -> None:
        self._access = tokens["access"]
        self._refresh = tokens.get("refresh", self._refresh)
        if self._store is not None:
            self._store.save(self._access, self._refresh)

    async def sign_out(self) -> None:
        """End the session: its tokens are refused from now on."""
        body = {"refresh_token": self._refresh} if self._refresh else {}
        await self.call("POST", "/api/auth/logout", json=body)
        self._access = self._refresh = ""

    async def call(self, method: str, path: str, **options: Any) -> Any:
        """Call the REST API as this user and return the decoded body; `options` as for aiohttp.

        Raises:
            ApiError: the server refused the call.
            SignedOutError: the session has ended.
            aiohttp.ClientError: the server cannot be reached.
        """
        token = await self.access_token()
        try:
            return await self._call(method, path, token, **options)
        except ApiError as error:
            if error.status != UNAUTHORIZED:
                raise
        await self.renew(token)
        return await self._call(method, path, self._access, **options)

    async def _call(self, method: str, path: str, token: str = "", **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.http.request(method, self.url + path, headers=headers, **options) as response:
            body = await response.json() if response.content_type == "application/json" else {}
            if response.ok:
                return body
            after = response.headers.get("Retry-After", "")
            raise ApiError(
                response.status,
                body.get("code", "HTTP_ERROR"),
                body.get("error", f"The server answered {response.status}."),
                int(after) if after.isdecimal() else None,
            )
