"""Servers that get answers wrong: numbers and resets (sections 1, 3 and 5)."""

from collections.abc import Iterator
from typing import Any

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import fault, is_delta, is_end


class DeltaFault(Fault):
    """Changes the third delta of each connection."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if is_delta(frame):
            connection.seen += 1
            if connection.seen == 3:
                yield from self.change(frame)
                return
        yield frame

    def change(self, frame: Frame) -> Iterator[Frame]:
        yield frame


@fault("P-1.4")
class DropsAFrame(DeltaFault):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield from ()


@fault("P-1.4", "P-1.3")
class RepeatsADelta(DeltaFault):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield frame
        yield frame


@fault("P-1.4", "P-1.1")
class SwallowsTextButKeepsTheNumbers(DeltaFault):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield frame | {"content": frame["content"][:-1]}


@fault("P-1.4", "P-3.2")
class SaysAWrongFrom(DeltaFault):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield frame | {"from": frame["from"] + 1}


@fault("P-3.4")
class ResetsWithoutNeed(DeltaFault):
    def change(self, frame: Frame) -> Iterator[Frame]:
        yield frame | {"reset": True}


@fault("P-3.3", "P-3.7")
class CountsTwice(Fault):
    """Numbers are consistent on each connection, and twice as high as in GET."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {name: frame[name] * 2 for name in ("seq", "from") if name in frame}


@fault("P-1.4")
class BeginsAgainAfterEachReconnect(Fault):
    """The first frame of a connection is number 1 after 0, whatever was resumed."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if "seq" in frame:
            base = connection.memory.setdefault("base", frame["from"])
            frame |= {"seq": frame["seq"] - base, "from": frame["from"] - base}
        yield frame


@fault("P-5.12", "P-1.4")
class LosesResume(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        command.pop("resume", None)
        yield command


@fault("P-1.4", "P-3.4")
class ForgetsToSayReset(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        frame.pop("reset", None)
        yield frame


@fault("P-5.11")
class AcceptsForTheAskerOnly(Fault):
    """Other devices get no `chat.accepted`."""

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        connection.memory["asks"] = connection.memory.get("asks") or command.get("type") == "chat.message"
        yield command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] != "chat.accepted" or connection.memory.get("asks"):
            yield frame


@fault("P-5.14")
class BuffersUntilTheEnd(Fault):
    """Each answer comes as a whole."""

    rate = 20  # Slow, so that the check sees the text that is stored meanwhile.
    only = "what_is_stored_has_been_sent"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        held: list[Any] = connection.memory.setdefault("held", [])
        if is_delta(frame):
            held.append(frame)
            return
        if is_end(frame):
            yield from held
            held.clear()
        yield frame


@fault("P-1.2")
class StopsAnAnswerWithItsConnection(Fault):
    def at_the_end(self, connection: Connection) -> Iterator[Frame]:
        yield {"type": "chat.stop"}


@fault("P-5.12")
class BeginsWithoutAReset(Fault):
    """An answer that is being written is sent from its beginning, not as a reset."""

    only = "a_late_client_gets_what_is_being_written_in_order"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        frame.pop("reset", None)
        yield frame


@fault("P-5.1")
class HidesTheActiveAnswer(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        is_chat = frame["type"] == "auth.success" and "leaf_id" in frame
        yield frame | {"active": None} if is_chat else frame


@fault("P-3.7", "P-1.4", "P-3.2")
class NumbersUnfinishedTextOneTooHigh(Fault):
    """In GET, while an answer is being written."""

    rate = 60
    only = "the_text_of_get_joins_what_is_being_written"

    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        for message in body.get("messages", []) if isinstance(body, dict) else []:
            if message["status"] == "streaming":
                message["seq"] += 1
        return status, body


@fault("P-3.7")
class ReturnsTheNewestMessageFirst(Fault):
    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        if isinstance(body, dict) and "messages" in body:
            body["messages"].reverse()
        return status, body


@fault("P-3.4", "P-1.3")
class GuessesPositionsThatAreAhead(Fault):
    """A position ahead of an answer that is being written counts as the one reached."""

    only = "a_wrong_position_of_an_answer_that_is_written_is_reset"

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("seq", 0) > 100_000:
            command["seq"] = connection.memory.get("seq", 0)
        yield command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        connection.memory["seq"] = frame.get("seq", 0)
        yield frame


@fault("P-5.11", "P-1.4", "P-3.2")
class ContinuesForThoseWhoLackTheText(Fault):
    """A connection that lacks the earlier runs gets only the text of the next one."""

    only = "a_continued_answer_continues_its_numbers"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if is_delta(frame) and frame["run"] == 2 and frame.get("reset"):
            frame |= {"content": "", "from": frame["seq"] - 1}
            del frame["reset"]
        yield frame
