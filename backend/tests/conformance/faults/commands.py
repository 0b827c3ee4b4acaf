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
    def echo(self, offered: list[str], spoken: str | None) -> str | None:
        return None


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
class SignsInByUrl(Fault):
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
    def refusal(self, path: str, offered: list[str], headers: dict[str, str]) -> int:
        return 400 if offered and "ai-chat.2026-12" not in offered else 0


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


@fault("P-4.3")
class RemembersOnlyQuestions(Fault):
    """A repeated `chat.regenerate`, `chat.edit` or `chat.continue` is another one."""

    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        if command.get("type") in {"chat.regenerate", "chat.edit", "chat.continue"} and command.get("client_id"):
            given, command["client_id"] = command["client_id"], str(uuid4())
            line.memory[command["client_id"]] = given
        yield command

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame.get("client_id") in line.memory:
            frame["client_id"] = line.memory[frame["client_id"]]
        yield frame


@fault("P-4.3")
class RemembersRefusedCommands(Fault):
    def __init__(self) -> None:
        self._refused: set[str] = set()

    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        yield command | {"content": 1} if command.get("client_id") in self._refused else command

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame.get("code") == "EMPTY_CONTENT" and "client_id" in frame:
            self._refused.add(frame["client_id"])
        yield frame


@fault("P-4.3", "P-1.3")
class RepeatsWithoutAReset(Fault):
    """After a repeated command, the answer continues where it was."""

    only = "repeats_of_every_command_ask_nothing_twice"

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        frame.pop("reset", None)
        yield frame


@fault("P-4.1")
class TakesNullForAValue(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        if "message_id" in command and command["message_id"] is None:
            command["message_id"] = str(uuid4())
        yield command


@fault("P-4.6")
class BeginsAtTheRootEachTime(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        yield {"parent_id": None, **command} if command.get("type") == "chat.message" else command


@fault("P-4.9", "P-7.1")
class ContinuesCompleteAnswers(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        yield command | {"type": "chat.regenerate"} if command.get("type") == "chat.continue" else command


@fault("P-4.10")
class StopsWhateverIsBeingWritten(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        if command.get("type") == "chat.stop" and isinstance(command.get("message_id"), str):
            del command["message_id"]
        yield command


@fault("P-4.14")
class NamesNoField(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame | {"error": "The command is wrong."} if frame.get("code") == "INVALID_MESSAGE" else frame


@fault("P-4.13")
class DoesNotSayWhichCharacter(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        is_wrong = frame.get("code") == "INVALID_MESSAGE" and "'content'" in frame["error"]
        yield frame | {"error": "The field 'content' cannot be stored."} if is_wrong else frame


@fault("P-4.2")
class InventsClientIds(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield {"client_id": str(uuid4()), **frame} if frame["type"] == "chat.error" else frame


@fault("P-6.9")
class TakesTextThatShowsNothing(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        if str(command.get("content")).startswith(("\u2800", "\u3000")):
            command["content"] += "."
        yield command


@fault("P-4.13")
class CountsCodeUnits(Fault):
    """In place of code points: an emoji counts twice."""

    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        content = command.get("content")
        if isinstance(content, str) and len(content.encode("utf-16-le", "surrogatepass")) > 200_000:
            command["content"] = "x" * 100_001
        yield command


@fault("P-4.14")
class TakesTextForANumber(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        yield command | {"run": 1} if command.get("run") in {"1", True} else command


@fault("P-4.5", "P-1.4")
class ReplaysAfterARenewal(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        yield command
        if command.get("type") == "auth":
            if line.memory.get("has_signed_in") and isinstance(command.get("resume"), dict):
                yield {"type": "chat.follow", **command["resume"]}
            line.memory["has_signed_in"] = True


@fault("P-2.4")
class SignsNoOneInAfterAWrongField(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        if command.get("type") == "auth" and command.get("resume") == 1:
            command = {"type": "auth", "token": ""}
        yield command


@fault("P-5.12")
class IsSilentAboutAResumeOfNothing(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        line.memory["resumes"] = command.get("type") == "auth" and "resume" in command
        yield command

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if not (frame.get("code") == "NOT_FOUND" and line.memory["resumes"]):
            yield frame


@fault("P-13.5")
class QuotesTokens(Fault):
    def to_server(self, command: Frame, line: Line) -> Iterator[Frame]:
        line.memory["token"] = command.get("token")
        yield command

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        is_refused = frame.get("code") == "AUTH_FAILED"
        yield frame | {"error": f"The token {line.memory['token']} is wrong."} if is_refused else frame


@fault("P-2.2", "P-13.3")
class TakesOriginsThatContainItsOwn(Fault):
    def to_origin(self, headers: dict[str, str]) -> dict[str, str]:
        if headers.get("Host", "") in headers.get("Origin", ""):
            headers.pop("Origin", None)
        return headers


@fault("P-13.2", "P-8.5")
class TellsEverybodyOfNewConversations(Fault):
    def __init__(self) -> None:
        self._made: list[Frame] = []

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] == "conversation.created":
            for other in self._made:
                yield other | {"revision": frame["revision"]}
            self._made.append(frame)
        yield frame


@fault("P-8.4")
class EndsAnswersWithoutAnEnd(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame | {"status": "streaming"} if frame["type"] == "answer.ended" else frame


@fault("P-8.3")
class TellsHalfOfAConversation(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if isinstance(frame.get("conversation"), dict):
            del frame["conversation"]["is_pinned"]
        yield frame


@fault("P-8.5")
class CountsTheChangesOfAConnection(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if line.path.startswith("/ws/events") and "revision" in frame:
            frame["revision"] -= line.memory.setdefault("base", frame["revision"])
        yield frame


@fault("P-5.13")
class KeepsTheRevisionOfADeletion(Fault):
    """Each conversation has the revision that it had first."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}

    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        if frame["type"] == "auth.success" and "leaf_id" in frame:
            frame["revision"] = self._first.setdefault(frame["conversation_id"], frame["revision"])
        yield frame


@fault("P-6.2")
class ClosesTheFeedWithAnotherCode(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        is_feed = line.path.startswith("/ws/events")
        yield frame | {"code": "AUTH_REQUIRED"} if is_feed and frame.get("code") == "AUTH_FAILED" else frame


@fault("P-4.12", "P-4.5")
class AnswersTwice(Fault):
    def to_client(self, frame: Frame, line: Line) -> Iterator[Frame]:
        yield frame
        if frame["type"] == "pong" or frame.get("renewed"):
            yield frame
