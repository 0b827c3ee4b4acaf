"""Servers that break one rule each."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from tests.conformance.breaking_proxy import Fault, Frame, Line

FAULTS: dict[str, type[Fault]] = {}


def fault(kind: type[Fault]) -> type[Fault]:
    """Add a fault to the list."""
    FAULTS[kind.__name__] = kind
    return kind


def is_delta(frame: Frame) -> bool:
    """Return whether a frame has text of an answer."""
    return frame["type"] in {"chat.stream", "chat.reasoning"} and not frame.get("done")


def is_end(frame: Frame) -> bool:
    """Return whether a frame is terminal."""
    return frame.get("done") is True


class OfDeltas(Fault):
    """Changes the third delta of each connection."""

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if is_delta(frame):
            line.seen += 1
            if line.seen == 3:
                yield from self.change(frame)
                return
        yield frame

    def change(self, frame: Frame) -> Iterator[Frame]:
        yield frame


@fault
class DropsAFrame(OfDeltas):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield from ()


@fault
class RepeatsADelta(OfDeltas):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield frame
        yield frame


@fault
class SwallowsTextButKeepsTheNumbers(OfDeltas):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield frame | {"content": frame["content"][:-1]}


@fault
class SaysAWrongFrom(OfDeltas):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield frame | {"from": frame["from"] + 1}


@fault
class ResetsWithoutNeed(OfDeltas):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield frame | {"reset": True}


@fault
class CountsTwice(Fault):
    """Numbers are consistent on each connection, and twice as high as those of GET."""

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame | {name: frame[name] * 2 for name in ("seq", "from") if name in frame}


@fault
class BeginsAgainAfterEachReconnect(Fault):
    """The first frame of a connection is number 1 after 0, whatever was resumed."""

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if "seq" in frame:
            base = line.memory.setdefault("base", frame["from"])
            frame |= {"seq": frame["seq"] - base, "from": frame["from"] - base}
        yield frame


@fault
class LosesResume(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        command.pop("resume", None)
        yield command


@fault
class ForgetsToSayReset(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        frame.pop("reset", None)
        yield frame


@fault
class EndsLate(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame | {"_wait": 6} if is_end(frame) else frame


@fault
class NeverEnds(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if not is_end(frame):
            yield frame


@fault
class EndsTwice(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame
        if is_end(frame):
            yield frame


@fault
class EndsWithoutItsOwnNumber(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame | {"seq": frame["from"]} if is_end(frame) else frame


@fault
class CallsEveryEndComplete(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame | {"status": "complete"} if is_end(frame) else frame


@fault
class SendsTextAfterTheEnd(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if is_delta(frame):
            line.memory["last"] = frame
        yield frame
        if is_end(frame) and "last" in line.memory:
            yield line.memory["last"] | {"from": frame["seq"], "seq": frame["seq"] + 1}


@fault
class TellsOnlyTheAsker(Fault):
    """Other devices get no `chat.accepted`."""

    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        line.memory["asks"] = line.memory.get("asks") or command["type"] == "chat.message"
        yield command

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] != "chat.accepted" or line.memory.get("asks"):
            yield frame


@fault
class AcceptsAfterTheFirstDelta(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] == "chat.accepted":
            line.memory["accepted"] = frame
            return
        yield frame
        if is_delta(frame) and "accepted" in line.memory:
            yield line.memory.pop("accepted")


@fault
class AsksTwice(Fault):
    """A repeated command is another one."""

    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        if command["type"] == "chat.message":
            command["client_id"], line.memory["given"] = str(uuid4()), command.get("client_id")
        yield command

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame.get("client_id") and line.memory.get("given"):
            frame["client_id"] = line.memory["given"]
        yield frame


@fault
class ForgetsClientIds(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] == "chat.error":
            frame.pop("client_id", None)
        yield frame


@fault
class SaysNullForWhatIsAbsent(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield {"retry_after": None, **frame} if frame["type"] == "chat.error" else frame


@fault
class IgnoresWhatItDoesNotKnow(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame.get("code") != "UNKNOWN_TYPE":
            yield frame


@fault
class HasOneCodeForAll(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame | {"code": "INVALID_MESSAGE"} if "code" in frame else frame


@fault
class ClosesWithoutACode(Fault):
    def close_code(self, code: int) -> int:
        return 1000


@fault
class TrimsQuestions(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        if isinstance(command.get("content"), str) and command["content"].strip():
            command["content"] = command["content"].strip()
        yield command


@fault
class SkipsARevision(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] == "answer.started":
            return
        yield frame


@fault
class RepliesToARenewalWithAReplay(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] == "auth.success":
            frame.pop("renewed", None)
        yield frame


@fault
class EchoesNoVersion(Fault):
    subprotocol = False


@fault
class StopsNothing(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        if command["type"] != "chat.stop":
            yield command


@fault
class IgnoresFollow(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        if command["type"] != "chat.follow":
            yield command


@fault
class BuffersUntilTheEnd(Fault):
    """Each answer comes as a whole."""

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        held: list[Any] = line.memory.setdefault("held", [])
        if is_delta(frame):
            held.append(frame)
            return
        if is_end(frame):
            yield from held
            held.clear()
        yield frame
