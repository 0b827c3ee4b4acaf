"""Attachments in an export of conversations: what they are, and their contents in base64."""

import base64
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict

from apps.chat.attachments.attachment_view import view_attachment
from apps.chat.attachments.objects import PARTS, open_object, stream_object
from apps.chat.models import Attachment
from apps.core.store_threads import run_in_store_thread

NOT_EXPORTED = {"url", "thumbnail_url", "text_url", "tokens"}


async def export_attachments(attachments: Sequence[Attachment]) -> AsyncIterator[str]:
    """Yield the elements of a JSON array; `content` is what is served, null if the store lacks it."""
    separator = ""
    for attachment in attachments:
        fields = {
            name: value for name, value in asdict(view_attachment(attachment)).items() if name not in NOT_EXPORTED
        }
        yield f'{separator}{json.dumps(fields, ensure_ascii=False, default=str)[:-1]}, "content": '
        async for piece in _encode_content(attachment):
            yield piece
        yield "}"
        separator = ", "


async def _encode_content(attachment: Attachment) -> AsyncIterator[str]:
    try:
        opened = await run_in_store_thread(open_object, attachment.id, PARTS[attachment.kind][0])
    except FileNotFoundError:
        yield "null"
        return
    yield '"'
    rest = b""
    async for piece in stream_object(opened):
        encodable = len(rest + piece) // 3 * 3  # Three bytes are four characters.
        content, rest = (rest + piece)[:encodable], (rest + piece)[encodable:]
        yield base64.b64encode(content).decode()
    yield base64.b64encode(rest).decode() + '"'
