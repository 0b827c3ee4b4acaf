"""Servers that get commands, their refusals, repeats and attachments wrong (sections 4, 6 and 10)."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from uuid import uuid4

from tests.conformance.breaking_proxy import Connection, Fault, Frame, Hook
from tests.conformance.faults.registry import (
    add_faults,
    any_frame,
    breaks_commands,
    breaks_frames,
    changed,
    dropped,
    is_end,
    is_repeated_end,
    repeated,
    with_fields,
    without_fields,
    without_inner,
)

DEEP = 50


def question(change: Callable[[str], str], *kinds: str) -> Hook:
    """Change the text of each question, or of commands of these types only."""

    def is_question(command: Frame) -> bool:
        content = command.get("content")
        return isinstance(content, str) and len(content) < 1000 and (not kinds or command.get("type") in kinds)

    return changed(is_question, lambda command: command | {"content": change(command["content"])})


def has_text(name: str) -> Callable[[Frame], bool]:
    return lambda command: isinstance(command.get(name), str)


def count_code_units(command: Frame) -> Frame:
    length = len(str(command.get("content", "")).encode("utf-16-le", "surrogatepass"))
    return command | {"content": "x" * 100_001} if length > 200_000 else command


add_faults(
    # Texts
    trims_questions=Fault("P-4.13", to_server=question(lambda content: content.strip() or content)),
    trims_edits=Fault("P-4.13", to_server=question(str.strip, "chat.edit")),
    composes_characters=Fault("P-4.13", to_server=question(lambda content: unicodedata.normalize("NFC", content))),
    changes_line_ends=Fault("P-4.13", to_server=question(lambda content: content.replace("\r\n", "\n"))),
    escapes_markup=Fault("P-4.13", to_server=question(lambda content: content.replace("<", "&lt;"))),
    accepts_text_that_shows_nothing=Fault(
        "P-6.9", to_server=question(lambda content: content + "." * content.startswith(("\u2800", "\u3000")))
    ),
    # In place of code points: an emoji counts twice.
    counts_code_units=Fault("P-4.13", to_server=changed("chat.message", count_code_units)),
    refuses_the_longest_question=Fault(
        "P-4.13",
        to_server=changed(
            lambda command: len(str(command.get("content", ""))) == 100_000,
            lambda command: command | {"content": command["content"] + "x"},
        ),
        only="a_question_that_is_too_long_is_refused",
    ),
    does_not_say_which_character=Fault(
        "P-4.13",
        to_client=with_fields(
            lambda frame: frame.get("code") == "INVALID_MESSAGE" and "'content'" in frame["error"],
            error="The field 'content' cannot be stored.",
        ),
    ),
    # Fields
    accepts_null_as_a_value=Fault(
        "P-4.1",
        to_server=changed(
            lambda command: command.get("message_id", "") is None,
            lambda command: command | {"message_id": str(uuid4())},
        ),
    ),
    accepts_text_as_a_number=Fault(
        "P-4.14", to_server=with_fields(lambda command: command.get("run") in {"1", True}, run=1)
    ),
    begins_at_the_root_each_time=Fault(
        "P-4.6", to_server=changed("chat.message", lambda command: {"parent_id": None, **command})
    ),
    ignores_parents=Fault("P-4.6", to_server=without_fields(has_text("parent_id"), "parent_id")),
    ignores_models_of_commands=Fault(
        "P-4.6 P-4.7", to_server=without_fields(any_frame, "model"), only="the_model_that_a_command_names_answers"
    ),
    # A command with deeply nested fields is never answered.
    drops_deep_json=Fault("P-6.16", to_server=dropped(lambda command: "[" * DEEP in re.sub(r"\s", "", str(command)))),
    # Commands other than questions
    stops_nothing=Fault("P-4.10 P-1.3", to_server=dropped("chat.stop")),
    stops_whatever_is_being_written=Fault(
        "P-4.10",
        to_server=without_fields(
            lambda command: command.get("type") == "chat.stop" and has_text("message_id")(command), "message_id"
        ),
    ),
    stops_by_name_only=Fault(
        "P-4.10 P-1.3 P-4.1",
        to_server=with_fields(
            lambda command: command.get("type") == "chat.stop" and command.get("message_id") is None,
            message_id="00000000-0000-4000-8000-000000000001",
        ),
    ),
    is_silent_about_a_stop_of_an_end=Fault(
        "P-4.10 P-1.3", to_client=dropped(is_repeated_end), only="stop_ends_an_answer_and_keeps_its_text"
    ),
    ignores_follow=Fault("P-1.3 P-4.11", to_server=dropped("chat.follow")),
    continues_complete_answers=Fault("P-4.9 P-7.1", to_server=with_fields("chat.continue", type="chat.regenerate")),
    answers_twice=Fault(
        "P-4.12 P-4.5", to_client=repeated(lambda frame: frame["type"] == "pong" or frame.get("renewed"))
    ),
    # Refusals
    sends_null_for_absent_fields=Fault(
        "P-5.1", to_client=changed("chat.error", lambda frame: {"retry_after": None, **frame})
    ),
    ignores_what_it_does_not_know=Fault("P-6.16 P-8.1", to_client=dropped("UNKNOWN_TYPE")),
    has_one_code_for_all=Fault(
        "P-6.1 P-6.2 P-6.4 P-6.6 P-6.7 P-8.1",
        to_client=with_fields(lambda frame: "code" in frame, code="INVALID_MESSAGE"),
    ),
    names_no_field=Fault("P-4.14", to_client=with_fields("INVALID_MESSAGE", error="The command is wrong.")),
    forgets_client_ids=Fault("P-4.2", to_client=without_fields("chat.error", "client_id")),
    invents_client_ids=Fault(
        "P-4.2", to_client=changed("chat.error", lambda frame: {"client_id": str(uuid4()), **frame})
    ),
    # After a repeated command, the answer continues where it was.
    repeats_without_a_reset=Fault(
        "P-4.3 P-1.3",
        to_client=without_fields(any_frame, "reset"),
        only="repeats_of_every_command_ask_nothing_twice",
    ),
    # Attachments
    loses_attachments=Fault(
        "P-4.15",
        to_server=without_fields(
            lambda command: command.get("attachments") and command.get("content", "").strip(), "attachments"
        ),
    ),
    loses_attachments_in_edits=Fault(
        "P-4.8", to_server=changed("chat.edit", lambda command: {"attachments": [], **command})
    ),
    omits_attachments=Fault("P-5.17", to_client=without_inner("chat.accepted", "message", "attachments")),
    # In place of a refusal, another model answers.
    asks_another_model_about_images=Fault(
        "P-4.16", to_server=with_fields(lambda command: command.get("model") == "gpt-3.5-turbo", model="fake-model")
    ),
    says_that_foreign_attachments_are_forbidden=Fault(
        "P-4.15 P-6.10", to_client=with_fields("NOT_FOUND", code="INVALID_MESSAGE")
    ),
    accepts_seven_attachments=Fault(
        "P-4.15",
        to_server=changed(
            lambda command: len(command.get("attachments") or []) == 8,
            lambda command: command | {"attachments": command["attachments"] * 2},
        ),
        only="attachments_that_are_not_the_users_are_refused",
    ),
)


@breaks_frames("P-7.4 P-6.11")
def writes_two_answers_at_once(frame: Frame, connection: Connection) -> Iterator[Frame]:
    """A second question is accepted while the first one is being answered."""
    memory = connection.memory
    if frame.get("code") == "ALREADY_PROCESSING":
        memory["refused"] = frame["client_id"]
    else:
        yield frame
    if frame["type"] == "chat.accepted":
        memory["accepted"] = frame
    if "accepted" in memory and "refused" in memory:
        reply = memory["accepted"]["reply"] | {"id": str(uuid4())}
        yield memory["accepted"] | {"client_id": memory.pop("refused"), "reply": reply}


@breaks_frames("P-4.4")
def checks_the_target_before_busy(frame: Frame, connection: Connection) -> Iterator[Frame]:
    targets = [command.get("client_id") for command in connection.commands if command.get("type") == "chat.regenerate"]
    is_refused = frame.get("code") == "ALREADY_PROCESSING" and frame.get("client_id", "") in targets[-1:]
    yield frame | {"code": "NOT_FOUND"} if is_refused else frame


@breaks_frames("P-4.2 P-5.6")
def refuses_under_another_client_id(frame: Frame, connection: Connection) -> Iterator[Frame]:
    """Refusals have the `client_id` of the command before."""
    before = connection.commands[-2].get("client_id") if len(connection.commands) > 1 else None
    is_refusal = frame["type"] == "chat.error" and "client_id" in frame and before
    yield frame | {"client_id": before} if is_refusal else frame


@breaks_commands("P-4.3 P-5.11", only="a_repeated_command_is_answered_once")
def answers_repeats_twice(command: Frame, connection: Connection) -> Iterator[Frame]:
    """A repeated command is answered by two `chat.accepted` and two resets."""
    yield command
    seen = [before.get("client_id") for before in connection.commands[:-1]]
    if command.get("type") == "chat.message" and command.get("client_id") in seen:
        yield command


def forgetting(requirements: str, *kinds: str) -> Fault:
    """Return a server for which a repeated command of these types is a new one."""

    def to_server(command: Frame, connection: Connection) -> Iterator[Frame]:
        if command.get("type") in kinds and command.get("client_id"):
            new_id = str(uuid4())
            connection.memory[new_id] = command["client_id"]
            command = command | {"client_id": new_id}
        yield command

    def to_client(frame: Frame, connection: Connection) -> Iterator[Frame]:
        given = connection.memory.get(frame.get("client_id", ""))
        yield frame | {"client_id": given} if given else frame

    return Fault(requirements, to_server=to_server, to_client=to_client)


def repeat_refusals(command: Frame, connection: Connection) -> Iterator[Frame]:
    is_refused = command.get("client_id") in connection.shared.get("refused", ())
    yield command | {"content": 1} if is_refused else command


def remember_refusals(frame: Frame, connection: Connection) -> Iterator[Frame]:
    if frame.get("code") == "EMPTY_CONTENT" and "client_id" in frame:
        connection.shared.setdefault("refused", []).append(frame["client_id"])
    yield frame


def mark_repeats(command: Frame, connection: Connection) -> Iterator[Frame]:
    is_accepted = command.get("client_id") in connection.shared.get("accepted", ())
    connection.memory["repeats"] = command["client_id"] if is_accepted and connection.shared["written"] else None
    yield command


def refuse_repeats(frame: Frame, connection: Connection) -> Iterator[Frame]:
    written = connection.shared.setdefault("written", set())
    client_id = frame.get("client_id")
    if frame["type"] == "chat.accepted":
        connection.shared.setdefault("accepted", set()).add(client_id)
        written.add(frame["reply"]["id"])
        if connection.memory.get("repeats") == client_id:
            busy = {"code": "ALREADY_PROCESSING", "error": "An answer is being written."}
            yield {"type": "chat.error", "client_id": client_id} | busy
            return
    if is_end(frame):
        written.discard(frame["message_id"])
    yield frame


add_faults(
    asks_twice=forgetting("P-4.3", "chat.message"),
    remembers_only_questions=forgetting("P-4.3", "chat.regenerate", "chat.edit", "chat.continue"),
    remembers_refused_commands=Fault("P-4.3", to_server=repeat_refusals, to_client=remember_refusals),
    checks_busy_before_repeats=Fault(
        "P-4.4 P-4.3",
        to_server=mark_repeats,
        to_client=refuse_repeats,
        only="a_repeated_command_asks_nothing_twice",
    ),
)
