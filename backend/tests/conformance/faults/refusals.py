"""Servers that check commands in another order, or refuse too much or too little (sections 4 and 9)."""

import unicodedata
from collections.abc import Iterator
from typing import Any

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.over_http import RefusalFault
from tests.conformance.faults.registry import fault, is_end


@fault("P-4.4", "P-4.3")
class ChecksBusyBeforeRepeats(Fault):
    only = "a_repeated_command_asks_nothing_twice"

    def __init__(self) -> None:
        self._accepted: set[str] = set()
        self._written: set[str] = set()

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        client_id = command.get("client_id")
        connection.memory["repeats"] = client_id if client_id in self._accepted and self._written else None
        yield command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "chat.accepted":
            self._accepted.add(frame["client_id"])
            self._written.add(frame["reply"]["id"])
        if is_end(frame):
            self._written.discard(frame["message_id"])
        if frame["type"] == "chat.accepted" and connection.memory.get("repeats") == frame["client_id"]:
            busy = {"type": "chat.error", "code": "ALREADY_PROCESSING", "error": "An answer is being written."}
            yield busy | {"client_id": frame["client_id"]}
            return
        yield frame


@fault("P-4.4")
class ChecksTheTargetBeforeBusy(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("type") == "chat.regenerate":
            connection.memory["target"] = command.get("client_id")
        yield command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        is_busy = frame.get("code") == "ALREADY_PROCESSING"
        names_a_target = frame.get("client_id") in {connection.memory.get("target")} - {None}
        yield frame | {"code": "NOT_FOUND"} if is_busy and names_a_target else frame


class ContentFault(Fault):
    """Changes the text of each question."""

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if isinstance(command.get("content"), str) and len(command["content"]) < 1000:
            command["content"] = self.change(command["content"])
        yield command

    def change(self, content: str) -> str:
        return content


@fault("P-4.13")
class ComposesCharacters(ContentFault):
    def change(self, content: str) -> str:
        return unicodedata.normalize("NFC", content)


@fault("P-4.13")
class ChangesLineEnds(ContentFault):
    def change(self, content: str) -> str:
        return content.replace("\r\n", "\n")


@fault("P-4.13")
class EscapesMarkup(ContentFault):
    def change(self, content: str) -> str:
        return content.replace("<", "&lt;")


@fault("P-4.13")
class RefusesTheLongestQuestion(Fault):
    only = "a_question_that_is_too_long_is_refused"

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        content = str(command.get("content", ""))
        yield command | {"content": content + "x"} if len(content) == 100_000 else command


@fault("P-4.6")
class IgnoresParents(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if isinstance(command.get("parent_id"), str):
            del command["parent_id"]
        yield command


@fault("P-4.10", "P-1.3", "P-4.1")
class StopsByNameOnly(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("type") == "chat.stop" and command.get("message_id") is None:
            command["message_id"] = "00000000-0000-4000-8000-000000000001"
        yield command


@fault("P-4.10", "P-1.3")
class IsSilentAboutAStopOfAnEnd(Fault):
    only = "stop_ends_an_answer_and_keeps_its_text"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if not (is_end(frame) and frame["from"] == frame["seq"]):
            yield frame


@fault("P-4.15")
class AcceptsSevenAttachments(Fault):
    only = "attachments_that_are_not_the_users_are_refused"

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if len(command.get("attachments") or []) == 8:
            command["attachments"] *= 2
        yield command


@fault("P-9.1")
class AnswersPongOverHttp(Fault):
    def respond_file(self, path: str, status: int) -> int:
        return 200 if status == 204 and path.endswith("/commands") else status


@fault("P-9.2")
class RefusesWhatIsNotThereWith422(RefusalFault):
    from_status, to_status = 404, 422


@fault("P-9.2")
class ForbidsWrongTokens(RefusalFault):
    from_status, to_status = 401, 403


@fault("P-9.2")
class DoesNotSayWhenToTryAgain(Fault):
    """A 429 lacks its header."""

    only = "a_user_has_a_limited_number_of_answers_at_once"

    def headers(self, path: str, status: int, headers: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in headers.items() if name.lower() != "retry-after"}


@fault("P-9.3", "P-1.3")
class NamesEvents(Fault):
    def to_events(self, event: bytes) -> bytes:
        return b"event: frame\n" + event if event.startswith(b"data:") else event


@fault("P-9.3", "P-9.4")
class BeginsStreamsWithoutSuccess(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] != "auth.success" or not connection.path.startswith("/api"):
            yield frame


@fault("P-9.5")
class ClosesStreamsWithACodeInQuotes(Fault):
    def to_events(self, event: bytes) -> bytes:
        return event.replace(b"4004", b'"4004"') if event.startswith(b"event: close") else event


@fault("P-9.6")
class CountsNoStreams(Fault):
    only = "a_user_has_a_limited_number_of_connections"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        is_stream = connection.path.startswith("/api")
        is_full = frame.get("code") == "TOO_MANY_SOCKETS"
        yield {"type": "auth.success", "revision": 1, "active": []} if is_stream and is_full else frame


@fault("P-10.5")
class DescribesNoFeed(Fault):
    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        if path == "/api/protocol.json":
            channels = body["channels"].items()
            body["channels"] = {name: one for name, one in channels if "events" not in one["address"]}
        return status, body
