"""Clients of `/v1` with personal keys: OpenAI's own client, and raw requests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from openai import AsyncOpenAI

from testkit.api_user import Server
from testkit.live import SignedInUser

MODEL = "fake-model"


async def make_key(user: SignedInUser, name: str = "test", **fields: Any) -> dict[str, Any]:
    """Make a personal key, and return it as the API shows it this once."""
    key: dict[str, Any] = await user.call("POST", "/keys/", {"name": name, **fields}, expect=201)
    return key


def open_client(server: Server, key: str) -> AsyncOpenAI:
    """Return OpenAI's own client, which must not retry: a test would not notice a failure."""
    return AsyncOpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=0)


@dataclass(frozen=True)
class Event:
    """One server-sent event."""

    id: str
    data: str


@dataclass
class Program:
    """Raw requests with a key."""

    server: Server
    key: str

    @asynccontextmanager
    async def request(
        self, method: str, path: str, json: Any = None, *, last_event_id: str = "", **options: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        if last_event_id:
            headers["Last-Event-ID"] = last_event_id
        url = f"{self.server.url}/v1{path}"
        async with aiohttp.request(method, url, json=json, headers=headers, **options) as response:
            yield response

    async def refused(
        self, method: str, path: str, json: Any = None, *, expect: int | None = None, **options: Any
    ) -> dict[str, Any]:
        """Return the error of a request that is refused, with this status."""
        async with self.request(method, path, json, **options) as response:
            assert response.content_type == "application/json", await response.text()
            body = await response.json()
            assert list(body) == ["error"]
            assert expect in {None, response.status}, body
            return dict(body["error"])

    @asynccontextmanager
    async def stream(self, question: str, *, last_event_id: str = "", **fields: Any) -> AsyncIterator["Events"]:
        async with self.request(
            "POST", "/chat/completions", make_body(question, stream=True, **fields), last_event_id=last_event_id
        ) as response:
            assert response.status == 200, await response.text()
            assert response.content_type == "text/event-stream"
            yield Events(response)


class Events:
    """The events of a response, as they arrive."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def next(self) -> Event | None:
        """Return the next event, or None at the end; comments are skipped."""
        fields: dict[str, str] = {}
        async for line in self._response.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if not name and not value and fields:
                return Event(fields.get("id", ""), fields["data"])
            if name:
                fields[name] = value
        return None

    async def take(self, count: int) -> list[Event]:
        """Return the next events."""
        events = [await self.next() for _ in range(count)]
        assert None not in events
        return [event for event in events if event is not None]

    async def rest(self) -> list[Event]:
        """Return all events up to the end."""
        events: list[Event] = []
        while (event := await self.next()) is not None:
            events.append(event)
        return events


def make_body(question: str, **fields: Any) -> dict[str, Any]:
    """Return the body of a request with one question."""
    return {"model": MODEL, "messages": [{"role": "user", "content": question}], **fields}
