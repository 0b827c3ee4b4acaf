"""Conversations and messages in Django's administration, to look at and to remove."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, cast, override
from uuid import UUID

import structlog
from django.contrib import admin
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from apps.chat.admin.deletions import ServiceDeletions
from apps.chat.conversations.branch_services import delete_message
from apps.chat.conversations.services import delete_conversation
from apps.chat.models import Conversation, Message
from apps.core.errors import ConflictError, NotFoundError
from apps.core.previews import render_preview
from apps.users.admin import ReadOnlyAdmin
from apps.users.admin_sessions import ask_for_password

logger = structlog.get_logger(__name__)

_ALREADY_DELETED = "This is already deleted, and will be removed for good within minutes."


def _ask_for_password_first(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for the password before a view of one record, and log that it was shown."""

    @wraps(view)
    def show(
        self: "_UserRecordAdmin", request: HttpRequest, object_id: str | None = None, *args: object, **kwargs: object
    ) -> HttpResponse:
        return ask_for_password(request) or self.log_view(
            request, view(self, request, object_id, *args, **kwargs), object_id
        )

    return show


class _UserRecordAdmin(ServiceDeletions, ReadOnlyAdmin):
    """Records of what users wrote; searched by an id or by the name of their owner.

    Every page asks for the password first and logs the view.
    """

    show_full_result_count = False
    search_help_text = "An id, or the user name or email address of the owner."
    search_fields = ("id",)  # Only so that the field is shown.
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
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return ask_for_password(request) or self.log_view(request, super().changelist_view(request, extra_context))

    changeform_view = _ask_for_password_first(ModelAdmin.changeform_view)
    delete_view = _ask_for_password_first(ServiceDeletions.delete_view)
    history_view = _ask_for_password_first(ModelAdmin.history_view)

    def log_view(self, request: HttpRequest, response: HttpResponse, record_id: str | None = None) -> HttpResponse:
        """Log which administrator was shown which record, by ids, never by text."""
        if response.status_code == HTTPStatus.OK:
            shown = self.describe(record_id) if record_id else f"a list of {self.opts.verbose_name_plural}"
            LogEntry.objects.create(
                user_id=cast("UUID", request.user.pk),
                content_type=ContentType.objects.get_for_model(self.model, for_concrete_model=False),
                object_id=record_id,
                object_repr=shown,
                action_flag=CHANGE,
                change_message="Read.",
            )
            logger.info("administrator_read", shown=shown)
        return response

    def describe(self, record_id: str) -> str:
        """Return which record of which user this is, by ids."""
        owner = self.model.objects.filter(pk=record_id).values_list(f"{self.owner}_id", flat=True).first()
        return f"{self.opts.verbose_name} {record_id} of user {owner}"

    @override
    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> list[LogEntry]:
        """Log which records were deleted by their ids: a title, which a user wrote, is deleted with its record."""
        kind = ContentType.objects.get_for_model(self.model, for_concrete_model=False)
        entries = [
            LogEntry(
                user_id=cast("UUID", request.user.pk),
                content_type=kind,
                object_id=record.pk,
                object_repr=f"{self.opts.verbose_name} {record.pk}",
                action_flag=DELETION,
            )
            for record in queryset
        ]
        return LogEntry.objects.bulk_create(entries)


@admin.register(Conversation)
class ConversationAdmin(_UserRecordAdmin):
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
        "reasoning_effort",
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
        try:
            delete_conversation(owner_id=record.owner_id, public_id=record.public_id)
        except NotFoundError:
            raise ConflictError(_ALREADY_DELETED) from None


@admin.register(Message)
class MessageAdmin(_UserRecordAdmin):
    """Messages; deleting one deletes its descendants too."""

    list_display = ("id", "conversation", "role", "status", "model_used", "completion_tokens", "created_at")
    list_filter = ("role", "latest_run__status")
    list_select_related = ("conversation", "latest_run")
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
    readonly_fields = (
        "content_preview",
        "reasoning_preview",
        "status",
        "finish_reason",
        "error_code",
        "context_dropped",
        "ended_at",
    )

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        queryset: QuerySet[Message] = super().get_queryset(request)
        return queryset.defer("content", "reasoning", "conversation__system_prompt")

    @admin.display(ordering="latest_run__status")
    def status(self, message: Message) -> str:
        return message.run.status

    def finish_reason(self, message: Message) -> str | None:
        return message.run.finish_reason

    def error_code(self, message: Message) -> str | None:
        return message.run.error_code

    def context_dropped(self, message: Message) -> int:
        return message.run.context_dropped

    def ended_at(self, message: Message) -> datetime | None:
        return message.run.ended_at

    @admin.display(description="Content")
    def content_preview(self, message: Message) -> str:
        return render_preview(message.text.content)

    @admin.display(description="Reasoning")
    def reasoning_preview(self, message: Message) -> str:
        return render_preview(message.text.reasoning)

    @override
    def remove(self, record: Message) -> None:
        conversation = record.conversation
        try:
            delete_message(owner_id=conversation.owner_id, public_id=conversation.public_id, message_id=record.id)
        except NotFoundError:
            raise ConflictError(_ALREADY_DELETED) from None
