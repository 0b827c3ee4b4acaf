"""Servers that get paths, handshakes, versions and closes wrong (sections 2, 6 and 10)."""

import re
from collections.abc import Iterator

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import fault


@fault("P-2.1")
class NeedsTheLastSlash(Fault):
    def refusal(self, path: str, offered: list[str], headers: dict[str, str]) -> int:
        return 0 if path.partition("?")[0].endswith("/") else 404


@fault("P-2.1")
class KnowsIdsInLowerCaseOnly(Fault):
    def route_socket(self, path: str) -> str:
        return path if path == path.lower() else "/ws/chat/no-id/"


@fault("P-2.2")
class RefusesItsOwnPages(Fault):
    def refusal(self, path: str, offered: list[str], headers: dict[str, str]) -> int:
        return 403 if "Origin" in headers else 0


@fault("P-2.2")
class RefusesPagesWith404(Fault):
    def refusal(self, path: str, offered: list[str], headers: dict[str, str]) -> int:
        return 404 if "foreign" in headers.get("Origin", "") else 0


@fault("P-2.2")
class AcceptsAnyHost(Fault):
    def to_origin(self, headers: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in headers.items() if name != "Host" or "foreign" not in value}


@fault("P-2.3")
class SwapsCloseCodes(Fault):
    def close_code(self, code: int) -> int:
        return {4002: 4004, 4004: 4002}.get(code, code)


@fault("P-2.4")
class ClosesAfterAWrongAuth(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        connection.memory["signed_in"] = connection.memory.get("signed_in") or frame["type"] == "auth.success"
        yield frame
        if frame.get("code") == "INVALID_MESSAGE" and not connection.memory["signed_in"]:
            yield {"_close": 4001}


@fault("P-4.5")
class ClosesAfterAFailedRenewal(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        connection.memory["signed_in"] = connection.memory.get("signed_in") or frame["type"] == "auth.success"
        yield frame
        if frame.get("code") == "AUTH_FAILED" and connection.memory["signed_in"]:
            yield {"_close": 4001}


@fault("P-5.12")
class ClosesAfterAResumeOfNothing(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        connection.seen += 1
        yield frame
        if frame.get("code") == "NOT_FOUND" and connection.seen == 2:
            yield {"_close": 4004}


@fault("P-2.6")
class SendsNoWebSocketPings(Fault):
    sends_pings = False


@fault("P-2.16")
class AnswersNoWebSocketPings(Fault):
    answers_pings = False


@fault("P-2.9")
class ClosesEveryWrongFrameWithOneCode(Fault):
    def close_code(self, code: int) -> int:
        return 1008 if code in {1003, 1007} else code


@fault("P-2.8")
class ClosesLargeFramesAsNonsense(Fault):
    only = "a_frame_that_is_too_large_closes_with_1009"

    def close_code(self, code: int) -> int:
        return 1008 if code == 1009 else code


@fault("P-2.10")
class ClosesAfterNonsenseWithoutACode(Fault):
    only = "too_much_nonsense_closes_with_1008"

    def close_code(self, code: int) -> int:
        return 1000 if code == 1008 else code


@fault("P-6.1")
class IgnoresFollowBeforeAuth(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        connection.memory["signed_in"] = connection.memory.get("signed_in") or command.get("type") == "auth"
        if command.get("type") != "chat.follow" or connection.memory["signed_in"]:
            yield command


@fault("P-10.1")
class EchoesTheFirstOffer(Fault):
    def echo(self, offered: list[str], spoken: str | None) -> str | None:
        return offered[0] if spoken else None


@fault("P-10.2")
class EchoesWithoutAnOffer(Fault):
    def echo(self, offered: list[str], spoken: str | None) -> str | None:
        return spoken or "ai-chat.2026-12"


@fault("P-6.4", "P-13.2")
class SaysWhoseConversationItIs(Fault):
    """The error of another user's conversation has another sentence than the error of a missing conversation."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        named = re.search(r"[0-9a-f-]{36}", connection.path)
        conversation_id = named[0] if named else ""
        if frame["type"] == "auth.success":
            self._known.add(conversation_id)
        if frame["type"] == "conversation.created":
            self._known.add(frame["conversation"]["id"])
        yield frame

    def respond(self, method: str, path: str, status: int, body: object) -> tuple[int, object]:
        if isinstance(body, dict) and "id" in body and path == "/api/conversations/":
            self._known.add(body["id"])
        named = re.search(r"[0-9a-f-]{36}", path)
        if isinstance(body, dict) and body.get("code") == "NO_CONVERSATION" and named and named[0] in self._known:
            body["error"] += " It is another user's."
        return status, body
