"""Servers that get repeated commands and their ids wrong (section 4)."""

from collections.abc import Iterator
from uuid import uuid4

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import fault


@fault("P-4.3")
class AsksTwice(Fault):
    """A repeated command counts as a new one."""

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("type") == "chat.message":
            command["client_id"], connection.memory["given"] = str(uuid4()), command.get("client_id")
        yield command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame.get("client_id") and connection.memory.get("given"):
            frame["client_id"] = connection.memory["given"]
        yield frame


@fault("P-4.2")
class ForgetsClientIds(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "chat.error":
            frame.pop("client_id", None)
        yield frame


@fault("P-4.3")
class RemembersOnlyQuestions(Fault):
    """A repeated `chat.regenerate`, `chat.edit` or `chat.continue` counts as a new one."""

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("type") in {"chat.regenerate", "chat.edit", "chat.continue"} and command.get("client_id"):
            given, command["client_id"] = command["client_id"], str(uuid4())
            connection.memory[command["client_id"]] = given
        yield command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame.get("client_id") in connection.memory:
            frame["client_id"] = connection.memory[frame["client_id"]]
        yield frame


@fault("P-4.3")
class RemembersRefusedCommands(Fault):
    def __init__(self) -> None:
        self._refused: set[str] = set()

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        yield command | {"content": 1} if command.get("client_id") in self._refused else command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame.get("code") == "EMPTY_CONTENT" and "client_id" in frame:
            self._refused.add(frame["client_id"])
        yield frame


@fault("P-4.3", "P-1.3")
class RepeatsWithoutAReset(Fault):
    """After a repeated command, the answer continues where it was."""

    only = "repeats_of_every_command_ask_nothing_twice"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        frame.pop("reset", None)
        yield frame


@fault("P-4.2")
class InventsClientIds(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield {"client_id": str(uuid4()), **frame} if frame["type"] == "chat.error" else frame
