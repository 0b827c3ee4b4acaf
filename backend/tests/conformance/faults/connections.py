"""Servers that get connections wrong: paths, origins, signing in and closing (sections 2, 6 and 13)."""

from collections.abc import Iterator

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import fault


@fault("P-2.3", "P-5.9", "P-6.2", "P-6.4")
class ClosesWithoutACode(Fault):
    def close_code(self, code: int) -> int:
        return 1000


@fault("P-2.2", "P-13.3")
class AcceptsPagesOfOtherSites(Fault):
    def to_origin(self, headers: dict[str, str]) -> dict[str, str]:
        headers.pop("Origin", None)
        return headers


@fault("P-2.4", "P-6.1")
class SignsInByUrl(Fault):
    """A token in the query counts as an `auth`."""

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        _, _, token = connection.path.partition("token=")
        if token and "given" not in connection.memory:
            connection.memory["given"] = True
            yield {"type": "auth", "token": token}
        yield command


@fault("P-2.6")
class GivesNoSignOfLife(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame["type"] != "ping":
            yield frame


@fault("P-2.9")
class AcceptsBinaryFrames(Fault):
    takes_binary = True


@fault("P-6.3")
class ClosesSilentClientsWithoutAReason(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame.get("code") != "AUTH_TIMEOUT":
            yield frame


@fault("P-4.5", "P-1.4")
class ReplaysAfterARenewal(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        yield command
        if command.get("type") == "auth":
            if connection.memory.get("has_signed_in") and isinstance(command.get("resume"), dict):
                yield {"type": "chat.follow", **command["resume"]}
            connection.memory["has_signed_in"] = True


@fault("P-2.4")
class AllowsNoAuthAfterAWrongField(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("type") == "auth" and command.get("resume") == 1:
            command = {"type": "auth", "token": ""}
        yield command


@fault("P-5.12")
class IsSilentAboutAResumeOfNothing(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        connection.memory["resumes"] = command.get("type") == "auth" and "resume" in command
        yield command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if not (frame.get("code") == "NOT_FOUND" and connection.memory["resumes"]):
            yield frame


@fault("P-13.5")
class QuotesTokens(Fault):
    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        connection.memory["token"] = command.get("token")
        yield command

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        is_refused = frame.get("code") == "AUTH_FAILED"
        yield frame | {"error": f"The token {connection.memory['token']} is wrong."} if is_refused else frame


@fault("P-2.2", "P-13.3")
class AcceptsOriginsThatContainItsOwn(Fault):
    def to_origin(self, headers: dict[str, str]) -> dict[str, str]:
        if headers.get("Host", "") in headers.get("Origin", ""):
            headers.pop("Origin", None)
        return headers


@fault("P-6.2")
class ClosesTheFeedWithAnotherCode(Fault):
    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        is_feed = connection.path.startswith("/ws/events")
        yield frame | {"code": "AUTH_REQUIRED"} if is_feed and frame.get("code") == "AUTH_FAILED" else frame
