"""Servers that get the change feed and revisions wrong (sections 5 and 8)."""

from collections.abc import Iterator

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import fault


@fault("P-8.5")
class SkipsARevision(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "answer.started":
            return
        yield frame


@fault("P-8.2")
class HidesRunningAnswers(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        is_feed = frame["type"] == "auth.success" and isinstance(frame.get("active"), list)
        yield frame | {"active": []} if is_feed else frame


@fault("P-8.4")
class CallsEveryChangeAStart(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"type": "answer.started"} if frame["type"] == "answer.ended" else frame


@fault("P-8.5", "P-8.6")
class SwapsChanges(Fault):
    """The start of an answer is announced after the change that follows it."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "answer.started":
            connection.memory["held"] = frame
            return
        yield frame
        if "held" in connection.memory and frame["type"] not in {"ping", "pong"}:
            yield connection.memory.pop("held")


@fault("P-13.2", "P-8.5")
class SendsNewConversationsToAllUsers(Fault):
    def __init__(self) -> None:
        self._made: list[Frame] = []

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "conversation.created":
            for other in self._made:
                yield other | {"revision": frame["revision"]}
            self._made.append(frame)
        yield frame


@fault("P-8.4")
class EndsAnswersWithoutAnEnd(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"status": "streaming"} if frame["type"] == "answer.ended" else frame


@fault("P-8.3")
class SendsHalfOfAConversation(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if isinstance(frame.get("conversation"), dict):
            del frame["conversation"]["is_pinned"]
        yield frame


@fault("P-8.5")
class CountsTheChangesOfAConnection(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if connection.path.startswith("/ws/events") and "revision" in frame:
            frame["revision"] -= connection.memory.setdefault("base", frame["revision"])
        yield frame


@fault("P-5.13")
class KeepsTheRevisionOfADeletion(Fault):
    """Each conversation has the revision that it had first."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "auth.success" and "leaf_id" in frame:
            frame["revision"] = self._first.setdefault(frame["conversation_id"], frame["revision"])
        yield frame
