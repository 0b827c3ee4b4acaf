"""Servers that get HTTP wrong: commands, streams, messages, files and documents (sections 3 to 5, 7, 9 and 10)."""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import (
    add_faults,
    any_frame,
    at,
    breaks_responses,
    dropped,
    has_ended,
    is_end,
    posted,
    refused_with,
    stored,
)

KNOWN_FIELDS = {"type", "content", "client_id", "message_id", "model", "attachments", "parent_id", "run", "seq"}
DOCUMENT = "/api/protocol.json"


def refuse_unknown_fields(command: Frame) -> Frame:
    return command if set(command) <= KNOWN_FIELDS else {"type": "chat.refused"}


def ignore_stop(command: Frame) -> Frame:
    return {"type": "ping"} if command.get("type") == "chat.stop" else command


def path_without_position(connection: Connection) -> str:
    path = connection.path.partition("?")[0]
    return path if path.endswith("/events") else connection.path


def path_without_half_position(connection: Connection) -> str:
    path, _, query = connection.path.partition("?")
    return connection.path if query.count("=") == 3 else path


def closing_event(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change the event with the close code."""
    return lambda event: change(event) if event.startswith(b"event: close") else event


def name_event(event: bytes) -> bytes:
    return b"event: frame\n" + event if event.startswith(b"data:") else event


add_faults(
    # Commands
    refuses_with_422_while_busy=Fault("P-9.2", respond=refused_with(422, instead_of=409)),
    refuses_what_is_not_there_with_422=Fault("P-9.2", respond=refused_with(422, instead_of=404)),
    forbids_wrong_tokens=Fault("P-9.2", respond=refused_with(403, instead_of=401)),
    answers_pong_over_http=Fault("P-9.1", respond=refused_with(200, instead_of=204)),
    accepts_over_http_under_another_id=Fault(
        "P-4.2", respond=posted("chat.accepted", lambda frame: frame.update(client_id=frame["reply"]["id"]))
    ),
    accepts_over_http_without_the_question=Fault(
        "P-9.1 P-5.2", respond=posted("chat.accepted", lambda frame: frame.pop("message"))
    ),
    # The response to a stop is the end as a follower at the beginning gets it.
    answers_stops_immediately=Fault(
        "P-9.1", respond=posted(is_end, lambda frame: frame.update({"from": frame["seq"] - 1}))
    ),
    refuses_unknown_fields_over_http=Fault("P-10.3 P-4.1", to_post=refuse_unknown_fields),
    # A posted stop is answered by what was stored, and ends nothing.
    stops_only_over_sockets=Fault(
        "P-4.10 P-9.1 P-4.4", to_post=ignore_stop, only="a_busy_conversation_refuses_over_http"
    ),
    # A 429 lacks its header.
    does_not_say_when_to_try_again=Fault(
        "P-9.2", hidden_header="retry-after", only="a_user_has_a_limited_number_of_answers_at_once"
    ),
    # Streams
    ignores_positions_over_http=Fault("P-9.3", route=path_without_position),
    reads_half_positions=Fault("P-9.3", route=path_without_half_position),
    takes_wrong_positions_over_http_for_the_end=Fault(
        "P-9.3 P-3.4 P-1.4", route=lambda connection: re.sub(r"seq=\d{4,}", "seq=7", connection.path)
    ),
    # A position in an answer that is being written is one at its beginning.
    forgets_positions_while_writing=Fault(
        "P-9.3 P-1.4",
        route=lambda connection: re.sub(r"run=1&seq=\d+", "run=0&seq=0", connection.path),
        only="a_busy_conversation_refuses_over_http",
    ),
    begins_streams_without_success=Fault("P-9.3 P-9.4", to_client=at("/api", dropped("auth.success"))),
    names_events=Fault("P-9.3 P-1.3", to_events=name_event),
    ends_streams_without_a_code=Fault("P-9.5", to_events=closing_event(lambda _: b"")),
    # The end of a session closes sockets only.
    keeps_streams_of_ended_sessions=Fault(
        "P-2.5", to_events=closing_event(lambda _: b""), only="the_end_of_a_session_closes_its_connections"
    ),
    closes_streams_with_a_code_in_quotes=Fault(
        "P-9.5", to_events=closing_event(lambda event: event.replace(b"4004", b'"4004"'))
    ),
    sends_frames_after_the_code=Fault(
        "P-9.5", to_events=closing_event(lambda event: event + b'data: {"type": "ping"}\n\n')
    ),
    # Messages in GET
    stores_another_model=Fault(
        "P-5.2 P-3.7", respond=stored(has_ended, lambda message: message.update(model_used="another-model"))
    ),
    stores_other_dropped_messages=Fault(
        "P-5.5 P-3.7",
        respond=stored(has_ended, lambda message: message.update(context_dropped=message["context_dropped"] + 1)),
    ),
    stores_other_counts=Fault(
        "P-5.5",
        respond=stored(has_ended, lambda message: message.update(prompt_tokens=(message["prompt_tokens"] or 0) + 1)),
    ),
    stores_no_error_code=Fault(
        "P-5.7 P-3.7",
        respond=stored(has_ended, lambda message: message.update(error_code=None)),
        only="a_prompt_that_is_too_long_for_the_model_says_so",
    ),
    completes_stopped_answers_later=Fault(
        "P-7.1 P-5.5",
        respond=stored(
            lambda message: message["status"] == "stopped", lambda message: message.update(status="complete")
        ),
    ),
    forgets_finish_reasons=Fault(
        "P-5.5", respond=stored(any_frame, lambda message: message.update(finish_reason=None))
    ),
    lists_messages_without_attachments=Fault(
        "P-5.2 P-5.17", respond=stored(any_frame, lambda message: message.pop("attachments", None))
    ),
)


@breaks_responses("P-9.2")
def refuses_with_status_200(connection: Connection, status: int, body: Any) -> tuple[int, Any]:
    return (200 if connection.path.endswith("/commands") and body is not None else status), body


@breaks_responses("P-9.2")
def calls_wrong_json_a_bad_request(_: Connection, status: int, body: Any) -> tuple[int, Any]:
    is_wrong = isinstance(body, dict) and body.get("code") == "INVALID_JSON"
    return (400 if is_wrong else status), body


@breaks_responses("P-13.2")
def distinguishes_foreign_conversations(connection: Connection, status: int, body: Any) -> tuple[int, Any]:
    """Another user's conversation is forbidden; one that does not exist is not found."""
    made = connection.shared.setdefault("made", set())
    if connection.path == "/api/conversations/" and status == 201:
        made.add(body["id"])
    named = re.match(r"/api/conversations/([0-9a-f-]{36})", connection.path)
    return (403 if status == 404 and named and named[1] in made else status), body


@breaks_responses("P-3.7")
def returns_the_newest_message_first(_: Connection, status: int, body: Any) -> tuple[int, Any]:
    if isinstance(body, dict) and "messages" in body:
        body["messages"].reverse()
    return status, body


@breaks_responses("P-4.8 P-3.7", only="regenerate_and_edit_make_siblings")
def keeps_the_old_branch_after_an_edit(connection: Connection, status: int, body: Any) -> tuple[int, Any]:
    """GET shows the branch of the first version, although the edited one was asked last."""
    if isinstance(body, dict) and len(body.get("messages", [])) == 2:
        body["messages"] = connection.shared.setdefault(connection.path.partition("?")[0], body["messages"])
    return status, body


@breaks_responses("P-10.5")
def hides_its_description(connection: Connection, status: int, body: Any) -> tuple[int, Any]:
    return (401, {"error": "Sign in."}) if connection.path == DOCUMENT else (status, body)


@breaks_responses("P-10.5")
def describes_no_feed(connection: Connection, status: int, body: Any) -> tuple[int, Any]:
    if connection.path == DOCUMENT:
        body["channels"] = {name: one for name, one in body["channels"].items() if "events" not in one["address"]}
    return status, body


@breaks_responses("P-10.5")
def describes_another_chat(connection: Connection, status: int, body: Any) -> tuple[int, Any]:
    """The document names commands that the wire does not know, and lacks others."""
    if connection.path == DOCUMENT:
        body = json.loads(json.dumps(body).replace('"chat.stop"', '"chat.halt"'))
    return status, body


@breaks_responses("P-5.17", only="the_end_of_a_session_closes_its_connections")
def keeps_urls_after_the_session(connection: Connection, status: int, body: Any) -> tuple[int, Any]:
    """A URL is served again after the session for which it was signed has ended."""
    served = connection.shared.setdefault("served", set())
    if body is None:
        served.add(connection.path)
    return (200 if connection.path in served else status), body


def sign_for_all(connection: Connection) -> str:
    place, _, signature = connection.path.partition("?")
    if not place.startswith("/api/attachments/"):
        return connection.path
    if signature:
        connection.shared.setdefault(place, connection.path)
    return str(connection.shared.get(place, connection.path))


add_faults(
    # A URL works with any signature, once it has been signed for a user.
    serves_attachments_to_all=Fault("P-5.17", route=sign_for_all),
)
