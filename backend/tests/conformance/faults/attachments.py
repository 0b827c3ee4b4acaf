"""Servers that get attachments wrong (sections 4 and 5)."""

from collections.abc import Iterator
from typing import Any

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import fault


@fault("P-4.15")
class LosesAttachments(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("attachments") and command.get("content", "").strip():
            del command["attachments"]
        yield command


@fault("P-4.8")
class LosesAttachmentsInEdits(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        yield {"attachments": [], **command} if command.get("type") == "chat.edit" else command


@fault("P-5.17")
class OmitsAttachments(Fault):
    """`chat.accepted` has none, GET has them."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "chat.accepted":
            frame["message"].pop("attachments", None)
        yield frame


@fault("P-5.17")
class ServesAttachmentsToAll(Fault):
    """A URL works with any signature, once it has been signed for a user."""

    def __init__(self) -> None:
        self._signed: dict[str, str] = {}

    def route(self, path: str) -> str:
        place, _, signature = path.partition("?")
        if not place.startswith("/api/attachments/"):
            return path
        if signature:
            self._signed.setdefault(place, path)
        return self._signed.get(place, path)


@fault("P-5.17")
class KeepsUrlsAfterTheSession(Fault):
    """A URL is served again after the session for which it was signed has ended."""

    only = "the_end_of_a_session_closes_its_connections"

    def __init__(self) -> None:
        self._served: set[str] = set()

    def respond_file(self, path: str, status: int) -> int:
        self._served.add(path)
        return status

    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        return (200 if path in self._served else status), body


@fault("P-4.16")
class AsksAnotherModelAboutImages(Fault):
    """In place of a refusal, another model answers."""

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("model") == "gpt-3.5-turbo":
            command["model"] = "fake-model"
        yield command


@fault("P-4.15", "P-6.10")
class SaysThatForeignAttachmentsAreForbidden(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"code": "INVALID_MESSAGE"} if frame.get("code") == "NOT_FOUND" else frame
