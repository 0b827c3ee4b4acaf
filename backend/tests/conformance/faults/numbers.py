"""Servers that count answers wrong, or continue them at the wrong number (sections 1 and 3)."""

from collections.abc import Callable, Iterator

from tests.conformance.breaking_proxy import Connection, Fault, Frame
from tests.conformance.faults.registry import (
    add_faults,
    any_frame,
    breaks_frames,
    changed,
    count_from_first,
    delayed,
    has_ended,
    is_delta,
    is_end,
    is_repeated_end,
    stored,
    with_fields,
    without_fields,
)

CONTINUED = "a_continued_answer_continues_its_numbers"
WRONG_POSITION = "a_position_that_cannot_be_continued_is_answered_by_a_reset"


def plus(number: int, *names: str) -> Callable[[Frame], Frame]:
    """Return a change that adds a number to these fields."""
    return lambda frame: frame | {name: frame[name] + number for name in names}


def is_first_end(frame: Frame) -> bool:
    return is_end(frame) and bool(frame["seq"] > frame["from"])


def position(requirements: str, change: Callable[[int, int, int, int], Frame], only: str = "") -> Fault:
    """Change the position of each `chat.follow`; `change` gets its run and number, then run and number of the end."""

    def remember(frame: Frame, connection: Connection) -> Iterator[Frame]:
        if is_end(frame):
            connection.shared[frame["message_id"]] = frame["run"], frame["seq"]
        yield frame

    def follow(command: Frame, connection: Connection) -> Iterator[Frame]:
        end = connection.shared.get(command.get("message_id"))
        if end and command.get("type") == "chat.follow":
            command |= change(command["run"], command["seq"], *end)
        yield command

    return Fault(requirements, to_client=remember, to_server=follow, only=only)


def second_run(requirements: str, run: int) -> Fault:
    """Change the number of the second run."""

    def change(frame: Frame) -> Frame:
        return frame | {"run": run} | ({"reply": frame["reply"] | {"run": run}} if "reply" in frame else {})

    return Fault(requirements, to_client=changed(lambda frame: frame.get("run") == 2, change), only=CONTINUED)


def resets_second_run(frame: Frame) -> bool:
    return is_delta(frame) and frame["run"] == 2 and bool(frame.get("reset"))


def without_earlier_runs(frame: Frame) -> Frame:
    return {name: frame[name] for name in frame.keys() - {"reset"}} | {"content": "", "from": frame["seq"] - 1}


add_faults(
    # Numbers are consistent on each connection, and twice as high as in GET.
    counts_twice=Fault(
        "P-3.3 P-3.7",
        to_client=changed(
            any_frame, lambda frame: frame | {name: frame[name] * 2 for name in ("seq", "from") if name in frame}
        ),
    ),
    ends_without_its_own_number=Fault("P-3.3", to_client=changed(is_end, lambda end: end | {"seq": end["from"]})),
    ends_two_numbers_later=Fault("P-3.3", to_client=changed(is_first_end, plus(1, "seq"))),
    repeats_an_end_as_the_next_number=Fault("P-3.3", to_client=changed(is_repeated_end, plus(1, "from", "seq"))),
    # Resets
    forgets_to_say_reset=Fault("P-1.4 P-3.4", to_client=without_fields(any_frame, "reset")),
    # An answer that is being written is sent from its beginning, not as a reset.
    begins_without_a_reset=Fault(
        "P-5.12",
        to_client=without_fields(any_frame, "reset"),
        only="a_late_client_gets_what_is_being_written_in_order",
    ),
    resets_from_one=Fault("P-3.4", to_client=with_fields(lambda frame: frame.get("reset"), **{"from": 1})),
    # The first frame after a reset comes before it.
    sends_a_delta_before_its_reset=Fault(
        "P-3.4 P-1.4 P-5.12 P-3.2",
        to_client=delayed(lambda frame: frame.get("reset"), until=lambda frame: "seq" in frame),
        only=WRONG_POSITION,
    ),
    # Positions
    loses_resume=Fault("P-5.12 P-1.4", to_server=without_fields(any_frame, "resume")),
    begins_one_too_early=position("P-1.4 P-1.1", lambda _, seq, __, last: {"seq": seq - 1} if 1 < seq < last else {}),
    begins_one_too_late=position("P-1.4 P-1.1", lambda _, seq, __, last: {"seq": seq + 1} if 0 < seq < last else {}),
    # A position one number ahead of the end counts as the end.
    takes_one_ahead_for_the_end=position(
        "P-3.4 P-1.4", lambda _, seq, __, last: {"seq": last} if seq == last + 1 else {}, WRONG_POSITION
    ),
    takes_the_next_run_for_this_one=position(
        "P-3.4 P-1.4", lambda run, _, last_run, __: {"run": last_run} if run == last_run + 1 else {}, WRONG_POSITION
    ),
    resets_clients_of_the_run_before=position(
        "P-3.6", lambda run, _, last_run, last: {"seq": last + 1} if run == last_run - 1 else {}, CONTINUED
    ),
    # Runs
    continues_the_same_run=second_run("P-4.9 P-3.1", 1),
    skips_a_run=second_run("P-4.9 P-3.1", 3),
    # A connection that lacks the earlier runs gets only the text of the next one.
    continues_for_those_who_lack_the_text=Fault(
        "P-5.11 P-1.4 P-3.2", to_client=changed(resets_second_run, without_earlier_runs), only=CONTINUED
    ),
    # GET
    stores_ends_without_their_number=Fault(
        "P-3.7", respond=stored(has_ended, lambda message: message.update(seq=message["seq"] - 1))
    ),
    stores_no_run=Fault("P-3.7", respond=stored(has_ended, lambda message: message.update(run=0))),
    # While an answer is being written
    numbers_unfinished_text_one_too_high=Fault(
        "P-3.7 P-1.4 P-3.2",
        respond=stored(
            lambda message: message["status"] == "streaming", lambda message: message.update(seq=message["seq"] + 1)
        ),
        rate=60,
        only="the_text_of_get_joins_what_is_being_written",
    ),
)


