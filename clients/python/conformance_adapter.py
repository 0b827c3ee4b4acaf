"""The adapter with which the conformance suite drives this client (conformance/client/README.md)."""

import asyncio
import json
import sys
from dataclasses import asdict
from typing import Any

from ai_chat_client import (
    AnswerStream,
    Client,
    Conversation,
    EndedAnswer,
    GoneError,
    Position,
    Reasoning,
    RefusedError,
    Reset,
    SignedOutError,
    Text,
    TooManyConnectionsError,
    Waiting,
)


def write(**line: Any) -> None:
    """Write one line of JSON."""
    print(json.dumps(line), flush=True)


def start(conversation: Conversation, step: dict[str, Any]) -> AnswerStream:
    """Start the command of a step."""
    match step:
        case {"ask": content}:
            return conversation.ask(content)
        case {"regenerate": message_id}:
            return conversation.regenerate(message_id)
        case {"edit": message_id, "content": content}:
            return conversation.edit(message_id, content)
        case {"continue": message_id}:
            return conversation.continue_(message_id)
        case {"follow": position}:
            return conversation.follow(Position(**position))
    raise ValueError(step)


async def read(stream: AnswerStream, stop_after: str | None) -> None:
    """Read an answer, and write each part as it comes."""
    text = ""
    async for part in stream:
        match part:
            case Text(more):
                text += more
                write(part="text", text=more)
                if text == stop_after:
                    stream.stop()
            case Reasoning(more):
                write(part="reasoning", text=more)
            case Reset():
                text = ""
                write(part="reset")
            case Waiting(seconds):
                write(part="waiting", seconds=seconds)
            case EndedAnswer():
                write(end={**asdict(part), "run": part.position.run, "seq": part.position.seq})


async def perform(task: dict[str, Any]) -> None:
    """Perform the steps of a scenario."""
    tokens = {"access_token": task["access"], "refresh_token": task["refresh"]}
    async with Client(task["url"], max_delay=task["max_delay"], **tokens) as client:
        conversation = client.conversation(task["conversation_id"])
        for step in task["steps"]:
            try:
                await read(start(conversation, step), step.get("stop_after"))
            except RefusedError as error:
                write(failed="refused", code=error.code)
            except SignedOutError:
                write(failed="signed_out")
            except GoneError:
                write(failed="gone")
            except TooManyConnectionsError:
                write(failed="too_many_connections")
    write(finished=True)


async def main() -> None:
    """Perform one task after another, until the input ends."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        await perform(json.loads(line))


if __name__ == "__main__":
    asyncio.run(main())
