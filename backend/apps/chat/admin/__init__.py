"""The chat in Django's administration: records to view and remove, and model services to set."""

from apps.chat.admin.model_services import ModelServiceAdmin
from apps.chat.admin.records import ConversationAdmin, MessageAdmin

__all__ = ["ConversationAdmin", "MessageAdmin", "ModelServiceAdmin"]
