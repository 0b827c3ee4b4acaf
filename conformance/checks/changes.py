"""Section 8: the change feed; and the changes that the chat socket announces (section 5)."""

from datetime import datetime

from conformance.connection import Connection
from conformance.context import LONGEST_QUESTION, SHORT_QUESTION, Context
from conformance.registry import check
from conformance.violations import Skipped, require, required

SETTINGS: dict[str, object] = {
    "system_prompt": "Be brief.",
    "temperature": 0.5,
    "is_pinned": True,
    "is_archived": True,
    "reasoning_effort": "low",
}
"""Fields of a conversation besides its title, with values that a new one does not have."""


@check("P-8.1", "P-6.7", "P-8.2", "P-4.12")
async def the_feed_accepts_only_auth_ping_and_pong(context: Context) -> None:
    """Commands of the chat are UNKNOWN_TYPE; `auth` again is a renewal."""
    feed = await context.open("/ws/events/")
    await feed.ping()
    await feed.sign_in(context.target.token)
    for kind in ("chat.message", "chat.stop", "chat.follow", "chat.delete"):
        await feed.must_refuse("P-8.1", "UNKNOWN_TYPE", kind, content="x")
    await feed.send_text("{")
    await feed.expect_refusal("P-6.6", "INVALID_JSON")
    await feed.send("auth", token=context.target.token)
    renewed = await feed.expect("auth.success")
    require(renewed.get("renewed") is True, "P-8.1", "auth.success of a renewal lacks renewed: true")


@check("P-8.2", "P-8.3", "P-8.4", "P-8.5", "P-8.6")
async def the_feed_counts_every_change_in_order(context: Context) -> None:
    """A conversation is made, asked in, renamed and deleted; each change has the next number."""
    feed, _ = await context.enter_feed()
    conversation_id = await context.new_conversation()

    async def expect_change(kind: str, requirement: str) -> dict[str, object]:
        with required(requirement):
            return await feed.until(
                lambda frame: (
                    frame["type"] == kind
                    and conversation_id in {frame.get("conversation_id"), frame.get("conversation", {}).get("id")}
                ),
                f"{kind} of the conversation",
            )

    created = await expect_change("conversation.created", "P-8.3")
    status, listed = await context.call("GET", "/api/conversations/")
    has_one = status == 200 and listed["conversations"]
    names = set(listed["conversations"][0]) if has_one else set(created["conversation"])  # type: ignore[call-overload]
    connection, _ = await context.enter(conversation_id)
    accepted = await connection.ask(SHORT_QUESTION)
    started = await expect_change("answer.started", "P-8.4")
    require(started["message_id"] == accepted["reply"]["id"], "P-8.4", "answer.started names a different answer")
    answer = await connection.read_to_end(accepted["reply"]["id"])
    ended = await expect_change("answer.ended", "P-8.4")
    require(answer.ended and ended["status"] == answer.ended["status"], "P-8.4", "answer.ended has a different status")
    require(ended["message_id"] == accepted["reply"]["id"], "P-8.4", "answer.ended names a different answer")
    made_at = str(created["conversation"]["updated_at"])  # type: ignore[index]
    dates = [made_at, str(started["updated_at"]), str(ended["updated_at"])]
    is_in_order = [datetime.fromisoformat(date) for date in dates]
    require(is_in_order == sorted(is_in_order), "P-8.4", f"conversation and answer have the dates {dates}")
    await context.call("PATCH", f"/api/conversations/{conversation_id}", {"title": "Renamed"})
    while (await expect_change("conversation.updated", "P-8.3"))["conversation"]["title"] != "Renamed":  # type: ignore[index]
        pass
    await context.call("DELETE", f"/api/conversations/{conversation_id}")
    await expect_change("conversation.deleted", "P-8.3")
    status, _ = await context.call("POST", f"/api/conversations/{conversation_id}/restore")
    if status == 200:
        await expect_change("conversation.created", "P-8.3")
    _, success = await context.enter_feed()
    for frame in feed.frames:
        shown = set(frame.get("conversation", names))
        require(shown == names, "P-8.3", f"{frame['type']} has the fields {shown}, the list {names}")
    counted = feed.feed_revision or 0
    require(success["revision"] >= counted, "P-8.5", f"a new feed begins at {success['revision']}, after {counted}")


@check("P-13.2", "P-8.5")
async def the_feed_is_silent_about_other_users(context: Context) -> None:
    """Changes of another user are neither sent nor counted."""
    other = context.second_token
    feed, _ = await context.enter_feed(other)
    conversation_id, _, _ = await context.ask_to_the_end(SHORT_QUESTION)
    own = await context.new_conversation(token=other)
    await feed.until(lambda frame: frame.get("conversation", {}).get("id") == own, "the user's own conversation")
    await context.call("DELETE", f"/api/conversations/{own}", token=other)
    foreign = [frame for frame in feed.frames if conversation_id in str(frame)]
    require(not foreign, "P-13.2", f"another user received {foreign[:1]}")


@check("P-5.11", "P-13.2")
async def other_conversations_are_silent(context: Context) -> None:
    """A connection gets nothing of another conversation of its user, nor of one of another user."""
    others: list[Connection] = [(await context.enter_new())[1]]
    if context.target.second_token:
        foreign = await context.connect(await context.new_conversation(token=context.target.second_token))
        await foreign.sign_in(context.target.second_token)
        others.append(foreign)
    await context.ask_to_the_end(SHORT_QUESTION)
    for other, requirement in zip(others, ("P-5.11", "P-13.2"), strict=False):
        is_quiet = await other.is_quiet()
        received = [frame["type"] for frame in other.frames if frame["type"] not in {"auth.success", "ping", "pong"}]
        require(is_quiet and not received, requirement, f"a connection of another conversation got {received}")


