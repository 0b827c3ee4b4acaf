"""Conversations and their trees of messages: the truth that outlives every process."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from apps.chat.events import ACTIVE_STATUSES, AnswerStatus
from apps.core.ids import uuid7
from apps.core.search.field import TermsField

DEFAULT_TITLE = "New Conversation"
TITLE_LENGTH = 200
MODEL_ID_LENGTH = 200
SERVICE_URL_LENGTH = 500

_ACTIVE = sorted(status.value for status in ACTIVE_STATUSES)  # plain text, so that migrations do not import the enum


class Role(models.TextChoices):
    """Who wrote a message."""

    USER = "user"
    ASSISTANT = "assistant"


class Conversation(models.Model):
    """A chat of one user. `updated_at` is its last activity; `revision` grows with every change of it.

    `public_id` is the id that its owner chose and sees, unique among that owner's conversations only: choosing an id
    tells nothing about other users. Everything inside the server refers to `id`, which no client ever sees.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    public_id = models.UUIDField(default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversations")
    title = models.CharField(max_length=TITLE_LENGTH, default=DEFAULT_TITLE)
    is_title_automatic = models.BooleanField(default=True)
    model = models.CharField(max_length=MODEL_ID_LENGTH)
    system_prompt = models.TextField(blank=True)
    temperature = models.FloatField(default=0.7)
    is_archived = models.BooleanField(default=False)
    is_pinned = models.BooleanField(default=False)
    leaf = models.ForeignKey("Message", on_delete=models.SET_NULL, null=True, related_name="+")
    revision = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "public_id"], name="conversation_public_id"),
        ]
        indexes: ClassVar = [
            models.Index(
                F("owner"), F("is_pinned").desc(), F("updated_at").desc(), F("id").desc(), name="conversation_list"
            ),
            models.Index(fields=["deleted_at"], condition=Q(deleted_at__isnull=False), name="conversation_deleted"),
        ]

    def __str__(self) -> str:
        return self.title


class Message(models.Model):
    """A question or an answer: a node of the conversation's tree. The text is stored exactly as sent.

    `run` fences every save of an answer: each names the run it belongs to. `run_base` is the number at which the run
    began, `seq` the last number that `content` and `reasoning` hold (docs/protocol.md, section 3). `started_by` and
    `client_id` belong to the command that started the run, `session_id` to the session it came from.

    `writer` is the process that writes the answer, null for one that has given it up. `seam` is the length of `content`
    where another process went on by itself after a crash.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    depth = models.PositiveIntegerField(default=0)
    role = models.CharField(max_length=9, choices=Role.choices)
    content = models.TextField(blank=True)
    reasoning = models.TextField(blank=True)
    status = models.CharField(
        max_length=11,
        choices=[(status.value, status.value) for status in AnswerStatus],
        default=AnswerStatus.COMPLETE.value,
    )
    run = models.PositiveIntegerField(default=0)
    run_base = models.PositiveBigIntegerField(default=0)
    seq = models.PositiveBigIntegerField(default=0)
    started_by = models.CharField(max_length=10, blank=True)
    client_id = models.UUIDField(null=True)
    session_id = models.UUIDField(null=True)
    writer = models.UUIDField(null=True)
    is_stop_requested = models.BooleanField(default=False)
    seam = models.PositiveIntegerField(null=True)
    model_used = models.CharField(max_length=MODEL_ID_LENGTH, blank=True)
    finish_reason = models.CharField(max_length=100, null=True)  # noqa: DJ001 - null: the model gave none
    error_code = models.CharField(max_length=50, null=True)  # noqa: DJ001 - null: no error
    prompt_tokens = models.PositiveIntegerField(null=True)
    completion_tokens = models.PositiveIntegerField(null=True)
    token_count = models.PositiveIntegerField(null=True)
    context_dropped = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(status__in=_ACTIVE),
                name="one_active_answer",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "parent", "id"], name="message_siblings"),
            models.Index(fields=["status"], condition=Q(status__in=_ACTIVE), name="message_active"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.id}"


class Command(models.Model):
    """A command that started an answer, kept for the life of the conversation so that a repeat starts nothing.

    `digest` tells the same payload from another one. `reply` is null when the answer has been deleted since.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    client_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    digest = models.BinaryField(max_length=32)
    reply = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    run = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "client_id"], name="command_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.client_id}"


class ChangeCount(models.Model):
    """How often what a user sees in the list of conversations has changed, and the latest change, as JSON.

    A row of its own, so that nobody waits who does not count: it is locked last in a transaction, after the
    conversation's. `latest` is the frame that `/ws/events/` sends of it, without the revision.
    """

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    revision = models.PositiveBigIntegerField()
    latest = models.TextField()

    def __str__(self) -> str:
        return f"{self.revision} changes of {self.owner_id}"


class Preferences(models.Model):
    """What a user set for all new conversations; empty: as the server has it."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    default_model = models.CharField(max_length=MODEL_ID_LENGTH, blank=True)
    default_system_prompt = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"preferences of {self.owner_id}"


class SearchEntry(models.Model):
    """What a message, or (without one) the title of its conversation, is found by.

    On SQLite triggers move the terms into the table `chat_searchentry_terms`: a migration that alters this one must
    make them anew.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="search_entries")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, null=True, related_name="search_entry")
    terms = TermsField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(message__isnull=True), name="search_entry_of_title"
            ),
        ]

    def __str__(self) -> str:
        return f"search entry of {self.message_id or self.conversation_id}"


class ModelService(models.Model):
    """The model service that an administrator set on the screen: one row or none.

    `version` is new with every change, so that each worker notices. `key_end` is all of the key that is ever shown.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    version = models.UUIDField(default=uuid7, editable=False)
    base_url = models.CharField("address", max_length=SERVICE_URL_LENGTH)
    sealed_key = models.TextField(blank=True, editable=False)
    key_end = models.CharField(max_length=4, blank=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="one_model_service"),
        ]

    def __str__(self) -> str:
        return self.base_url


class Worker(models.Model):
    """A process that writes answers; one that was not seen for a while is dead, and others end what it wrote.

    `seen_at` is by the clock of the database, which all processes share.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"worker {self.id}"
