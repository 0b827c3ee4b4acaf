"""Servers that count answers wrong, or continue them at the wrong number (sections 1 and 3)."""

from collections.abc import Iterator
from typing import Any

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import fault, is_delta, is_end


@fault("P-1.4", "P-3.3")
class SwallowsTheLastDelta(Fault):
    """The terminal frame follows the delta before it, and the numbers have no gap."""

    only = "an_answer_is_numbered_without_gaps_and_is_what_is_stored"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        held = connection.memory.pop("held", None)
        if is_delta(frame):
            if held:
                yield held
            connection.memory["held"] = frame
        elif is_end(frame) and held:
            yield frame | {"from": held["from"], "seq": held["from"] + 1}
        else:
            if held:
                connection.memory["held"] = held
            yield frame


@fault("P-3.3")
class EndsTwoNumbersLater(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"seq": frame["seq"] + (frame["seq"] > frame["from"])} if is_end(frame) else frame


@fault("P-3.4")
class ResetsFromOne(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"from": 1} if frame.get("reset") else frame


@fault("P-3.5", "P-1.4", "P-3.4")
class CallsEveryFrameAfterAResetAReset(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        connection.memory["resets"] = not is_end(frame) and (connection.memory.get("resets") or frame.get("reset"))
        yield frame | {"reset": True, "from": 0} if is_delta(frame) and connection.memory["resets"] else frame


class PositionFault(Fault):
    """Changes the position of each `chat.follow`."""

    def __init__(self) -> None:
        self.ended: dict[str, tuple[int, int]] = {}
        """Each answer's last run and number."""

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("type") == "chat.follow" and command.get("message_id") in self.ended:
            command |= self.change(command["run"], command["seq"], *self.ended[command["message_id"]])
        yield command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if is_end(frame):
            self.ended[frame["message_id"]] = frame["run"], frame["seq"]
        yield frame

    def change(self, run: int, seq: int, last_run: int, last: int) -> Frame:
        return {}


@fault("P-1.4", "P-1.1")
class BeginsOneTooEarly(PositionFault):
    def change(self, run: int, seq: int, last_run: int, last: int) -> Frame:
        return {"seq": seq - 1} if 1 < seq < last else {}


@fault("P-1.4", "P-1.1")
class BeginsOneTooLate(PositionFault):
    def change(self, run: int, seq: int, last_run: int, last: int) -> Frame:
        return {"seq": seq + 1} if 0 < seq < last else {}


@fault("P-3.4", "P-1.4")
class TakesOneAheadForTheEnd(PositionFault):
    """A position one number ahead of the end counts as the end."""

    only = "a_position_that_cannot_be_continued_is_answered_by_a_reset"

    def change(self, run: int, seq: int, last_run: int, last: int) -> Frame:
        return {"seq": last} if seq == last + 1 else {}


@fault("P-3.4", "P-1.4")
class TakesTheNextRunForThisOne(PositionFault):
    only = "a_position_that_cannot_be_continued_is_answered_by_a_reset"

    def change(self, run: int, seq: int, last_run: int, last: int) -> Frame:
        return {"run": last_run} if run == last_run + 1 else {}


@fault("P-3.6")
class ResetsClientsOfTheRunBefore(PositionFault):
    only = "a_continued_answer_continues_its_numbers"

    def change(self, run: int, seq: int, last_run: int, last: int) -> Frame:
        return {"seq": last + 1} if run == last_run - 1 else {}


@fault("P-3.6")
class RepeatsTheEndOfTheRunBefore(Fault):
    only = "a_continued_answer_continues_its_numbers"

    def __init__(self) -> None:
        self._ends: dict[tuple[str, int], Frame] = {}

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("type") == "chat.follow":
            connection.memory["end"] = self._ends.get((command["message_id"], command["run"])), command["seq"]
        yield command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        end, seq = connection.memory.pop("end", (None, 0)) if "seq" in frame else (None, 0)
        if end and end["seq"] == seq and frame["run"] > end["run"]:
            yield end | {"from": seq}
        if is_end(frame):
            self._ends[frame["message_id"], frame["run"]] = frame
        yield frame


class RunFault(Fault):
    """Changes the numbers of continuations."""

    only = "a_continued_answer_continues_its_numbers"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame.get("run") == 2:
            frame |= self.change(frame, connection)
            if "reply" in frame:
                frame["reply"]["run"] = frame["run"]
        yield frame

    def change(self, frame: Frame, connection: Connection) -> Frame:
        return {}


@fault("P-4.9", "P-3.1")
class ContinuesTheSameRun(RunFault):
    def change(self, frame: Frame, connection: Connection) -> Frame:
        return {"run": 1}


@fault("P-4.9", "P-3.1")
class SkipsARun(RunFault):
    def change(self, frame: Frame, connection: Connection) -> Frame:
        return {"run": 3}


@fault("P-1.4", "P-3.1")
class CountsEachRunFromOne(RunFault):
    def change(self, frame: Frame, connection: Connection) -> Frame:
        base = connection.memory.setdefault("base", frame.get("from"))
        if base is None:
            del connection.memory["base"]
            return {}
        return {"from": frame["from"] - base, "seq": frame["seq"] - base}


class StoredAnswerFault(Fault):
    """Changes answers that have ended, in GET."""

    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        for message in body.get("messages", []) if isinstance(body, dict) else []:
            if message["role"] == "assistant" and message["status"] != "streaming":
                message.update(self.change(message))
        return status, body

    def change(self, message: Frame) -> Frame:
        return {}


@fault("P-3.7")
class StoresEndsWithoutTheirNumber(StoredAnswerFault):
    def change(self, message: Frame) -> Frame:
        return {"seq": message["seq"] - 1}


@fault("P-3.7")
class StoresNoRun(StoredAnswerFault):
    def change(self, message: Frame) -> Frame:
        return {"run": 0}


@fault("P-5.5")
class StoresOtherCounts(StoredAnswerFault):
    def change(self, message: Frame) -> Frame:
        return {"prompt_tokens": (message["prompt_tokens"] or 0) + 1}


@fault("P-5.2")
class AcceptsForAnotherModel(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "chat.accepted":
            frame["reply"]["model_used"] = "another-model"
        yield frame
