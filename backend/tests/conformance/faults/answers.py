"""Servers that break one rule each."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from tests.conformance.breaking_proxy import Fault, Frame, Line

FAULTS: dict[str, tuple[type[Fault], set[str]]] = {}
"""Each fault with the requirements of which the suite must find at least one broken."""


def fault[T: Fault](*requirements: str) -> Callable[[type[T]], type[T]]:
    """Add a fault that breaks these requirements to the list."""

    def add(kind: type[T]) -> type[T]:
        FAULTS[kind.__name__] = kind, set(requirements)
        return kind

    return add


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


@fault("P-1.4")
class DropsAFrame(OfDeltas):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield from ()


@fault("P-1.4", "P-1.3")
class RepeatsADelta(OfDeltas):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield frame
        yield frame


@fault("P-1.4", "P-1.1")
class SwallowsTextButKeepsTheNumbers(OfDeltas):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield frame | {"content": frame["content"][:-1]}


@fault("P-1.4", "P-3.2")
class SaysAWrongFrom(OfDeltas):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield frame | {"from": frame["from"] + 1}


@fault("P-3.4")
class ResetsWithoutNeed(OfDeltas):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield frame | {"reset": True}


@fault("P-3.3", "P-3.7")
class CountsTwice(Fault):
    """Numbers are consistent on each connection, and twice as high as those of GET."""

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame | {name: frame[name] * 2 for name in ("seq", "from") if name in frame}


@fault("P-1.4")
class BeginsAgainAfterEachReconnect(Fault):
    """The first frame of a connection is number 1 after 0, whatever was resumed."""

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if "seq" in frame:
            base = line.memory.setdefault("base", frame["from"])
            frame |= {"seq": frame["seq"] - base, "from": frame["from"] - base}
        yield frame


@fault("P-5.12", "P-1.4")
class LosesResume(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        command.pop("resume", None)
        yield command


@fault("P-1.4", "P-3.4")
class ForgetsToSayReset(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        frame.pop("reset", None)
        yield frame


@fault("P-1.3")
class EndsLate(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame | {"_wait": 6} if is_end(frame) else frame


@fault("P-1.3")
class NeverEnds(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if not is_end(frame):
            yield frame


@fault("P-1.3")
class EndsTwice(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame
        if is_end(frame):
            yield frame


@fault("P-3.3")
class EndsWithoutItsOwnNumber(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame | {"seq": frame["from"]} if is_end(frame) else frame


@fault("P-5.5", "P-7.1")
class CallsEveryEndComplete(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame | {"status": "complete"} if is_end(frame) else frame


@fault("P-1.3")
class SendsTextAfterTheEnd(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if is_delta(frame):
            line.memory["last"] = frame
        yield frame
        if is_end(frame) and "last" in line.memory:
            yield line.memory["last"] | {"from": frame["seq"], "seq": frame["seq"] + 1}


@fault("P-5.11")
class TellsOnlyTheAsker(Fault):
    """Other devices get no `chat.accepted`."""

    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        line.memory["asks"] = line.memory.get("asks") or command.get("type") == "chat.message"
        yield command

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] != "chat.accepted" or line.memory.get("asks"):
            yield frame


@fault("P-5.11")
class AcceptsAfterTheFirstDelta(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] == "chat.accepted":
            line.memory["accepted"] = frame
            return
        yield frame
        if is_delta(frame) and "accepted" in line.memory:
            yield line.memory.pop("accepted")


@fault("P-4.3")
class AsksTwice(Fault):
    """A repeated command is another one."""

    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        if command.get("type") == "chat.message":
            command["client_id"], line.memory["given"] = str(uuid4()), command.get("client_id")
        yield command

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame.get("client_id") and line.memory.get("given"):
            frame["client_id"] = line.memory["given"]
        yield frame


@fault("P-4.2")
class ForgetsClientIds(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] == "chat.error":
            frame.pop("client_id", None)
        yield frame


@fault("P-5.1")
class SaysNullForWhatIsAbsent(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield {"retry_after": None, **frame} if frame["type"] == "chat.error" else frame


@fault("P-6.16", "P-8.1")
class IgnoresWhatItDoesNotKnow(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame.get("code") != "UNKNOWN_TYPE":
            yield frame


@fault("P-6.1", "P-6.2", "P-6.4", "P-6.6", "P-6.7", "P-8.1")
class HasOneCodeForAll(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame | {"code": "INVALID_MESSAGE"} if "code" in frame else frame


@fault("P-2.3", "P-5.9", "P-6.2", "P-6.4")
class ClosesWithoutACode(Fault):
    def close_code(self, code: int) -> int:
        return 1000


@fault("P-4.13")
class TrimsQuestions(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        if isinstance(command.get("content"), str) and command["content"].strip():
            command["content"] = command["content"].strip()
        yield command


@fault("P-8.5")
class SkipsARevision(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] == "answer.started":
            return
        yield frame


@fault("P-4.5", "P-8.1")
class HidesThatItRenews(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] == "auth.success":
            frame.pop("renewed", None)
        yield frame


@fault("P-10.1")
class EchoesNoVersion(Fault):
    subprotocol = False


@fault("P-4.10", "P-1.3")
class StopsNothing(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        if command.get("type") != "chat.stop":
            yield command


@fault("P-1.3", "P-4.11")
class IgnoresFollow(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        if command.get("type") != "chat.follow":
            yield command


@fault("P-5.14")
class BuffersUntilTheEnd(Fault):
    """Each answer comes as a whole."""

    rate = 20  # What is stored meanwhile must be seen.
    only = "what_is_stored_has_been_sent"

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        held: list[Any] = line.memory.setdefault("held", [])
        if is_delta(frame):
            held.append(frame)
            return
        if is_end(frame):
            yield from held
            held.clear()
        yield frame
