"""An attachment as clients see it, and its signed URLs, which need no header."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Literal, cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from apps.chat.attachments.objects import PARTS, Part
from apps.chat.models import Attachment
from apps.core.wire_text import MomentText, iso_milliseconds

URL_LIFETIME = timedelta(minutes=5)
SIGNING_PURPOSE = b"URLs of attachments"


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """An attachment (docs/api.md, section 11).

    `mime`, `bytes`, `width` and `height` describe the file that `url` serves. The URLs are relative, and signed for one
    session by `sign_attachments`; until then they are empty. A document has no `thumbnail_url`, an image no `text_url`.
    """

    id: UUID
    kind: Literal["image", "document"]
    name: str
    mime: str
    bytes: int
    width: int | None
    height: int | None
    pages: int | None
    truncated: bool
    tokens: int
    description: str
    url: str
    thumbnail_url: str | None
    text_url: str | None
    created_at: MomentText


def view_attachment(attachment: Attachment) -> AttachmentView:
    """Return `attachment` without URLs."""
    return AttachmentView(
        id=attachment.public_id,
        kind=cast("Literal['image', 'document']", attachment.kind),
        name=attachment.name,
        mime=attachment.mime,
        bytes=attachment.bytes,
        width=attachment.width,
        height=attachment.height,
        pages=attachment.pages,
        truncated=attachment.truncated,
        tokens=attachment.tokens,
        description=attachment.description,
        url="",
        thumbnail_url=None,
        text_url=None,
        created_at=iso_milliseconds(attachment.created_at),
    )


def sign_attachments(views: Sequence[AttachmentView], session_id: UUID) -> list[AttachmentView]:
    """Return `views` with URLs that are valid for five minutes, and no longer than the session."""
    until = int((timezone.now() + URL_LIFETIME).timestamp())
    return [_sign(view, session_id, until) for view in views]


def is_signature_valid(public_id: UUID, part: str, session_id: UUID, until: int, signature: str) -> bool:
    """Return whether this server signed the URL and it has not expired."""
    wanted = _make_signature(public_id, part, session_id, until)
    # As bytes: compare_digest refuses text that is not ASCII, which a client may send.
    return hmac.compare_digest(wanted.encode(), signature.encode(errors="replace")) and (
        until >= timezone.now().timestamp()
    )


def _sign(view: AttachmentView, session_id: UUID, until: int) -> AttachmentView:
    first, second = (_make_signed_url(view.id, part, session_id, until) for part in PARTS[view.kind])
    if view.kind == "image":
        return replace(view, url=first, thumbnail_url=second)
    return replace(view, url=first, text_url=second)


def _make_signed_url(public_id: UUID, part: Part, session_id: UUID, until: int) -> str:
    signature = _make_signature(public_id, part, session_id, until)
    query = urlencode({"session": session_id, "until": until, "signature": signature})
    return f"{settings.BASE_PATH}/api/attachments/{public_id}/{part}?{query}"


def _make_signature(public_id: UUID, part: str, session_id: UUID, until: int) -> str:
    text = f"{public_id} {part} {session_id} {until}"
    return hmac.digest(_derive_key(settings.SECRET_KEY), text.encode(), "sha256").hex()


@cache
def _derive_key(secret: str) -> bytes:
    # A key for this purpose only, so that no other signature of SECRET_KEY is valid for a URL.
    return hmac.digest(secret.encode(), SIGNING_PURPOSE, "sha256")
