"""The chat in Django's administration: records to view and remove, and model services to set."""

from apps.chat.admin.records import ConversationAdmin, MessageAdmin
from apps.chat.admin.services import ModelServiceAdmin

__all__ = ["ConversationAdmin", "MessageAdmin", "ModelServiceAdmin"]
