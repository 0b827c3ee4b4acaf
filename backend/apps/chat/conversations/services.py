"""Services for conversations: creation, changes, deletion and restoration."""

from datetime import timedelta
from typing import Any, TypedDict
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.chat.attachments.deletion import delete_unused
from apps.chat.attachments.links import find_attachment_ids
from apps.chat.conversations.change_count import ConversationChange, count_conversation_change_later
from apps.chat.conversations.deletion_locks import lock_for_deletion
from apps.chat.conversations.model_choice import check_model, choose_default_model
from apps.chat.conversations.preferences import find_preferences
from apps.chat.conversations.selectors import find_active_answer_id, find_conversation, select_live_conversations
from apps.chat.conversations.text_bytes import (
    ROW_BYTES,
    add_text_bytes,
    check_text_room,
    count_bytes,
    measure_conversation,
)
from apps.chat.models import DEFAULT_TITLE, Conversation
from apps.chat.notify.notifications import (
    ConversationDeletedNotification,
    ConversationUpdatedNotification,
    StopRequestedNotification,
)
from apps.chat.search.index import index_locked_title, index_title
from apps.core.errors import NotFoundError, require_found
from apps.core.ids import uuid7
from apps.core.notify import notify_after_commit
from apps.core.round_trips import LazyRows, write_later
from apps.core.sql_values import prepare_value
from apps.users.services.accounts import keep_account

RESTORE_PERIOD = timedelta(seconds=30)
# Later than any restore that began in time.
PURGED_AFTER = timedelta(seconds=60)
PURGE_BATCH_SIZE = 100


class ConversationFields(TypedDict, total=False):
    """Fields of a conversation that its owner may set, under the names of the wire."""

    title: str
    model: str
    system_prompt: str
    temperature: float
    reasoning_effort: str
    is_archived: bool
    is_pinned: bool


def create_conversation(*, owner_id: UUID, fields: ConversationFields, public_id: UUID | None = None) -> Conversation:
    """Create a conversation with defaults for the missing fields; a repeated `public_id` returns the existing one.

    An id that another user has chosen is available too: `public_id` is unique only among its owner's conversations.

    Raises:
        NotFoundError: the owner has deleted the conversation of that id; a late repeat does not bring it back.
        InvalidInputError: the model is not known.
        StorageFullError: the owner may not store more text.
    """
    if (existing := _find_existing(owner_id, public_id)) is not None:
        return existing
    preferences = find_preferences(owner_id)
    model = fields.get("model") or choose_default_model(preferences)
    if "model" in fields:
        check_model(model)
    check_text_room(owner_id)
    system_prompt = preferences.default_system_prompt or settings.DEFAULT_SYSTEM_PROMPT
    defaults: ConversationFields = {"model": model, "system_prompt": system_prompt}
    now = timezone.now()
    conversation = Conversation(
        public_id=public_id or uuid7(),
        owner_id=owner_id,
        created_at=now,
        updated_at=now,
        is_title_automatic="title" not in fields,
        **{**defaults, **fields},
    )
    try:
        _store(conversation)
    except IntegrityError:
        # A concurrent identical request has created it.
        if (existing := _find_existing(owner_id, public_id)) is not None:
            return existing
        raise
    return conversation


@transaction.atomic
def update_conversation(*, owner_id: UUID, public_id: UUID, fields: ConversationFields) -> Conversation:
    """Set `fields`, from the next turn on. A title that is set here is never replaced by an automatic one.

    `updated_at` stays the same: the list is ordered by activity, and renaming or archiving does not count.

    Raises:
        NotFoundError: the owner has no such conversation.
        InvalidInputError: the model is not known.
        StorageFullError: the system prompt is longer, and the owner may not store more text.
    """
    conversation = lock_conversation(owner_id, public_id)
    before = count_bytes(conversation.system_prompt)
    if "model" in fields and fields["model"] != conversation.model:
        check_model(fields["model"])
    conversation.is_title_automatic = conversation.is_title_automatic and "title" not in fields
    for name, value in fields.items():
        setattr(conversation, name, value)
    if "title" in fields:
        index_title(conversation.id, conversation.title)
    added = count_bytes(conversation.system_prompt) - before
    if added > 0:
        check_text_room(owner_id)
    save_change(conversation, *fields, "is_title_automatic", notified_fields=dict(fields), text_bytes=added)
    return conversation


@transaction.atomic
def delete_conversation(*, owner_id: UUID, public_id: UUID) -> None:
    """Hide a conversation, stop its answer and close its connections; it can be restored for `RESTORE_PERIOD`.

    Raises:
        NotFoundError: the owner has no such conversation.
    """
    conversation = lock_conversation(owner_id, public_id)
    conversation.deleted_at = timezone.now()
    save_change(conversation, "deleted_at", kind="conversation.deleted")
    if (answer_id := find_active_answer_id(conversation)) is not None:
        notify_after_commit(StopRequestedNotification(message_id=answer_id))
    notify_after_commit(ConversationDeletedNotification(conversation_id=conversation.id))


