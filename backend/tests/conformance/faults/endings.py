"""Servers that get the ends of answers wrong (sections 3, 5 and 7)."""

from collections.abc import Iterator
from typing import Any

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import fault, is_delta, is_end


@fault("P-1.3")
class EndsLate(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"_wait": 6} if is_end(frame) else frame


@fault("P-1.3")
class NeverEnds(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if not is_end(frame):
            yield frame


@fault("P-1.3")
class EndsTwice(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame
        if is_end(frame):
            yield frame


@fault("P-3.3")
class EndsWithoutItsOwnNumber(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"seq": frame["from"]} if is_end(frame) else frame


@fault("P-5.5", "P-7.1")
class CallsEveryEndComplete(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"status": "complete"} if is_end(frame) else frame


@fault("P-1.3")
class SendsTextAfterTheEnd(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if is_delta(frame):
            connection.memory["last"] = frame
        yield frame
        if is_end(frame) and "last" in connection.memory:
            yield connection.memory["last"] | {"from": frame["seq"], "seq": frame["seq"] + 1}


@fault("P-7.1")
class ChangesAnEndThatIsRepeated(Fault):
    """After a second stop, the status is different."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"status": "interrupted"} if is_end(frame) and frame["from"] == frame["seq"] else frame


@fault("P-7.7")
class CallsALimitComplete(Fault):
    """An answer that was cut off at a million characters."""

    only = "an_answer_ends_at_a_million_characters"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"status": "complete"} if is_end(frame) and frame["status"] == "length" else frame


@fault("P-6.21")
class SaysOnlyThatTheModelFailed(Fault):
    only = "a_prompt_that_is_too_long_for_the_model_says_so"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"code": "AI_ERROR"} if str(frame.get("code", "")).startswith("AI_") else frame


class EndFault(Fault):
    """Changes terminal frames."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield self.change(frame) if is_end(frame) else frame

    def change(self, frame: Frame) -> Frame:
        return frame


@fault("P-3.3")
class RepeatsAnEndAsTheNextNumber(EndFault):
    def change(self, frame: Frame) -> Frame:
        repeats = frame["from"] == frame["seq"]
        return frame | {name: frame[name] + repeats for name in ("from", "seq")}


@fault("P-5.5")
class CountsOnlyTwoKindsOfTokens(EndFault):
    def change(self, frame: Frame) -> Frame:
        for name in ("cached_tokens", "reasoning_tokens"):
            (frame["usage"] or {}).pop(name, None)
        return frame


@fault("P-5.5")
class OmitsDroppedImages(EndFault):
    def change(self, frame: Frame) -> Frame:
        del frame["images_dropped"]
        return frame


@fault("P-5.5")
class CompletesWithoutAReason(EndFault):
    def change(self, frame: Frame) -> Frame:
        return frame | {"finish_reason": None}


@fault("P-1.1")
class ForgetsTheUsageInReplays(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        connection.memory["replays"] = connection.memory.get("replays") or command.get("type") == "chat.follow"
        yield command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"usage": None} if is_end(frame) and connection.memory.get("replays") else frame


@fault("P-5.8")
class OmitsTheRevisionAfterTheEnd(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] != "conversation.updated" or len(frame) > 2:
            yield frame


@fault("P-5.5")
class CountsTokensBelowZero(EndFault):
    def change(self, frame: Frame) -> Frame:
        if frame["usage"]:
            frame["usage"]["prompt_tokens"] = -1
        return frame


@fault("P-4.10")
class CallsAStopAnInterruption(EndFault):
    def change(self, frame: Frame) -> Frame:
        return frame | {"status": "interrupted"} if frame["status"] == "stopped" else frame

    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        for message in body.get("messages", []) if isinstance(body, dict) else []:
            if message["status"] == "stopped":
                message["status"] = "interrupted"
        return status, body


@fault("P-5.5")
class ForgetsFinishReasons(Fault):
    """GET has none."""

    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        for message in body.get("messages", []) if isinstance(body, dict) else []:
            message["finish_reason"] = None
        return status, body
