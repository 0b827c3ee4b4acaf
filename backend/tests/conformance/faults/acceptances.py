"""Servers that get `chat.accepted` wrong (section 5)."""

from collections.abc import Iterator

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import fault, is_delta


@fault("P-5.11")
class AcceptsAfterTheFirstDelta(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "chat.accepted":
            connection.memory["accepted"] = frame
            return
        yield frame
        if is_delta(frame) and "accepted" in connection.memory:
            yield connection.memory.pop("accepted")


@fault("P-5.12")
class AcceptsAgainAfterTheEnd(Fault):
    """A client that resumes an answer that has ended gets its `chat.accepted` again."""

    def __init__(self) -> None:
        self._accepted: dict[str, Frame] = {}

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        connection.memory["resume"] = (command.get("resume") or {}).get("message_id")
        yield command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "chat.accepted":
            self._accepted[frame["reply"]["id"]] = frame
        yield frame
        known = self._accepted.get(connection.memory.get("resume") or "")
        if frame["type"] == "auth.success" and frame["active"] is None and known:
            yield known


class AcceptedFault(Fault):
    """Changes `chat.accepted`."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield self.change(frame, connection) if frame["type"] == "chat.accepted" else frame

    def change(self, frame: Frame, connection: Connection) -> Frame:
        return frame


@fault("P-5.2")
class ChangesDatesOfQuestions(AcceptedFault):
    def change(self, frame: Frame, connection: Connection) -> Frame:
        frame["message"]["created_at"] = "2026-01-01T00:00:00.000Z"
        return frame


@fault("P-5.2")
class OmitsAFieldOfTheReply(AcceptedFault):
    def change(self, frame: Frame, connection: Connection) -> Frame:
        del frame["reply"]["images_dropped"]
        return frame


@fault("P-3.2")
class NumbersTheAcceptance(AcceptedFault):
    def change(self, frame: Frame, connection: Connection) -> Frame:
        return frame | {"from": 0, "seq": 0}


@fault("P-5.2")
class HidesClientIdFromOtherDevices(AcceptedFault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        connection.memory["asks"] = connection.memory.get("asks") or command.get("type") == "chat.message"
        yield command

    def change(self, frame: Frame, connection: Connection) -> Frame:
        return frame if connection.memory.get("asks") else frame | {"client_id": None}


@fault("P-3.1")
class CountsSiblingsAsRuns(AcceptedFault):
    """Another answer to the same question is a new run of the first."""

    def change(self, frame: Frame, connection: Connection) -> Frame:
        if frame["kind"] == "regenerate":
            frame["run"] = frame["reply"]["run"] = 2
        return frame


@fault("P-5.2")
class AcceptsAnswersAsComplete(AcceptedFault):
    def change(self, frame: Frame, connection: Connection) -> Frame:
        frame["reply"]["status"] = "complete"
        return frame