@check("P-8.2")
async def the_feed_names_answers_that_are_being_written(context: Context) -> None:
    """`active` of `auth.success` has the answer while it is being written, and not afterwards."""
    conversation_id, connection, accepted = await context.start()
    message_id = accepted["reply"]["id"]
    await connection.read_to_number(message_id, 1)
    _, success = await context.enter_feed()
    active = {(entry["conversation_id"], entry["message_id"]) for entry in success["active"]}
    ended_meanwhile = (await context.message(conversation_id, message_id))["status"] not in {"pending", "streaming"}
    require((conversation_id, message_id) in active or ended_meanwhile, "P-8.2", "active lacks the answer")
    await connection.read_to_end(message_id)
    _, success = await context.enter_feed()
    active = {(entry["conversation_id"], entry["message_id"]) for entry in success["active"]}
    require((conversation_id, message_id) not in active, "P-8.2", "active has an answer that has ended")


@check("P-8.2", "P-13.2")
async def the_feed_names_no_answers_of_other_users(context: Context) -> None:
    """`active` has nothing of another user, even while that user's answer is being written."""
    other = context.second_token
    _, connection, accepted = await context.start(LONGEST_QUESTION)
    message_id = accepted["reply"]["id"]
    await connection.read_to_number(message_id, 1)
    _, success = await context.enter_feed(other)
    active = [entry["message_id"] for entry in success["active"]]
    require(message_id not in active, "P-13.2", "active has an answer of another user")
    await connection.send("chat.stop", message_id=message_id)
    await connection.read_to_end(message_id)


@check("P-5.8", "P-5.13")
async def every_changed_field_reaches_the_chat_socket(context: Context) -> None:
    """Each is sent with its value, even if that is the same again; fields that were not set are not sent."""
    conversation_id, connection = await context.enter_new()
    for name, value in (*SETTINGS.items(), ("is_pinned", True)):
        status, _ = await context.call("PATCH", f"/api/conversations/{conversation_id}", {name: value})
        if status != 200:
            continue
        with required("P-5.8"):
            updated = await connection.expect("conversation.updated")
        changed = {key: updated[key] for key in updated if key not in {"type", "revision"}}
        require(changed == {name: value}, "P-5.8", f"after {name} was set, conversation.updated has {changed}")


@check("P-5.8", "P-5.9", "P-5.13", "P-6.4")
async def changes_reach_the_chat_socket(context: Context) -> None:
    """A new title is `conversation.updated`; a deletion is `conversation.deleted` and close 4004."""
    conversation_id = await context.new_conversation()
    connection, success = await context.enter(conversation_id)
    await context.call("PATCH", f"/api/conversations/{conversation_id}", {"title": "Another title"})
    with required("P-5.8"):
        updated = await connection.expect("conversation.updated", title="Another title")
    require(updated["revision"] > success["revision"], "P-5.13", "the revision did not grow")
    _, renamed = await context.enter(conversation_id)
    require(renamed["revision"] == updated["revision"], "P-5.13", "auth.success and the change differ in revision")
    await context.call("DELETE", f"/api/conversations/{conversation_id}")
    with required("P-5.9", "no conversation.deleted"):
        await connection.expect("conversation.deleted")
    await connection.must_close("P-5.9", 4004, "conversation.deleted")
    late = await context.connect(conversation_id)
    await late.send("auth", token=context.target.token)
    await late.expect_refusal("P-6.4", "NO_CONVERSATION")
    await late.must_close("P-6.4", 4004, "a deleted conversation")


@check("P-5.12", "P-5.1", "P-5.11")
async def a_late_client_gets_what_is_being_written_in_order(context: Context) -> None:
    """`auth.success` with the active answer, its `chat.accepted`, then its frames."""
    conversation_id, connection, accepted = await context.start()
    message_id = accepted["reply"]["id"]
    await connection.read_to_number(message_id, 2)
    late, success = await context.enter(conversation_id)
    if success["active"] is None:
        ended = await connection.read_to_end(message_id)
        await late.drain(1)
        types = [frame["type"] for frame in late.frames if frame.get("message_id") == message_id]
        require(not types, "P-5.1", f"active is null, and {types[:1]} of the answer came")
        stored = await context.verify(conversation_id, ended)
        raise Skipped(f"the model's answer ended too soon, as {stored['status']}")
    answer = await late.read_to_end(message_id)
    sent = [frame for frame in late.frames if frame["type"] not in {"ping", "conversation.updated"}]
    kinds = [frame["type"] for frame in sent]
    require(kinds[0] == "auth.success", "P-5.12", f"the first frame is {kinds[0]}")
    require(success["active"] == message_id, "P-5.1", "a different answer is active")
    require(kinds[1] == "chat.accepted", "P-5.12", f"after auth.success came {kinds[1]}")
    first = next(frame for frame in sent if "seq" in frame)
    require(first.get("reset") is True, "P-5.12", "without resume, the answer does not begin as a reset")
    await context.verify(conversation_id, answer)
    await connection.read_to_end(message_id)
