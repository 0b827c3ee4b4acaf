"""Conversations and messages in Django's administration: to look at, and to remove."""

from typing import Any, override
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from apps.chat.models import Conversation, Message
from apps.chat.services.branches import delete_message
from apps.chat.services.conversations import delete_conversation
from apps.core.errors import ConflictError, NotFoundError
from apps.core.previews import render_preview


class _RecordAdmin(ModelAdmin):  # type: ignore[misc]  # ships no types
    """What is looked at and not written by hand; searched by an id, or by the name of its owner."""

    show_full_result_count = False
    search_help_text = "An id, or the user name or e-mail address of the owner."
    search_fields = ("id",)  # only so that the field is shown
    searched_ids: tuple[str, ...] = ("id",)
    owner = "owner"

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        wanted = search_term.strip()
        if not wanted:
            return queryset, False
        try:
            named = UUID(wanted)
        except ValueError:
            found = Q(**{f"{self.owner}__username__iexact": wanted}) | Q(**{f"{self.owner}__email__iexact": wanted})
        else:
            found = Q()
            for name in self.searched_ids:
                found |= Q(**{name: named})
        return queryset.filter(found), False

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @override
    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def remove(self, record: Any) -> None:  # noqa: ANN401 - of the model that the subclass is for
        """Delete one record the way its owner would."""
        raise NotImplementedError

    @override
    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        try:
            self.remove(obj)
        except NotFoundError:
            messages.info(request, "This is deleted already, and gone for good within minutes.")
        except ConflictError as error:
            messages.error(request, str(error))

    @override
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for record in queryset:
            self.delete_model(request, record)


@admin.register(Conversation)
class ConversationAdmin(_RecordAdmin):
    """Conversations; deleting one stops its answer and closes its sockets."""

    list_display = ("title", "owner", "model", "is_pinned", "is_archived", "updated_at", "deleted_at")
    list_filter = ("is_archived", "is_pinned")
    list_select_related = ("owner",)
    ordering = ("-updated_at",)
    searched_ids = ("id", "public_id", "owner_id")
    fields = (
        "public_id",
        "id",
        "owner",
        "title",
        "is_title_automatic",
        "model",
        "temperature",
        "prompt_preview",
        "is_pinned",
        "is_archived",
        "revision",
        "created_at",
        "updated_at",
        "deleted_at",
    )
    readonly_fields = ("prompt_preview",)

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        queryset: QuerySet[Conversation] = super().get_queryset(request)
        return queryset.defer("system_prompt")

    @admin.display(description="System prompt")
    def prompt_preview(self, conversation: Conversation) -> str:
        return render_preview(conversation.system_prompt)

    @override
    def remove(self, record: Conversation) -> None:
        delete_conversation(owner_id=record.owner_id, public_id=record.public_id)


@admin.register(Message)
class MessageAdmin(_RecordAdmin):
    """Messages; deleting one removes what hangs on it too."""

    list_display = ("id", "conversation", "role", "status", "model_used", "completion_tokens", "created_at")
    list_filter = ("role", "status")
    list_select_related = ("conversation",)
    ordering = ("-id",)
    searched_ids = ("id", "conversation_id", "conversation__public_id", "conversation__owner_id")
    owner = "conversation__owner"
    fields = (
        "id",
        "conversation",
        "parent",
        "role",
        "content_preview",
        "reasoning_preview",
        "status",
        "finish_reason",
        "error_code",
        "model_used",
        "prompt_tokens",
        "completion_tokens",
        "context_dropped",
        "created_at",
        "ended_at",
    )
    readonly_fields = ("content_preview", "reasoning_preview")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        queryset: QuerySet[Message] = super().get_queryset(request)
        return queryset.defer("content", "reasoning", "conversation__system_prompt")

    @admin.display(description="Content")
    def content_preview(self, message: Message) -> str:
        return render_preview(message.content)

    @admin.display(description="Reasoning")
    def reasoning_preview(self, message: Message) -> str:
        return render_preview(message.reasoning)

    @override
    def remove(self, record: Message) -> None:
        conversation = record.conversation
        delete_message(owner_id=conversation.owner_id, public_id=conversation.public_id, message_id=record.id)
