"""Servers that keep a rule in one place and forget it in another: on the feed, over HTTP, in edits."""

import re
from collections.abc import Iterator
from typing import Any

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import fault, is_delta

DEEP = 50


@fault("P-2.4", "P-6.1", "P-13.2", "P-5.11")
class SendsTextBeforeAuth(Fault):
    """A connection that has not signed in gets the text of answers."""

    only = "a_connection_that_has_not_signed_in_gets_nothing"

    def __init__(self) -> None:
        self._last: Frame | None = None

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        connection.memory["signs_in"] = connection.memory.get("signs_in") or command.get("type") == "auth"
        yield command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame
        if is_delta(frame):
            self._last = frame
        elif frame["type"] == "pong" and not connection.memory.get("signs_in") and self._last:
            yield self._last


@fault("P-4.2")
class AcceptsOverHttpUnderAnotherId(Fault):
    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        if path.endswith("/commands") and isinstance(body, dict) and body.get("type") == "chat.accepted":
            body["client_id"] = body["reply"]["id"]
        return status, body


@fault("P-4.13")
class TrimsEdits(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("type") == "chat.edit" and isinstance(command.get("content"), str):
            command["content"] = command["content"].strip()
        yield command


@fault("P-4.6", "P-4.7")
class IgnoresModelsOfCommands(Fault):
    only = "the_model_that_a_command_names_answers"

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        command.pop("model", None)
        yield command


@fault("P-6.16")
class DropsDeepJson(Fault):
    """A command with deeply nested fields is never answered."""

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if "[" * DEEP not in re.sub(r"\s", "", str(command)):
            yield command


@fault("P-2.6")
class KeepsTheFeedSilent(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] != "ping" or not connection.path.startswith("/ws/events"):
            yield frame


@fault("P-2.9", "P-8.1")
class ClosesTheFeedAsNonsense(Fault):
    """Whatever closes a feed for its frames, it is 1008."""

    only = "the_feed_closes_for_frames_that_are_not_text"

    def close_code(self, code: int) -> int:
        return 1008 if code in {1003, 1007} else code


@fault("P-6.2")
class AcceptsRefreshTokens(Fault):
    """A refresh token signs in as an access token does."""

    only = "a_refresh_token_does_not_sign_in"

    def __init__(self) -> None:
        self._token: str | None = None

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("type") == "auth":
            self._token = self._token or command["token"]
            command["token"] = self._token
        yield command
