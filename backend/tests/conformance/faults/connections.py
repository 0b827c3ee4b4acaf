"""Servers that get connections wrong: paths, handshakes, origins, signing in, closing and limits (sections 2 and 6)."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import (
    add_faults,
    any_frame,
    at,
    breaks_commands,
    breaks_frames,
    changed,
    dropped,
    followed_by_close,
    is_delta,
    replaced,
    where,
    with_fields,
    without_fields,
)

MAX_FRAME_BYTES = 2 * 1024 * 1024


def is_signed_out(connection: Connection) -> bool:
    return not connection.is_signed_in


def has_sent_no_auth(connection: Connection) -> bool:
    return not connection.has_sent("auth")


def without_foreign_host(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "Host" or "foreign" not in value}


def without_origin(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "Origin"}


def without_similar_origin(headers: dict[str, str]) -> dict[str, str]:
    return without_origin(headers) if headers.get("Host", "") in headers.get("Origin", "") else headers


add_faults(
    # Handshakes
    needs_the_last_slash=Fault(
        "P-2.1", refusal=lambda connection, *_: 0 if connection.path.partition("?")[0].endswith("/") else 404
    ),
    knows_ids_in_lower_case_only=Fault(
        "P-2.1", route=lambda connection: re.sub(r"^/ws/chat/.*[A-Z].*", "/ws/chat/no-id/", connection.path)
    ),
    accepts_pages_of_other_sites=Fault("P-2.2 P-13.3", to_origin=without_origin),
    accepts_origins_that_contain_its_own=Fault("P-2.2 P-13.3", to_origin=without_similar_origin),
    accepts_any_host=Fault("P-2.2", to_origin=without_foreign_host),
    refuses_its_own_pages=Fault("P-2.2", refusal=lambda _, __, headers: 403 if "Origin" in headers else 0),
    refuses_pages_with_404=Fault(
        "P-2.2", refusal=lambda _, __, headers: 404 if "foreign" in headers.get("Origin", "") else 0
    ),
    echoes_no_version=Fault("P-10.1", echo=lambda *_: None),
    echoes_the_first_offer=Fault("P-10.1", echo=lambda offered, spoken: offered[0] if spoken else None),
    echoes_without_an_offer=Fault("P-10.2", echo=lambda _, spoken: spoken or "ai-chat.2026-12"),
    refuses_other_versions=Fault(
        "P-10.2", refusal=lambda _, offered, __: 400 if offered and "ai-chat.2026-12" not in offered else 0
    ),
    # Frames
    sends_two_frames_in_one=Fault(
        "P-2.1 P-6.16", to_client=with_fields("pong", _text='{"type": "pong"}\n{"type": "ping"}')
    ),
    accepts_binary_frames=Fault("P-2.9", takes_binary=True),
    gives_no_sign_of_life=Fault("P-2.6", to_client=dropped("ping")),
    keeps_the_feed_silent=Fault("P-2.6", to_client=at("/ws/events", dropped("ping"))),
    sends_no_websocket_pings=Fault("P-2.6", sends_pings=False),
    answers_no_websocket_pings=Fault("P-2.16", answers_pings=False),
    # Signing in
    hides_that_it_renews=Fault("P-4.5 P-8.1", to_client=without_fields("auth.success", "renewed")),
    closes_after_a_wrong_auth=Fault(
        "P-2.4", to_client=where(is_signed_out, followed_by_close("INVALID_MESSAGE", 4001))
    ),
    closes_after_a_failed_renewal=Fault(
        "P-4.5", to_client=where(lambda connection: connection.is_signed_in, followed_by_close("AUTH_FAILED", 4001))
    ),
    allows_no_auth_after_a_wrong_field=Fault(
        "P-2.4", to_server=changed(lambda command: command.get("resume") == 1, lambda _: {"type": "auth", "token": ""})
    ),
    ignores_follow_before_auth=Fault("P-6.1", to_server=where(has_sent_no_auth, dropped("chat.follow"))),
    closes_silent_clients_without_a_reason=Fault("P-6.3", to_client=dropped("AUTH_TIMEOUT")),
    closes_late_clients_as_gone=Fault("P-6.3", to_client=followed_by_close("AUTH_TIMEOUT", 4004)),
    # Closing
    closes_without_a_code=Fault("P-2.3 P-5.9 P-6.2 P-6.4", close_codes=dict.fromkeys(range(1000, 5000), 1000)),
    swaps_close_codes=Fault("P-2.3", close_codes={4002: 4004, 4004: 4002}),
    closes_every_wrong_frame_with_one_code=Fault("P-2.9", close_codes={1003: 1008, 1007: 1008}),
    closes_the_feed_as_nonsense=Fault(
        "P-2.9 P-8.1",
        close_codes={1003: 1008, 1007: 1008},
        only="the_feed_closes_for_frames_that_are_not_text",
    ),
    closes_large_frames_as_nonsense=Fault(
        "P-2.8", close_codes={1009: 1008}, only="a_frame_that_is_too_large_closes_with_1009"
    ),
    closes_after_nonsense_without_a_code=Fault(
        "P-2.10", close_codes={1008: 1000}, only="too_much_nonsense_closes_with_1008"
    ),
    closes_the_feed_with_another_code=Fault(
        "P-6.2", to_client=at("/ws/events", with_fields("AUTH_FAILED", code="AUTH_REQUIRED"))
    ),
    # After the right refusal, with 4002 in place of 4004
    closes_foreign_conversations_as_malformed=Fault("P-6.4", to_client=followed_by_close("NO_CONVERSATION", 4002)),
    closes_after_a_resume_of_nothing=Fault(
        "P-5.12", to_client=where(lambda connection: connection.frames == 2, followed_by_close("NOT_FOUND", 4004))
    ),
    # Limits
    ignores_large_frames=Fault(
        "P-2.8",
        to_server=dropped(lambda command: len(json.dumps(command)) >= MAX_FRAME_BYTES),
        only="a_frame_that_is_too_large_closes_with_1009",
    ),
    accepts_only_small_frames=Fault(
        "P-2.8",
        to_server=dropped(lambda command: len(json.dumps(command)) >= MAX_FRAME_BYTES // 2),
        only="the_largest_frames_are_taken",
    ),
    accepts_large_frames_before_auth=Fault(
        "P-2.8", to_server=without_fields(any_frame, "x"), only="the_largest_frames_are_taken"
    ),
    counts_no_bytes=Fault("P-2.15", to_server=without_fields(any_frame, "x"), only="a_flood_of_bytes_closes_with_1008"),
    counts_no_commands=Fault(
        "P-2.13",
        to_client=replaced("RATE_LIMIT_EXCEEDED", lambda _: [{"type": "pong"}]),
        only="too_many_commands_are_refused",
    ),
    closes_without_the_reason=Fault(
        "P-2.11", to_client=dropped("TOO_MANY_SOCKETS"), only="a_user_has_a_limited_number_of_connections"
    ),
    counts_no_streams=Fault(
        "P-9.6",
        to_client=at(
            "/api", replaced("TOO_MANY_SOCKETS", lambda _: [{"type": "auth.success", "revision": 1, "active": []}])
        ),
        only="a_user_has_a_limited_number_of_connections",
    ),
    limits_no_running_answers=Fault(
        "P-6.12",
        to_client=with_fields("RATE_LIMIT_EXCEEDED", code="ALREADY_PROCESSING"),
        only="a_user_has_a_limited_number_of_answers_at_once",
    ),
)


@breaks_commands("P-2.4 P-6.1")
def signs_in_by_url(command: Frame, connection: Connection) -> Iterator[Frame]:
    """A token in the query counts as an `auth`."""
    _, _, token = connection.path.partition("token=")
    if token and len(connection.commands) == 1:
        yield {"type": "auth", "token": token}
    yield command


@breaks_commands("P-6.2", only="a_refresh_token_does_not_sign_in")
def accepts_refresh_tokens(command: Frame, connection: Connection) -> Iterator[Frame]:
    """A refresh token signs in as an access token does."""
    if command.get("type") == "auth":
        command["token"] = connection.shared.setdefault("token", command["token"])
    yield command


@breaks_commands("P-4.5 P-1.4")
def replays_after_a_renewal(command: Frame, connection: Connection) -> Iterator[Frame]:
    yield command
    is_renewal = command.get("type") == "auth" and connection.is_signed_in
    if is_renewal and isinstance(command.get("resume"), dict):
        yield {"type": "chat.follow", **command["resume"]}


@breaks_frames("P-5.12")
def is_silent_about_a_resume_of_nothing(frame: Frame, connection: Connection) -> Iterator[Frame]:
    if frame.get("code") != "NOT_FOUND" or "resume" not in connection.last_command:
        yield frame


@breaks_frames("P-13.5")
def quotes_tokens(frame: Frame, connection: Connection) -> Iterator[Frame]:
    is_refused = frame.get("code") == "AUTH_FAILED"
    yield frame | {"error": f"The token {connection.last_command.get('token')} is wrong."} if is_refused else frame


@breaks_frames("P-2.4 P-6.1 P-13.2 P-5.11", only="a_connection_that_has_not_signed_in_gets_nothing")
def sends_text_before_auth(frame: Frame, connection: Connection) -> Iterator[Frame]:
    """A connection that has not signed in gets the text of answers."""
    yield frame
    if is_delta(frame):
        connection.shared["last"] = frame
    elif frame["type"] == "pong" and has_sent_no_auth(connection) and "last" in connection.shared:
        yield connection.shared["last"]


ID = re.compile(r"[0-9a-f-]{36}")


def remember_conversations(frame: Frame, connection: Connection) -> Iterator[Frame]:
    named = ID.findall(connection.path) if frame["type"] == "auth.success" else []
    created = [frame["conversation"]["id"]] if frame["type"] == "conversation.created" else []
    connection.shared.setdefault("known", set()).update(named, created)
    yield frame


def say_whose(connection: Connection, status: int, body: Any) -> tuple[int, Any]:
    known = connection.shared.setdefault("known", set())
    if isinstance(body, dict) and "id" in body and connection.path == "/api/conversations/":
        known.add(body["id"])
    if isinstance(body, dict) and body.get("code") == "NO_CONVERSATION" and known & set(ID.findall(connection.path)):
        body["error"] += " It is another user's."
    return status, body


add_faults(
    # The sentence for another user's conversation differs from that for one that does not exist.
    says_whose_conversation_it_is=Fault("P-6.4 P-13.2", to_client=remember_conversations, respond=say_whose),
)
