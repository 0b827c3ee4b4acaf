"""Servers that get `chat.accepted`, deltas and the ends of answers wrong (sections 1, 3, 5 and 7)."""

from collections.abc import Callable, Iterable, Iterator

from tests.conformance.breaking_proxy import Connection, Fault, Frame, Hook
from tests.conformance.faults.registry import (
    CHAT,
    add_faults,
    any_frame,
    at,
    breaks_frames,
    changed,
    delayed,
    dropped,
    is_delta,
    is_end,
    is_last_change,
    is_repeated_end,
    repeated,
    replaced,
    stored,
    where,
    with_fields,
    with_inner,
    without_fields,
    without_inner,
)


def third_delta(by: Callable[[Frame], Iterable[Frame]]) -> Hook:
    """Replace the third delta of each connection."""

    def hook(frame: Frame, connection: Connection) -> Iterable[Frame]:
        connection.memory["deltas"] = connection.memory.get("deltas", 0) + is_delta(frame)
        return by(frame) if is_delta(frame) and connection.memory["deltas"] == 3 else [frame]

    return hook


def is_chat_success(frame: Frame) -> bool:
    return frame["type"] == "auth.success" and "leaf_id" in frame


def is_stopped(message: Frame) -> bool:
    return bool(message["status"] == "stopped")


def has_not_asked(connection: Connection) -> bool:
    return not connection.has_sent("chat.message")


def count_sibling_as_run(frame: Frame) -> Frame:
    return frame | {"run": 2, "reply": frame["reply"] | {"run": 2}} if frame["kind"] == "regenerate" else frame


def without_small_counts(frame: Frame) -> Frame:
    kept = {
        name: value for name, value in (frame["usage"] or {}).items() if not name.startswith(("cached", "reasoning"))
    }
    return frame | {"usage": kept or None}


NUMBERED = "an_answer_is_numbered_without_gaps_and_is_what_is_stored"
LATE = "a_late_client_gets_what_is_being_written_in_order"

add_faults(
    # auth.success
    hides_the_active_answer=Fault("P-5.1", to_client=with_fields(is_chat_success, active=None)),
    # chat.accepted
    accepts_after_the_first_delta=Fault("P-5.11", to_client=delayed("chat.accepted", until=is_delta)),
    # A late client gets it before `auth.success`.
    accepts_before_success=Fault(
        "P-5.12",
        to_client=delayed(
            lambda frame: frame["type"] == "auth.success" and isinstance(frame.get("active"), str), until=any_frame
        ),
        only=LATE,
    ),
    # Other devices get none.
    accepts_for_the_asker_only=Fault("P-5.11", to_client=where(has_not_asked, dropped("chat.accepted"))),
    hides_client_id_from_other_devices=Fault(
        "P-5.2", to_client=where(has_not_asked, with_fields("chat.accepted", client_id=None))
    ),
    changes_dates_of_questions=Fault(
        "P-5.2", to_client=with_inner("chat.accepted", "message", created_at="2026-01-01T00:00:00.000Z")
    ),
    omits_a_field_of_the_reply=Fault("P-5.2", to_client=without_inner("chat.accepted", "reply", "images_dropped")),
    accepts_answers_as_complete=Fault("P-5.2", to_client=with_inner("chat.accepted", "reply", status="complete")),
    accepts_for_another_model=Fault(
        "P-5.2", to_client=with_inner("chat.accepted", "reply", model_used="another-model")
    ),
    numbers_the_acceptance=Fault("P-3.2", to_client=with_fields("chat.accepted", **{"from": 0, "seq": 0})),
    # Another answer to the same question is a new run of the first.
    counts_siblings_as_runs=Fault("P-3.1", to_client=changed("chat.accepted", count_sibling_as_run)),
    # Deltas
    drops_a_frame=Fault("P-1.4", to_client=third_delta(lambda _: [])),
    repeats_a_delta=Fault("P-1.4 P-1.3", to_client=third_delta(lambda frame: [frame, frame])),
    swallows_text_but_keeps_the_numbers=Fault(
        "P-1.4 P-1.1", to_client=third_delta(lambda frame: [frame | {"content": frame["content"][:-1]}])
    ),
    says_a_wrong_from=Fault("P-1.4 P-3.2", to_client=third_delta(lambda frame: [frame | {"from": frame["from"] + 1}])),
    resets_without_need=Fault("P-3.4", to_client=third_delta(lambda frame: [frame | {"reset": True}])),
    # Reasoning comes in `chat.stream`.
    sends_reasoning_as_text=Fault(
        "P-5.4 P-1.1 P-1.4 P-5.3",
        to_client=with_fields("chat.reasoning", type="chat.stream", done=False),
        only="reasoning_is_kept_apart",
    ),
    # It has no whole seconds, and comes after each delta.
    waits_in_half_seconds=Fault(
        "P-5.16 P-5.3",
        to_client=replaced(
            is_delta,
            lambda frame: [frame, {"type": "chat.waiting", "message_id": frame["message_id"], "seconds": 0.5}],
        ),
    ),
    # Ends
    stops_an_answer_with_its_connection=Fault("P-1.2", last_command={"type": "chat.stop"}),
    ends_late=Fault("P-1.3", to_client=with_fields(is_end, _wait=6)),
    never_ends=Fault("P-1.3", to_client=dropped(is_end)),
    ends_twice=Fault("P-1.3", to_client=repeated(is_end)),
    calls_every_end_complete=Fault("P-5.5 P-7.1", to_client=with_fields(is_end, status="complete")),
    # After a second stop, the status is different.
    changes_an_end_that_is_repeated=Fault("P-7.1", to_client=with_fields(is_repeated_end, status="interrupted")),
    # An answer that was cut off at a million characters
    calls_a_limit_complete=Fault(
        "P-7.7",
        to_client=with_fields(lambda frame: is_end(frame) and frame["status"] == "length", status="complete"),
        only="an_answer_ends_at_a_million_characters",
    ),
    says_only_that_the_model_failed=Fault(
        "P-6.21",
        to_client=with_fields(lambda frame: str(frame.get("code", "")).startswith("AI_"), code="AI_ERROR"),
        only="a_prompt_that_is_too_long_for_the_model_says_so",
    ),
    counts_only_two_kinds_of_tokens=Fault("P-5.5", to_client=changed(is_end, without_small_counts)),
    counts_tokens_below_zero=Fault(
        "P-5.5", to_client=with_inner(lambda frame: is_end(frame) and frame["usage"], "usage", prompt_tokens=-1)
    ),
    omits_dropped_images=Fault("P-5.5", to_client=without_fields(is_end, "images_dropped")),
    completes_without_a_reason=Fault("P-5.5", to_client=with_fields(is_end, finish_reason=None)),
    calls_a_stop_an_interruption=Fault(
        "P-4.10",
        to_client=with_fields(lambda frame: is_end(frame) and frame["status"] == "stopped", status="interrupted"),
        respond=stored(is_stopped, lambda message: message.update(status="interrupted")),
    ),
    forgets_the_usage_in_replays=Fault(
        "P-1.1",
        to_client=where(lambda connection: connection.has_sent("chat.follow"), with_fields(is_end, usage=None)),
    ),
    # The change after the end
    omits_the_revision_after_the_end=Fault("P-5.8", to_client=dropped(is_last_change)),
    sends_unchanged_fields_after_the_end=Fault(
        "P-5.8", to_client=with_fields(is_last_change, title="The same"), only=NUMBERED
    ),
    updates_before_the_end=Fault(
        "P-5.8",
        to_client=delayed(lambda frame: is_end(frame) and not is_repeated_end(frame), until="conversation.updated"),
        only=NUMBERED,
    ),
    # It has an older revision than the start of the answer.
    counts_revisions_backwards=Fault("P-5.13 P-5.8", to_client=at(CHAT, with_fields(is_last_change, revision=1))),
)


