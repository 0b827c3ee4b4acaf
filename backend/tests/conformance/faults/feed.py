"""Servers that get the change feed and changes of conversations wrong (sections 5 and 8)."""

from collections.abc import Iterable, Iterator

from tests.conformance.breaking_proxy import Connection, Fault, Frame, Hook
from tests.conformance.faults.registry import (
    CHAT,
    FEED,
    add_faults,
    any_frame,
    at,
    breaks_frames,
    changed,
    count_from_first,
    delayed,
    dropped,
    is_end,
    repeated,
    with_fields,
    without_fields,
    without_inner,
)


def is_feed_success(frame: Frame) -> bool:
    return frame["type"] == "auth.success" and isinstance(frame.get("active"), list)


def only_fields(*names: str) -> Hook:
    """Omit other fields of each change on the chat socket."""
    kept = {"type", "revision", *names}
    return at(
        CHAT,
        changed("conversation.updated", lambda frame: {name: frame[name] for name in frame.keys() & kept}),
    )


def omitted(kind: str) -> Hook:
    """Omit one kind of change of the feed, and count without it."""

    def hook(frame: Frame, connection: Connection) -> Iterable[Frame]:
        if "revision" not in frame:
            return [frame]
        connection.memory["omitted"] = connection.memory.get("omitted", 0) + (frame["type"] == kind)
        fewer = frame | {"revision": frame["revision"] - connection.memory["omitted"]}
        return [] if frame["type"] == kind else [fewer]

    return at(FEED, hook)


add_faults(
    # auth.success
    hides_running_answers=Fault("P-8.2", to_client=with_fields(is_feed_success, active=[])),
    names_active_answers_without_their_conversation=Fault(
        "P-8.2",
        to_client=changed(
            is_feed_success,
            lambda frame: frame | {"active": [{"message_id": one["message_id"]} for one in frame["active"]]},
        ),
    ),
    begins_the_feed_over_http_without_active=Fault(
        "P-9.4 P-8.2", to_client=at("/api/events", without_fields("auth.success", "active"))
    ),
    # Changes
    skips_a_revision=Fault("P-8.5", to_client=dropped("answer.started")),
    omits_starts=Fault("P-8.4", to_client=omitted("answer.started")),
    omits_deletions=Fault("P-8.3", to_client=omitted("conversation.deleted")),
    omits_creations=Fault("P-8.3", to_client=omitted("conversation.created")),
    calls_every_change_a_start=Fault("P-8.4", to_client=with_fields("answer.ended", type="answer.started")),
    ends_answers_without_an_end=Fault("P-8.4", to_client=with_fields("answer.ended", status="streaming")),
    ends_another_answer=Fault(
        "P-8.4",
        to_client=changed("answer.ended", lambda frame: frame | {"message_id": frame["conversation_id"]}),
    ),
    sends_an_old_date=Fault("P-8.4", to_client=with_fields("answer.ended", updated_at="2020-01-01T00:00:00Z")),
    omits_updated_at=Fault("P-8.4", to_client=at(FEED, without_fields(any_frame, "updated_at"))),
    sends_half_of_a_conversation=Fault(
        "P-8.3", to_client=without_inner(lambda frame: "conversation" in frame, "conversation", "is_pinned")
    ),
    deletes_by_id_only=Fault(
        "P-8.3",
        to_client=at(
            FEED,
            changed(
                "conversation.deleted", lambda frame: frame | {"conversation": {"id": frame["conversation"]["id"]}}
            ),
        ),
    ),
    # The start of an answer is announced after the change that follows it.
    swaps_changes=Fault(
        "P-8.5 P-8.6",
        to_client=delayed("answer.started", until=lambda frame: frame["type"] not in {"ping", "pong"}),
    ),
    repeats_changes_over_http=Fault(
        "P-8.5 P-8.6", to_client=at("/api/events", repeated(lambda frame: frame["type"].startswith("conversation.")))
    ),
    # On the chat socket
    deletes_without_a_frame=Fault("P-5.9", to_client=at(CHAT, dropped("conversation.deleted"))),
    # After a new title, only the revision is sent.
    does_not_say_which_field_changed=Fault("P-5.8", to_client=only_fields()),
    sends_only_titles=Fault("P-5.8", to_client=only_fields("title")),
)


@breaks_frames("P-13.2 P-8.5")
def sends_new_conversations_to_all_users(frame: Frame, connection: Connection) -> Iterator[Frame]:
    if frame["type"] == "conversation.created":
        made = connection.shared.setdefault("made", [])
        for other in made:
            yield other | {"revision": frame["revision"]}
        made.append(frame)
    yield frame


@breaks_frames("P-8.5")
def counts_the_changes_of_a_connection(frame: Frame, connection: Connection) -> Iterator[Frame]:
    if connection.path.startswith("/ws/events") and "revision" in frame:
        frame = count_from_first(frame, connection, "revision")
    yield frame


@breaks_frames("P-8.3")
def restores_as_an_update(frame: Frame, connection: Connection) -> Iterator[Frame]:
    deleted = connection.shared.setdefault("deleted", set())
    conversation_id = frame.get("conversation", {}).get("id")
    if frame["type"] == "conversation.deleted":
        deleted.add(conversation_id)
    is_restored = frame["type"] == "conversation.created" and conversation_id in deleted
    yield frame | {"type": "conversation.updated"} if is_restored else frame


@breaks_frames("P-8.2")
def keeps_ended_answers_active(frame: Frame, connection: Connection) -> Iterator[Frame]:
    """`active` of the feed has answers that have ended."""
    seen = connection.shared.setdefault("seen", [])
    if frame["type"] == "answer.started":
        seen.append({name: frame[name] for name in ("conversation_id", "message_id")})
    if is_feed_success(frame):
        frame["active"] += [entry for entry in seen if entry not in frame["active"]]
    yield frame


@breaks_frames("P-8.2 P-13.2", only="the_feed_names_no_answers_of_other_users")
def names_active_answers_of_all_users(frame: Frame, connection: Connection) -> Iterator[Frame]:
    """`active` of the feed has the answers of all users."""
    active = connection.shared.setdefault("active", {})
    if frame["type"] == "chat.accepted":
        message_id = frame["reply"]["id"]
        active[message_id] = {"conversation_id": connection.path.split("/")[3], "message_id": message_id}
    if is_end(frame):
        active.pop(frame["message_id"], None)
    yield frame | {"active": list(active.values())} if is_feed_success(frame) else frame
