"""Servers without a limit of section 2."""

import json
from collections.abc import Iterator

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import fault

MAX_FRAME_BYTES = 2 * 1024 * 1024


@fault("P-2.8")
class IgnoresLargeFrames(Fault):
    """In place of closing the connection."""

    only = "a_frame_that_is_too_large_closes_with_1009"

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if len(json.dumps(command)) < MAX_FRAME_BYTES:
            yield command


@fault("P-2.13")
class CountsNoCommands(Fault):
    only = "too_many_commands_are_refused"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield {"type": "pong"} if frame.get("code") == "RATE_LIMIT_EXCEEDED" else frame


@fault("P-2.11")
class ClosesWithoutTheReason(Fault):
    """One connection too many is closed without a refusal."""

    only = "a_user_has_a_limited_number_of_connections"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        if frame.get("code") != "TOO_MANY_SOCKETS":
            yield frame


@fault("P-2.8")
class AcceptsOnlySmallFrames(Fault):
    only = "the_largest_frames_are_taken"

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        if len(json.dumps(command)) < MAX_FRAME_BYTES // 2:
            yield command


class Shortens(Fault):
    """Passes less on than it gets."""

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        command.pop("x", None)
        yield command


@fault("P-2.8")
class AcceptsLargeFramesBeforeAuth(Shortens):
    only = "the_largest_frames_are_taken"


@fault("P-2.15")
class CountsNoBytes(Shortens):
    only = "a_flood_of_bytes_closes_with_1008"


@fault("P-6.12")
class LimitsNoRunningAnswers(Fault):
    only = "a_user_has_a_limited_number_of_answers_at_once"

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        yield frame | {"code": "ALREADY_PROCESSING"} if frame.get("code") == "RATE_LIMIT_EXCEEDED" else frame
