"""The tables of the chat, by subject."""

from apps.chat.models.attachments import (
    ATTACHMENT_NAME_LENGTH,
    DESCRIPTION_LENGTH,
    Attachment,
    AttachmentKind,
    MessageAttachment,
)
from apps.chat.models.conversations import (
    DEFAULT_TITLE,
    TITLE_LENGTH,
    ChangeCount,
    Conversation,
    Message,
    Preferences,
    Role,
    Run,
)
from apps.chat.models.model_services import (
    MODEL_ID_LENGTH,
    SERVICE_NAME_LENGTH,
    SERVICE_URL_LENGTH,
    BlindModel,
    ModelService,
)
from apps.chat.models.search import SearchEntry
from apps.chat.models.workers import ApiCall, Worker

__all__ = [
    "ATTACHMENT_NAME_LENGTH",
    "DEFAULT_TITLE",
    "DESCRIPTION_LENGTH",
    "MODEL_ID_LENGTH",
    "SERVICE_NAME_LENGTH",
    "SERVICE_URL_LENGTH",
    "TITLE_LENGTH",
    "ApiCall",
    "Attachment",
    "AttachmentKind",
    "BlindModel",
    "ChangeCount",
    "Conversation",
    "Message",
    "MessageAttachment",
    "ModelService",
    "Preferences",
    "Role",
    "Run",
    "SearchEntry",
    "Worker",
]
