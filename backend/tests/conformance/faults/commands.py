"""Servers that get commands and refusals wrong (sections 4, 6 and 10)."""

from collections.abc import Iterator
from uuid import uuid4

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import fault


@fault("P-5.1")
class SendsNullForAbsentFields(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield {"retry_after": None, **frame} if frame["type"] == "chat.error" else frame


@fault("P-6.16", "P-8.1")
class IgnoresWhatItDoesNotKnow(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame.get("code") != "UNKNOWN_TYPE":
            yield frame


@fault("P-6.1", "P-6.2", "P-6.4", "P-6.6", "P-6.7", "P-8.1")
class HasOneCodeForAll(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"code": "INVALID_MESSAGE"} if "code" in frame else frame


@fault("P-4.13")
class TrimsQuestions(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if isinstance(command.get("content"), str) and command["content"].strip():
            command["content"] = command["content"].strip()
        yield command


@fault("P-4.5", "P-8.1")
class HidesThatItRenews(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] == "auth.success":
            frame.pop("renewed", None)
        yield frame


@fault("P-10.1")
class EchoesNoVersion(Fault):
    def echo(self, offered: list[str], spoken: str | None) -> str | None:
        return None


@fault("P-4.10", "P-1.3")
class StopsNothing(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("type") != "chat.stop":
            yield command


@fault("P-1.3", "P-4.11")
class IgnoresFollow(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("type") != "chat.follow":
            yield command


@fault("P-10.2")
class RefusesOtherVersions(Fault):
    def refusal(self, path: str, offered: list[str], headers: dict[str, str]) -> int:
        return 400 if offered and "ai-chat.2026-12" not in offered else 0


@fault("P-7.4", "P-6.11")
class WritesTwoAnswersAtOnce(Fault):
    """A second question is accepted while the first one is being answered."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        memory = connection.memory
        if frame.get("code") == "ALREADY_PROCESSING":
            memory["refused"] = frame["client_id"]
        else:
            yield frame
        if frame["type"] == "chat.accepted":
            memory["accepted"] = frame
        if "accepted" in memory and "refused" in memory:
            reply = memory["accepted"]["reply"] | {"id": str(uuid4())}
            yield memory["accepted"] | {"client_id": memory.pop("refused"), "reply": reply}


@fault("P-4.1")
class AcceptsNullAsAValue(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if "message_id" in command and command["message_id"] is None:
            command["message_id"] = str(uuid4())
        yield command


@fault("P-4.6")
class BeginsAtTheRootEachTime(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        yield {"parent_id": None, **command} if command.get("type") == "chat.message" else command


@fault("P-4.9", "P-7.1")
class ContinuesCompleteAnswers(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        yield command | {"type": "chat.regenerate"} if command.get("type") == "chat.continue" else command


@fault("P-4.10")
class StopsWhateverIsBeingWritten(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("type") == "chat.stop" and isinstance(command.get("message_id"), str):
            del command["message_id"]
        yield command


@fault("P-4.14")
class NamesNoField(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"error": "The command is wrong."} if frame.get("code") == "INVALID_MESSAGE" else frame


@fault("P-4.13")
class DoesNotSayWhichCharacter(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        is_wrong = frame.get("code") == "INVALID_MESSAGE" and "'content'" in frame["error"]
        yield frame | {"error": "The field 'content' cannot be stored."} if is_wrong else frame


@fault("P-6.9")
class AcceptsTextThatShowsNothing(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if str(command.get("content")).startswith(("\u2800", "\u3000")):
            command["content"] += "."
        yield command


@fault("P-4.13")
class CountsCodeUnits(Fault):
    """In place of code points: an emoji counts twice."""

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        content = command.get("content")
        if isinstance(content, str) and len(content.encode("utf-16-le", "surrogatepass")) > 200_000:
            command["content"] = "x" * 100_001
        yield command


@fault("P-4.14")
class AcceptsTextAsANumber(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        yield command | {"run": 1} if command.get("run") in {"1", True} else command


@fault("P-4.12", "P-4.5")
class AnswersTwice(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame
        if frame["type"] == "pong" or frame.get("renewed"):
            yield frame