@breaks_frames("P-1.4")
def begins_again_after_each_reconnect(frame: Frame, connection: Connection) -> Iterator[Frame]:
    """The first frame of a connection is number 1 after 0, whatever was resumed."""
    if "seq" in frame:
        frame = count_from_first(frame, connection, "from", "seq")
    yield frame


@breaks_frames("P-1.4 P-3.1", only=CONTINUED)
def counts_each_run_from_one(frame: Frame, connection: Connection) -> Iterator[Frame]:
    if frame.get("run") == 2 and "from" in frame:
        frame = count_from_first(frame, connection, "from", "seq")
    yield frame


@breaks_frames("P-3.5 P-1.4 P-3.4")
def calls_every_frame_after_a_reset_a_reset(frame: Frame, connection: Connection) -> Iterator[Frame]:
    connection.memory["resets"] = not is_end(frame) and (connection.memory.get("resets") or frame.get("reset"))
    yield frame | {"reset": True, "from": 0} if is_delta(frame) and connection.memory["resets"] else frame


@breaks_frames("P-1.4 P-4.9", only=CONTINUED)
def repeats_text_in_continuations(frame: Frame, connection: Connection) -> Iterator[Frame]:
    """The continuation begins with the last delta of the run before."""
    if frame["type"] == "chat.stream" and is_delta(frame) and not frame.get("reset"):
        if frame["run"] == 1:
            connection.memory["last"] = frame["content"]
        elif frame["run"] == 2:
            frame["content"] = connection.memory.pop("last", "") + frame["content"]
    yield frame


def guess_position(command: Frame, connection: Connection) -> Iterator[Frame]:
    is_ahead = command.get("seq", 0) > 100_000
    yield command | {"seq": connection.memory.get("seq", 0)} if is_ahead else command


def remember_position(frame: Frame, connection: Connection) -> Iterator[Frame]:
    connection.memory["seq"] = frame.get("seq", 0)
    yield frame


def expect_end(command: Frame, connection: Connection) -> Iterator[Frame]:
    if command.get("type") == "chat.follow":
        connection.memory["end"] = connection.shared.get((command["message_id"], command["run"])), command["seq"]
    yield command


def repeat_end(frame: Frame, connection: Connection) -> Iterator[Frame]:
    end, seq = connection.memory.pop("end", (None, 0)) if "seq" in frame else (None, 0)
    if end and end["seq"] == seq and frame["run"] > end["run"]:
        yield end | {"from": seq}
    if is_end(frame):
        connection.shared[frame["message_id"], frame["run"]] = frame
    yield frame


add_faults(
    # A position ahead of an answer that is being written counts as the one reached.
    guesses_positions_that_are_ahead=Fault(
        "P-3.4 P-1.3",
        to_server=guess_position,
        to_client=remember_position,
        only="a_wrong_position_of_an_answer_that_is_written_is_reset",
    ),
    repeats_the_end_of_the_run_before=Fault("P-3.6", to_server=expect_end, to_client=repeat_end, only=CONTINUED),
)