@transaction.atomic
def restore_conversation(*, owner_id: UUID, public_id: UUID) -> Conversation:
    """Restore a conversation; returns it unchanged if it is not deleted.

    Raises:
        NotFoundError: the owner has no such conversation, or it was deleted too long ago.
    """
    deleted = Conversation.objects.filter(
        owner_id=owner_id, public_id=public_id, deleted_at__gt=timezone.now() - RESTORE_PERIOD
    )
    conversation = deleted.select_for_update(of=("self",)).first()
    if conversation is None:
        return find_conversation(owner_id, public_id)
    conversation.deleted_at = None
    save_change(conversation, "deleted_at", kind="conversation.created")
    return conversation


def purge_deleted_conversations() -> int:
    """Delete at most `PURGE_BATCH_SIZE` conversations that can no longer be restored; return how many."""
    expired = Conversation.objects.filter(deleted_at__lt=timezone.now() - PURGED_AFTER)
    ids = list(expired.order_by("deleted_at").values_list("id", "owner_id")[:PURGE_BATCH_SIZE])
    for conversation_id, owner_id in ids:  # One transaction each: a long one would block writers.
        attachment_ids = find_attachment_ids(conversation_id)
        with transaction.atomic():
            lock_for_deletion(expired.filter(id=conversation_id))
            freed = measure_conversation(conversation_id)
            deleted, _ = expired.filter(id=conversation_id).delete()
            if deleted:
                add_text_bytes(owner_id, -freed)
        if attachment_ids:
            delete_unused(attachment_ids)
    return len(ids)


def lock_conversation(owner_id: UUID, public_id: UUID) -> Conversation:
    """Return the conversation, locked against changes until the transaction ends.

    Raises:
        NotFoundError: the owner has no such conversation.
    """
    locked = select_live_conversations(owner_id).select_for_update(of=("self",))
    return require_found(locked.filter(public_id=public_id).first())


def save_change(
    conversation: Conversation,
    *names: str,
    notified_fields: dict[str, object] | None = None,
    kind: ConversationChange = "conversation.updated",
    text_bytes: int = 0,
) -> None:
    """Store the fields `names` of a locked conversation, raise its revision, and count the bytes of text that it adds.

    After the commit, its connections receive `notified_fields`, and its owner's change feed receives the change.
    """
    conversation.revision += 1
    conversation.save(update_fields=[*names, "revision"])
    _count_and_notify(kind, conversation, text_bytes)
    if notified_fields is not None:
        updated = ConversationUpdatedNotification(
            conversation_id=conversation.id, revision=conversation.revision, changes=notified_fields
        )
        notify_after_commit(updated)


_RECORD_ACTIVITY = (
    "UPDATE chat_conversation SET updated_at = %s, revision = revision + 1 WHERE id = %s "
    "RETURNING revision, title, is_title_automatic"
)


def record_activity_later(conversation: Conversation) -> LazyRows[Conversation]:
    """Raise the revision of a conversation, and set its `updated_at` to now; the transaction locks it.

    Its revision and title may be older than the row's until the result is used.
    """
    conversation.updated_at = timezone.now()

    def refresh(row: tuple[Any, ...]) -> Conversation:
        conversation.revision, conversation.title, conversation.is_title_automatic = row[0], row[1], bool(row[2])
        return conversation

    return write_later(
        _RECORD_ACTIVITY, [prepare_value(conversation.updated_at), prepare_value(conversation.id)], refresh
    )


def record_activity(conversation: Conversation) -> None:
    """Do what `record_activity_later` does, and read the new revision and title into `conversation` now."""
    record_activity_later(conversation).one()


def _find_existing(owner_id: UUID, public_id: UUID | None) -> Conversation | None:
    if public_id is None:
        return None
    existing = Conversation.objects.filter(owner_id=owner_id, public_id=public_id).first()
    if existing is not None and existing.deleted_at is not None:
        raise NotFoundError
    return existing


@transaction.atomic
def _store(conversation: Conversation) -> None:
    keep_account(conversation.owner_id)
    conversation.save(force_insert=True)
    if conversation.title != DEFAULT_TITLE:
        index_locked_title(conversation)
    text_bytes = ROW_BYTES + count_bytes(conversation.system_prompt)
    _count_and_notify("conversation.created", conversation, text_bytes)


def _count_and_notify(kind: ConversationChange, conversation: Conversation, text_bytes: int) -> None:
    notify_after_commit(count_conversation_change_later(kind, conversation, text_bytes).one())
