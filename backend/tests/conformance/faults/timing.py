"""Servers that send the right frames at the wrong time, in the wrong order, or to the wrong connection."""

from collections.abc import Iterator
from typing import Any

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import fault, is_delta, is_end

FEED = ("/ws/events", "/api/events")


@fault("P-3.4", "P-1.4", "P-5.12", "P-3.2")
class SendsADeltaBeforeItsReset(Fault):
    """The first frame after a reset comes before it."""

    only = "a_position_that_cannot_be_continued_is_answered_by_a_reset"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame.get("reset"):
            connection.memory["reset"] = frame
            return
        yield frame
        if "seq" in frame and "reset" in connection.memory:
            yield connection.memory.pop("reset")


@fault("P-5.13")
class KeepsTheRevisionOfAcceptances(Fault):
    """A question does not count as a change: `chat.accepted` has the revision of `auth.success`."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "auth.success":
            connection.memory["revision"] = frame["revision"]
        if frame["type"] == "chat.accepted" and not connection.memory.get("accepted"):
            connection.memory["accepted"] = True
            frame["revision"] = connection.memory["revision"]
        yield frame


@fault("P-5.13", "P-5.8")
class CountsRevisionsBackwards(Fault):
    """The change at the end of an answer has an older revision than its start."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        is_bare = frame["type"] == "conversation.updated" and len(frame) == 2
        yield frame | {"revision": 1} if is_bare and connection.path.startswith("/ws/chat") else frame


class OmitsChanges(Fault):
    """The change feed omits one kind, and counts without it."""

    kind = ""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if not connection.path.startswith(FEED) or "revision" not in frame:
            yield frame
            return
        connection.memory["omitted"] = connection.memory.get("omitted", 0) + (frame["type"] == self.kind)
        if frame["type"] != self.kind:
            yield frame | {"revision": frame["revision"] - connection.memory["omitted"]}


@fault("P-8.4")
class OmitsStarts(OmitsChanges):
    kind = "answer.started"


@fault("P-8.3")
class OmitsDeletions(OmitsChanges):
    kind = "conversation.deleted"


@fault("P-8.3")
class OmitsCreations(OmitsChanges):
    kind = "conversation.created"


@fault("P-8.2")
class KeepsEndedAnswersActive(Fault):
    """`active` of the feed has answers that have ended."""

    def __init__(self) -> None:
        self._seen: list[Frame] = []

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "answer.started":
            self._seen.append({name: frame[name] for name in ("conversation_id", "message_id")})
        if frame["type"] == "auth.success" and isinstance(frame["active"], list):
            frame["active"] += [entry for entry in self._seen if entry not in frame["active"]]
        yield frame


@fault("P-8.2", "P-13.2")
class NamesActiveAnswersOfAllUsers(Fault):
    """`active` of the feed has the answers of all users."""

    only = "the_feed_names_no_answers_of_other_users"

    def __init__(self) -> None:
        self._active: dict[str, Frame] = {}

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "chat.accepted":
            place = connection.path.split("/")[3]
            self._active[frame["reply"]["id"]] = {"conversation_id": place, "message_id": frame["reply"]["id"]}
        if is_end(frame):
            self._active.pop(frame["message_id"], None)
        if frame["type"] == "auth.success" and isinstance(frame["active"], list):
            frame["active"] = list(self._active.values())
        yield frame


@fault("P-1.4", "P-4.9")
class RepeatsTextInContinuations(Fault):
    """The continuation begins with the last delta of the run before."""

    only = "a_continued_answer_continues_its_numbers"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if is_delta(frame) and frame["type"] == "chat.stream" and not frame.get("reset"):
            if frame["run"] == 2 and "last" in connection.memory and not connection.memory.get("repeated"):
                connection.memory["repeated"] = True
                frame = frame | {"content": connection.memory["last"] + frame["content"]}
            elif frame["run"] == 1:
                connection.memory["last"] = frame["content"]
        yield frame


@fault("P-4.2", "P-5.6")
class RefusesUnderAnotherClientId(Fault):
    """Refusals have the `client_id` of the command before."""

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        connection.memory["before"] = connection.memory.get("now")
        connection.memory["now"] = command.get("client_id")
        yield command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        is_refusal = frame["type"] == "chat.error" and "client_id" in frame and connection.memory.get("before")
        yield frame | {"client_id": connection.memory["before"]} if is_refusal else frame


