"""Servers that get commands, refusals and connections wrong (sections 2, 4, 6, 8 and 10)."""

from collections.abc import Iterator
from uuid import uuid4

from tests.conformance.breaking_proxy import Fault, Frame, Line
from tests.conformance.faults.registry import fault


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


@fault("P-2.2", "P-13.3")
class TakesPagesOfOtherSites(Fault):
    def to_origin(self, headers: dict[str, str]) -> dict[str, str]:
        headers.pop("Origin", None)
        return headers


@fault("P-2.4", "P-6.1")
class SignsInByAddress(Fault):
    """A token in the query counts as an `auth`."""

    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        _, _, token = line.path.partition("token=")
        if token and "given" not in line.memory:
            line.memory["given"] = True
            yield {"type": "auth", "token": token}
        yield command


@fault("P-2.6")
class GivesNoSignOfLife(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] != "ping":
            yield frame


@fault("P-2.9")
class TakesBinaryFrames(Fault):
    takes_binary = True


@fault("P-8.2")
class HidesRunningAnswers(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        is_feed = frame["type"] == "auth.success" and isinstance(frame.get("active"), list)
        yield frame | {"active": []} if is_feed else frame


@fault("P-8.4")
class CallsEveryChangeAStart(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame | {"type": "answer.started"} if frame["type"] == "answer.ended" else frame


@fault("P-10.2")
class RefusesOtherVersions(Fault):
    def refuses(self, offered: list[str]) -> bool:
        return bool(offered) and "ai-chat.2026-12" not in offered


@fault("P-7.4", "P-6.11")
class WritesTwoAnswersAtOnce(Fault):
    """A second question is accepted while the first one is being answered."""

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        memory = line.memory
        if frame.get("code") == "ALREADY_PROCESSING":
            memory["refused"] = frame["client_id"]
        else:
            yield frame
        if frame["type"] == "chat.accepted":
            memory["accepted"] = frame
        if "accepted" in memory and "refused" in memory:
            reply = memory["accepted"]["reply"] | {"id": str(uuid4())}
            yield memory["accepted"] | {"client_id": memory.pop("refused"), "reply": reply}


@fault("P-6.3")
class ClosesSilentClientsWithoutAReason(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame.get("code") != "AUTH_TIMEOUT":
            yield frame


@fault("P-8.5", "P-8.6")
class SwapsChanges(Fault):
    """The start of an answer is told after the change that follows it."""

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] == "answer.started":
            line.memory["held"] = frame
            return
        yield frame
        if "held" in line.memory and frame["type"] not in {"ping", "pong"}:
            yield line.memory.pop("held")
