"""Servers that get requests over HTTP wrong (sections 9, 10 and 13)."""

import re
from typing import Any

from tests.conformance.breaking_proxy import Fault
from tests.conformance.faults.registry import fault

CONVERSATION = re.compile(r"/api/conversations/([0-9a-f-]{36})")


@fault("P-9.2")
class RefusesWithStatus200(Fault):
    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        return (200 if path.endswith("/commands") else status), body


@fault("P-9.3")
class IgnoresPositionsOverHttp(Fault):
    def route(self, path: str) -> str:
        return path.partition("?")[0] if path.partition("?")[0].endswith("/events") else path


@fault("P-9.5")
class EndsStreamsWithoutACode(Fault):
    def to_events(self, event: bytes) -> bytes:
        return b"" if event.startswith(b"event: close") else event


@fault("P-10.5")
class HidesItsDescription(Fault):
    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        return (401, {"error": "Sign in."}) if path == "/api/protocol.json" else (status, body)


@fault("P-13.2")
class DistinguishesForeignConversations(Fault):
    """Another user's conversation is forbidden; a missing conversation is not found."""

    def __init__(self) -> None:
        self._made: set[str] = set()

    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        if path == "/api/conversations/" and status == 201:
            self._made.add(body["id"])
        named = CONVERSATION.match(path)
        return (403 if status == 404 and named and named[1] in self._made else status), body


class RefusalFault(Fault):
    """Refuses a command over HTTP with another status."""

    from_status = 0
    to_status = 0

    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        changes = path.endswith("/commands") and status == self.from_status
        return (self.to_status if changes else status), body


@fault("P-9.2")
class RefusesWith422WhileBusy(RefusalFault):
    from_status, to_status = 409, 422


@fault("P-9.2")
class CallsWrongJsonABadRequest(Fault):
    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        is_wrong = isinstance(body, dict) and body.get("code") == "INVALID_JSON"
        return (400 if is_wrong else status), body


@fault("P-9.3")
class ReadsHalfPositions(Fault):
    def route(self, path: str) -> str:
        place, _, query = path.partition("?")
        return path if query.count("=") == 3 else place


@fault("P-9.3", "P-3.4", "P-1.4")
class TakesWrongPositionsOverHttpForTheEnd(Fault):
    def route(self, path: str) -> str:
        return re.sub(r"seq=\d{4,}", "seq=7", path)


@fault("P-9.3", "P-1.4")
class ForgetsPositionsWhileWriting(Fault):
    """A position in an answer that is being written is one at its beginning."""

    only = "a_busy_conversation_refuses_over_http"

    def route(self, path: str) -> str:
        return re.sub(r"run=1&seq=\d+", "run=0&seq=0", path)


@fault("P-2.5")
class KeepsStreamsOfEndedSessions(EndsStreamsWithoutACode):
    """The end of a session closes sockets only."""

    only = "the_end_of_a_session_closes_its_connections"