@fault("P-4.3", "P-5.11")
class AnswersRepeatsTwice(Fault):
    """A repeated command is answered by two `chat.accepted` and two resets."""

    only = "a_repeated_command_is_answered_once"

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        seen = connection.memory.setdefault("seen", set())
        yield command
        if command.get("client_id") in seen and command.get("type") == "chat.message":
            yield command
        seen.add(command.get("client_id"))


@fault("P-5.4", "P-1.1", "P-1.4", "P-5.3")
class SendsReasoningAsText(Fault):
    """Reasoning comes in `chat.stream`."""

    only = "reasoning_is_kept_apart"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "chat.reasoning":
            frame |= {"type": "chat.stream", "done": False}
        yield frame


@fault("P-9.1")
class AnswersStopsImmediately(Fault):
    """The response to a stop over HTTP is the end as a follower at the beginning gets it."""

    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        if path.endswith("/commands") and isinstance(body, dict) and body.get("done"):
            body["from"] = body["seq"] - 1
        return status, body


@fault("P-9.1", "P-5.2")
class AcceptsOverHttpWithoutTheQuestion(Fault):
    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        if path.endswith("/commands") and isinstance(body, dict) and body.get("type") == "chat.accepted":
            del body["message"]
        return status, body


@fault("P-10.3", "P-4.1")
class RefusesUnknownFieldsOverHttp(Fault):
    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        return status, body

    def to_post(self, command: Frame) -> Frame:
        known = {"type", "content", "client_id", "message_id", "model", "attachments", "parent_id", "run", "seq"}
        return command if set(command) <= known else {"type": "chat.refused"}


@fault("P-10.5")
class DescribesAnotherChat(Fault):
    """The document names commands that the wire does not know, and lacks others."""

    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        if path == "/api/protocol.json":
            text = str(body)
            assert "chat.stop" in text
            return status, rename(body, "chat.stop", "chat.halt")
        return status, body


def rename(value: Any, old: str, new: str) -> Any:
    """Return a document with one text in place of another."""
    if isinstance(value, dict):
        return {name: rename(inner, old, new) for name, inner in value.items()}
    if isinstance(value, list):
        return [rename(inner, old, new) for inner in value]
    return new if value == old else value


@fault("P-6.4")
class ClosesForeignConversationsAsMalformed(Fault):
    """With 4002 in place of 4004, after the right refusal."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame
        if frame.get("code") == "NO_CONVERSATION":
            yield {"_close": 4002}


@fault("P-6.3")
class ClosesLateClientsAsGone(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame
        if frame.get("code") == "AUTH_TIMEOUT":
            yield {"_close": 4004}


@fault("P-5.16", "P-5.3")
class WaitsInHalfSeconds(Fault):
    """`chat.waiting` has no whole seconds, and comes after each delta."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame
        if is_delta(frame):
            yield {"type": "chat.waiting", "message_id": frame["message_id"], "seconds": 0.5}


@fault("P-9.4", "P-8.2")
class BeginsTheFeedOverHttpWithoutActive(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if connection.path.startswith("/api/events") and frame["type"] == "auth.success":
            del frame["active"]
        yield frame


@fault("P-9.5")
class SendsFramesAfterTheCode(Fault):
    """A stream continues after `event: close`."""

    def to_events(self, event: bytes) -> bytes:
        return event + b'data: {"type": "ping"}\n\n' if event.startswith(b"event: close") else event


@fault("P-4.10", "P-9.1", "P-4.4")
class StopsOnlyOverSockets(Fault):
    """A posted stop is answered by what was stored, and ends nothing."""

    only = "a_busy_conversation_refuses_over_http"

    def to_post(self, command: Frame) -> Frame:
        return {"type": "ping"} if command.get("type") == "chat.stop" else command


@fault("P-5.8")
class DoesNotSayWhichFieldChanged(Fault):
    """After a new title, only the revision is sent."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        is_update = frame["type"] == "conversation.updated" and connection.path.startswith("/ws/chat")
        yield {name: frame[name] for name in ("type", "revision")} if is_update else frame


@fault("P-5.8")
class SendsOnlyTitles(Fault):
    """Changes of other fields reach the chat socket without them."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "conversation.updated" and connection.path.startswith("/ws/chat"):
            frame = {name: frame[name] for name in ("type", "revision", "title") if name in frame}
        yield frame


@fault("P-2.1", "P-6.16")
class SendsTwoFramesInOne(Fault):
    """Two JSON objects in one text frame."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "pong":
            yield {"_text": '{"type": "pong"}\n{"type": "ping"}'}
            return
        yield frame
