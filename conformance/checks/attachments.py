"""Attachments of questions (sections 4 and 5), and models that do not see them."""

import struct
import zlib
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from conformance.connection import Connection
from conformance.context import SHORT_QUESTION, Context, new_id
from conformance.registry import check
from conformance.shapes import Frame
from conformance.violations import Skipped, require

NOTES = "Milk, bread, tea. \u00e9\n".encode()


@check("P-4.15", "P-6.10")
async def attachments_that_are_not_the_users_are_refused(context: Context) -> None:
    """An unknown id is NOT_FOUND, even among eight ids; more than eight are INVALID_MESSAGE."""
    _, connection = await context.enter_new()
    for count, code in ((1, "NOT_FOUND"), (8, "NOT_FOUND"), (9, "INVALID_MESSAGE")):
        ids = [new_id() for _ in range(count)]
        frame = await connection.try_command("chat.message", content="Look", attachments=ids)
        require(frame.get("code") == code, "P-4.15", f"{count} unknown attachments: {frame.get('code')}, not {code}")


@check("P-4.15", "P-4.3", "P-4.8", "P-5.17")
async def attachments_are_accepted_and_served_by_signed_urls(context: Context) -> None:
    """Every connection gets the list, with URLs that need no token and are refused without their signature."""
    notes = await context.upload(NOTES, "notes.txt")
    conversation_id, connection = await context.enter_new()
    other, _ = await context.enter(conversation_id)
    client_id, ids = new_id(), [notes["id"]]
    accepted = await connection.ask(SHORT_QUESTION, attachments=ids, client_id=client_id)
    require(attached(accepted) == ids, "P-4.15", f"chat.accepted has the attachments {attached(accepted)}")
    for seen in (accepted, await other.expect("chat.accepted")):
        await require_signed(context, seen)
    await connection.read_to_end(accepted["reply"]["id"])
    stored = await context.message(conversation_id, accepted["message"]["id"])
    require([one["id"] for one in stored["attachments"]] == ids, "P-4.15", "GET has other attachments")
    other_list = await connection.try_command("chat.message", content=" ", attachments=[], client_id=client_id)
    require(other_list.get("code") in {"INVALID_MESSAGE", "EMPTY_CONTENT"}, "P-4.3", "another list is a repeat")
    kept = await connection.command("chat.edit", message_id=accepted["message"]["id"], content=SHORT_QUESTION)
    require(attached(kept) == ids, "P-4.8", "an edit without `attachments` does not keep them")
    await connection.read_to_end(kept["reply"]["id"])
    removed = await connection.command(
        "chat.edit", message_id=accepted["message"]["id"], content=SHORT_QUESTION, attachments=[]
    )
    require(attached(removed) == [], "P-4.8", "an edit with an empty list keeps attachments")
    await connection.read_to_end(removed["reply"]["id"])
    again = await connection.ask(" ", attachments=ids)
    require(attached(again) == ids, "P-4.15", "an attachment cannot be used in a second message, without text")
    await connection.read_to_end(again["reply"]["id"])


async def attach_notes(context: Context, connection: Connection, token: str) -> str | None:
    """Ask with an attachment, and return its URL; None if the server takes no attachments."""
    try:
        notes = await context.upload(NOTES, "notes.txt", token=token)
    except Skipped:
        return None
    accepted = await connection.ask(SHORT_QUESTION, attachments=[notes["id"]])
    await require_signed(context, accepted)
    await connection.read_to_end(accepted["reply"]["id"])
    return str(accepted["message"]["attachments"][0]["url"])


def attached(accepted: Frame) -> list[str]:
    """Return the ids of the attachments of the question in a `chat.accepted`."""
    listed = accepted["message"].get("attachments")
    require(isinstance(listed, list), "P-5.17", f"the question in chat.accepted has the attachments {listed!r}")
    return [one.get("id") for one in listed]


