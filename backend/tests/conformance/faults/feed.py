"""Servers with a wrong change feed (section 8), and servers that mix up conversations (section 5)."""

from collections.abc import Iterator

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import fault, is_end


class FeedFault(Fault):
    """Fault that changes frames of the change feed."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield self.change(frame) if connection.path.startswith(("/ws/events", "/api/events")) else frame

    def change(self, frame: Frame) -> Frame:
        return frame


@fault("P-8.3")
class RestoresAsAnUpdate(FeedFault):
    def __init__(self) -> None:
        self._deleted: set[str] = set()

    def change(self, frame: Frame) -> Frame:
        conversation_id = frame.get("conversation", {}).get("id")
        if frame["type"] == "conversation.deleted":
            self._deleted.add(conversation_id)
        is_restored = frame["type"] == "conversation.created" and conversation_id in self._deleted
        return frame | {"type": "conversation.updated"} if is_restored else frame


@fault("P-8.3")
class DeletesByIdOnly(FeedFault):
    def change(self, frame: Frame) -> Frame:
        is_deleted = frame["type"] == "conversation.deleted"
        return frame | {"conversation": {"id": frame["conversation"]["id"]}} if is_deleted else frame


@fault("P-8.4")
class EndsAnotherAnswer(FeedFault):
    def change(self, frame: Frame) -> Frame:
        is_ended = frame["type"] == "answer.ended"
        return frame | {"message_id": frame["conversation_id"]} if is_ended else frame


@fault("P-8.4")
class SendsAnOldDate(FeedFault):
    def change(self, frame: Frame) -> Frame:
        return frame | {"updated_at": "2020-01-01T00:00:00Z"} if frame["type"] == "answer.ended" else frame


@fault("P-8.4")
class OmitsUpdatedAt(FeedFault):
    def change(self, frame: Frame) -> Frame:
        frame.pop("updated_at", None)
        return frame


@fault("P-8.2")
class NamesActiveAnswersWithoutTheirConversation(FeedFault):
    def change(self, frame: Frame) -> Frame:
        for entry in frame["active"] if frame["type"] == "auth.success" else []:
            del entry["conversation_id"]
        return frame


@fault("P-8.5", "P-8.6")
class RepeatsChangesOverHttp(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame
        if connection.path.startswith("/api/events") and frame["type"].startswith("conversation."):
            yield frame


@fault("P-5.8")
class SendsUnchangedFieldsAfterTheEnd(Fault):
    only = "an_answer_is_numbered_without_gaps_and_is_what_is_stored"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        is_bare = frame["type"] == "conversation.updated" and len(frame) == 2
        yield frame | {"title": "The same"} if is_bare else frame


@fault("P-5.8")
class UpdatesBeforeTheEnd(Fault):
    only = "an_answer_is_numbered_without_gaps_and_is_what_is_stored"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if is_end(frame) and frame["from"] < frame["seq"]:
            connection.memory["end"] = frame
            return
        yield frame
        if "end" in connection.memory and frame["type"] == "conversation.updated":
            yield connection.memory.pop("end")


@fault("P-5.9")
class DeletesWithoutAFrame(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] != "conversation.deleted" or not connection.path.startswith("/ws/chat"):
            yield frame


@fault("P-5.11", "P-13.2")
class AcceptsInEveryConversation(Fault):
    """Each connection gets the `chat.accepted` of all conversations."""

    only = "other_conversations_are_silent"

    def __init__(self) -> None:
        self._accepted: list[Frame] = []

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "chat.accepted":
            self._accepted.append(frame)
        seen_ids = connection.memory.setdefault("seen_ids", set())
        seen_ids.add(frame.get("client_id"))
        for other in self._accepted:
            if connection.path.startswith("/ws/chat") and other["client_id"] not in seen_ids:
                seen_ids.add(other["client_id"])
                yield other
        yield frame


@fault("P-5.12")
class AcceptsBeforeSuccess(Fault):
    """A late client gets the answer's `chat.accepted` before `auth.success`."""

    only = "a_late_client_gets_what_is_being_written_in_order"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "auth.success" and isinstance(frame.get("active"), str):
            connection.memory["success"] = frame
            return
        yield frame
        if "success" in connection.memory:
            yield connection.memory.pop("success")