@breaks_frames("P-5.12")
def accepts_again_after_the_end(frame: Frame, connection: Connection) -> Iterator[Frame]:
    """A client that resumes an answer that has ended gets its `chat.accepted` again."""
    accepted = connection.shared.setdefault("accepted", {})
    if frame["type"] == "chat.accepted":
        accepted[frame["reply"]["id"]] = frame
    yield frame
    if frame["type"] == "auth.success" and frame["active"] is None:
        resume = connection.last_command.get("resume") or {}
        yield from filter(None, [accepted.get(resume.get("message_id"))])


@breaks_frames("P-5.11 P-13.2", only="other_conversations_are_silent")
def accepts_in_every_conversation(frame: Frame, connection: Connection) -> Iterator[Frame]:
    """Each connection gets the `chat.accepted` of all conversations."""
    accepted = connection.shared.setdefault("accepted", [])
    if frame["type"] == "chat.accepted":
        accepted.append(frame)
    seen_ids = connection.memory.setdefault("seen_ids", set())
    seen_ids.add(frame.get("client_id"))
    for other in accepted:
        if connection.path.startswith(CHAT) and other["client_id"] not in seen_ids:
            seen_ids.add(other["client_id"])
            yield other
    yield frame


@breaks_frames("P-5.14", rate=20, only="what_is_stored_has_been_sent")
def buffers_until_the_end(frame: Frame, connection: Connection) -> Iterator[Frame]:
    """Each answer comes as a whole; slowly, so that the check sees the text that is stored meanwhile."""
    held: list[Frame] = connection.memory.setdefault("held", [])
    if is_delta(frame):
        held.append(frame)
        return
    if is_end(frame):
        yield from held
        held.clear()
    yield frame


@breaks_frames("P-1.3")
def sends_text_after_the_end(frame: Frame, connection: Connection) -> Iterator[Frame]:
    if is_delta(frame):
        connection.memory["last"] = frame
    yield frame
    if is_end(frame) and "last" in connection.memory:
        yield connection.memory["last"] | {"from": frame["seq"], "seq": frame["seq"] + 1}


@breaks_frames("P-1.4 P-3.3", only=NUMBERED)
def swallows_the_last_delta(frame: Frame, connection: Connection) -> Iterator[Frame]:
    """The terminal frame follows the delta before it, and the numbers have no gap."""
    if is_delta(frame):
        if held := connection.memory.get("held"):
            yield held
        connection.memory["held"] = frame
    elif is_end(frame) and (held := connection.memory.pop("held", None)):
        yield frame | {"from": held["from"], "seq": held["from"] + 1}
    else:
        yield frame


@breaks_frames("P-5.13")
def keeps_the_revision_of_acceptances(frame: Frame, connection: Connection) -> Iterator[Frame]:
    """A question does not count as a change: `chat.accepted` has the revision of `auth.success`."""
    if frame["type"] == "auth.success":
        connection.memory["revision"] = frame["revision"]
    is_first = frame["type"] == "chat.accepted" and "revision" in connection.memory
    yield frame | {"revision": connection.memory.pop("revision")} if is_first else frame


@breaks_frames("P-5.13")
def keeps_the_revision_of_a_deletion(frame: Frame, connection: Connection) -> Iterator[Frame]:
    """Each conversation has the revision that it had first."""
    if is_chat_success(frame):
        first = connection.shared.setdefault("first", {})
        frame["revision"] = first.setdefault(frame["conversation_id"], frame["revision"])
    yield frame
