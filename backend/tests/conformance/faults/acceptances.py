"""Servers that get `chat.accepted` wrong (section 5)."""

from collections.abc import Iterator

from tests.conformance.breaking_proxy import Fault, Frame, Line
from tests.conformance.faults.registry import fault, is_delta


@fault("P-5.11")
class AcceptsAfterTheFirstDelta(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] == "chat.accepted":
            line.memory["accepted"] = frame
            return
        yield frame
        if is_delta(frame) and "accepted" in line.memory:
            yield line.memory.pop("accepted")


@fault("P-5.12")
class AcceptsAgainAfterTheEnd(Fault):
    """A client that resumes an answer that has ended gets its `chat.accepted` again."""

    def __init__(self) -> None:
        self._accepted: dict[str, Frame] = {}

    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        line.memory["resume"] = (command.get("resume") or {}).get("message_id")
        yield command

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] == "chat.accepted":
            self._accepted[frame["reply"]["id"]] = frame
        yield frame
        known = self._accepted.get(line.memory.get("resume") or "")
        if frame["type"] == "auth.success" and frame["active"] is None and known:
            yield known


class OfAccepted(Fault):
    """Changes `chat.accepted`."""

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield self.change(frame, line) if frame["type"] == "chat.accepted" else frame

    def change(self, frame: Frame, line: Line) -> Frame:
        return frame


@fault("P-5.2")
class DatesQuestionsOtherwise(OfAccepted):
    def change(self, frame: Frame, line: Line) -> Frame:
        frame["message"]["created_at"] = "2026-01-01T00:00:00.000Z"
        return frame


@fault("P-5.2")
class LeavesFieldsOfTheReplyOut(OfAccepted):
    def change(self, frame: Frame, line: Line) -> Frame:
        del frame["reply"]["images_dropped"]
        return frame


@fault("P-3.2")
class NumbersTheAcceptance(OfAccepted):
    def change(self, frame: Frame, line: Line) -> Frame:
        return frame | {"from": 0, "seq": 0}


@fault("P-5.2")
class TellsOtherDevicesNoClientId(OfAccepted):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        line.memory["asks"] = line.memory.get("asks") or command.get("type") == "chat.message"
        yield command

    def change(self, frame: Frame, line: Line) -> Frame:
        return frame if line.memory.get("asks") else frame | {"client_id": None}


@fault("P-3.1")
class CountsRunsOfSiblings(OfAccepted):
    """Another answer to the same question is another run."""

    def change(self, frame: Frame, line: Line) -> Frame:
        if frame["kind"] == "regenerate":
            frame["run"] = frame["reply"]["run"] = 2
        return frame


@fault("P-5.2")
class AcceptsAnswersAsComplete(OfAccepted):
    def change(self, frame: Frame, line: Line) -> Frame:
        frame["reply"]["status"] = "complete"
        return frame
