"""A reader of server-sent events (section 9)."""

import asyncio
from dataclasses import dataclass

import aiohttp


@dataclass
class EventReader:
    """Reads a stream of server-sent events."""

    response: aiohttp.ClientResponse
    patience: float

    async def next(self) -> tuple[str, str] | None:
        """Return the name and the data of the next event, or None at the end."""
        name = "message"
        data: list[str] = []
        async with asyncio.timeout(self.patience):
            async for line in self.response.content:
                text = line.decode().rstrip("\r\n")
                if not text:
                    if data:
                        return name, "\n".join(data)
                    name = "message"
                field_name, _, value = text.partition(":")
                if field_name == "data":
                    data.append(value.removeprefix(" "))
                elif field_name == "event":
                    name = value.removeprefix(" ")
        return None
