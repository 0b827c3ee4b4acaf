"""Schemas of attachments on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import BaseModel, Field

from apps.chat.attachments.attachment_view import AttachmentView
from apps.chat.models import DESCRIPTION_LENGTH
from apps.core.pagination import PageNumber, PageSize
from apps.users.schemas import Text

type Description = Annotated[Text, Field(max_length=DESCRIPTION_LENGTH)]


class UploadFields(BaseModel):
    """The fields of an upload other than its file; the client may choose the `id`."""

    id: UUID | None = None
    description: Description = ""


class AttachmentPatch(BaseModel):
    """The description of an attachment."""

    description: Description


class AttachmentQuery(BaseModel):
    """A page of the attachments of a user."""

    page: PageNumber = 1
    page_size: PageSize = 50
    order: Literal["newest", "largest"] = "newest"


class AttachmentsOut(Schema):
    """A page of attachments, and how many bytes all of them have in the store.

    `used` includes the small images and texts made from them, and the attachments of conversations that have just been
    deleted. `texts` is what the user's conversations and messages count. `limit` is `STORAGE_PER_USER`, null if there
    is none.
    """

    attachments: list[AttachmentView]
    used: int
    texts: int
    limit: int | None
    total: int
    page: int
    page_size: int
    has_more: bool