async def require_signed(context: Context, accepted: Frame) -> None:
    """Require that the URL of the first attachment serves it, and that it does not without its signature."""
    url = accepted["message"]["attachments"][0].get("url")
    require(isinstance(url, str) and url, "P-5.17", f"an attachment has the URL {url!r}")
    status, content = await context.fetch(url)
    require((status, content) == (200, NOTES), "P-5.17", f"its URL answered {status} with {len(content)} bytes")
    for forged in forge(url):
        status, _ = await context.fetch(forged)
        require(status >= 400, "P-5.17", f"without its signature, the URL of an attachment answered {status}")


def forge(url: str) -> list[str]:
    """Return forged variants of a signed URL: without its query, and with another character in what is signed."""
    parts = urlsplit(url)
    if not parts.query:
        return [change_end(url)]
    values = [pair.partition("=") for pair in parts.query.split("&")]
    longest = max(range(len(values)), key=lambda index: len(values[index][2]))
    changed = [(name, sep, change_end(value) if i == longest else value) for i, (name, sep, value) in enumerate(values)]
    queries = ["", "&".join("".join(pair) for pair in changed)]
    return [urlunsplit(parts._replace(query=query)) for query in queries]


def change_end(text: str) -> str:
    """Return a text with its tenth character from the end changed: no encoding ignores it."""
    place = max(0, len(text) - 10)
    return text[:place] + ("B" if text[place] == "A" else "A") + text[place + 1 :]


@check("P-4.15", "P-6.10")
async def attachments_of_another_user_are_refused(context: Context) -> None:
    """They are refused like an attachment that does not exist."""
    foreign = await context.upload(NOTES, "notes.txt", token=context.second_token)
    _, connection = await context.enter_new()
    await connection.must_refuse("P-4.15", "NOT_FOUND", "chat.message", content="Look", attachments=[foreign["id"]])


@check("P-4.16", "P-6.25")
async def images_for_a_model_that_does_not_see_are_refused(context: Context) -> None:
    """Questions, edits and regenerated answers with images are refused, and nothing is stored."""
    blind = await find_model(context, lambda model: model.get("vision") is False)
    if blind is None:
        raise Skipped("GET /api/models has no available model whose vision is false")
    image = await context.upload(make_png(), "dot.png")
    conversation_id, connection = await context.enter_new()
    await refuse_images(
        connection, "chat.message", content="What is this?", attachments=[image["id"]], model=blind["id"]
    )
    require(await context.messages(conversation_id) == [], "P-4.16", "a refused question is stored")
    if context.target.model in {"", blind["id"]}:
        return
    accepted = await connection.ask("What is this?", attachments=[image["id"]], model=context.target.model)
    await connection.read_to_end(accepted["reply"]["id"])
    question, reply = accepted["message"]["id"], accepted["reply"]["id"]
    await refuse_images(connection, "chat.regenerate", message_id=reply, model=blind["id"])
    await refuse_images(connection, "chat.edit", message_id=question, content="And now?", model=blind["id"])
    stored = await context.messages(conversation_id)
    require([message["id"] for message in stored] == [question, reply], "P-4.16", "a refused command stored something")


async def refuse_images(connection: Connection, kind: str, **fields: Any) -> None:
    """Require that a command is refused because of its images."""
    frame = await connection.try_command(kind, **fields)
    found = frame.get("code") or frame["type"]
    require(found == "IMAGES_NOT_SUPPORTED", "P-4.16", f"{kind} for a model that does not see was answered by {found}")


async def find_model(context: Context, fits: Any) -> dict[str, Any] | None:
    """Return an available model that fits, the one under test first."""
    status, listed = await context.call("GET", "/api/models")
    models = listed.get("models", []) if status == 200 and isinstance(listed, dict) else []
    models = sorted(models, key=lambda model: model["id"] != context.target.model)
    return next((model for model in models if model.get("available") and fits(model)), None)


def make_png() -> bytes:
    """Return an image of 8 by 8 red pixels."""

    def part(kind: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    rows = (b"\0" + b"\xff\0\0" * 8) * 8
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
