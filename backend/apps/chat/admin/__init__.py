"""Django's administration of the chat: what it shows, and the model services, which it sets."""

from apps.chat.admin.records import ConversationAdmin, MessageAdmin
from apps.chat.admin.services import ModelServiceAdmin

__all__ = ["ConversationAdmin", "MessageAdmin", "ModelServiceAdmin"]
