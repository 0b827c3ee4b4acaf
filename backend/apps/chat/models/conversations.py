"""Conversations, their messages, and the runs that write answers; the changes and preferences of each user."""

from functools import cache
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from apps.chat.events import AnswerStatus, AnswerText
from apps.chat.models.model_services import MODEL_ID_LENGTH
from apps.core.ids import uuid7

DEFAULT_TITLE = "New Conversation"
TITLE_LENGTH = 200


class Role(models.TextChoices):
    """The author of a message."""

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
    reasoning_effort = models.CharField(max_length=7, blank=True, default="")
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

    @property
    def is_untitled(self) -> bool:
        """Whether it still needs an automatic title."""
        return self.is_title_automatic and self.title == DEFAULT_TITLE


class Message(models.Model):
    """A question or an answer: a node of the conversation's tree. The text is stored exactly as sent.

    An answer is written in runs. `latest_run` fences each write of the text, and `seq` is the last number that
    `content` and `reasoning` hold (docs/protocol.md, section 3); while a run is active, they may lack its tail, which
    `text` adds. The tokens are the sum over all runs.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    depth = models.PositiveIntegerField(default=0)
    role = models.CharField(max_length=9, choices=Role.choices)
    content = models.TextField(blank=True)
    reasoning = models.TextField(blank=True)
    # Neither constraint nor index: no run is deleted before its answer, and answers are not looked up by their run.
    latest_run = models.ForeignKey(
        "Run", on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    seq = models.PositiveBigIntegerField(default=0)
    model_used = models.CharField(max_length=MODEL_ID_LENGTH, blank=True)
    prompt_tokens = models.PositiveIntegerField(null=True)
    completion_tokens = models.PositiveIntegerField(null=True)
    token_count = models.PositiveIntegerField(null=True)
    # Counted, so that a message without attachments needs no query for them.
    attachment_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["conversation", "parent", "id"], name="message_siblings"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.id}"

    @property
    def text(self) -> AnswerText:
        """The text so far, with the tail of an active run; load the message with its `latest_run` in one query."""
        run = self.latest_run
        if run is None or run.tail_seq <= self.seq:
            return AnswerText(self.content, self.reasoning, self.seq)
        return AnswerText(self.content + run.tail_content, self.reasoning + run.tail_reasoning, run.tail_seq)

    @property
    def run(self) -> "Run":
        """The latest run; for a message that no model wrote, an empty run with the status `complete`."""
        return self.latest_run or _no_run()


class Run(models.Model):
    """One run: a stretch of writing an answer, from its command to its ending; active while `ended_at` is null.

    `base` is the number at which the run began, `content_base` and `reasoning_base` are the lengths of the texts there.
    `writer` is the id of the worker that writes it, null once that worker has given it up. `is_takeover` marks a run in
    which a worker continued by itself after the crash of another. `is_indexed` says whether the search finds its texts.

    The tail is the text after the `seq` of the answer, up to `tail_seq`. Checkpoints write only that, instead of the
    whole text each time. It is ignored once the answer has the same text.

    `cached_tokens` are part of `prompt_tokens`, and `reasoning_tokens` of `completion_tokens`.

    `client_id` and `digest` identify the command that started the run. They are kept for the life of the
    conversation, even after the answer is deleted, so that a repeated command starts nothing.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="runs", db_index=False)
    answer = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="runs", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    client_id = models.UUIDField(null=True)
    digest = models.BinaryField(max_length=32, null=True)
    session_id = models.UUIDField(null=True)
    writer = models.UUIDField(null=True)
    is_stop_requested = models.BooleanField(default=False)
    is_takeover = models.BooleanField(default=False)
    base = models.PositiveBigIntegerField(default=0)
    content_base = models.PositiveIntegerField(default=0)
    reasoning_base = models.PositiveIntegerField(default=0)
    tail_content = models.TextField(blank=True, default="")
    tail_reasoning = models.TextField(blank=True, default="")
    tail_seq = models.PositiveBigIntegerField(default=0)
    status = models.CharField(
        max_length=11,
        choices=[(status.value, status.value) for status in AnswerStatus],
        default=AnswerStatus.PENDING.value,
    )
    finish_reason = models.CharField(max_length=100, null=True)  # noqa: DJ001 - null: the model gave none
    error_code = models.CharField(max_length=50, null=True)  # noqa: DJ001 - null: no error
    prompt_tokens = models.PositiveIntegerField(null=True)
    completion_tokens = models.PositiveIntegerField(null=True)
    cached_tokens = models.PositiveIntegerField(null=True)
    reasoning_tokens = models.PositiveIntegerField(null=True)
    context_dropped = models.PositiveIntegerField(default=0)
    images_dropped = models.PositiveIntegerField(default=0, db_default=0)
    is_indexed = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["answer", "number"], name="run_number"),
            models.UniqueConstraint(fields=["conversation", "client_id"], name="run_command"),
            models.UniqueConstraint(fields=["conversation"], condition=Q(ended_at__isnull=True), name="one_active_run"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(is_indexed=False), name="run_not_indexed"),
        ]

    def __str__(self) -> str:
        return f"run {self.number} of {self.answer_id}"


@cache
def _no_run() -> Run:
    return Run(number=0, status=AnswerStatus.COMPLETE)


class ChangeCount(models.Model):
    """The number of changes in a user's list of conversations, and the latest change as JSON.

    A separate table, so that only transactions that count a change wait for its row; they lock it last, after the
    conversation. `latest` is the frame of the change feed without its revision; `text_bytes` is what the owner's texts
    count (conversations/text_bytes.py), here because every turn and ending writes this row.
    """

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    revision = models.PositiveBigIntegerField()
    latest = models.TextField()
    text_bytes = models.BigIntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return f"{self.revision} changes of {self.owner_id}"


class Preferences(models.Model):
    """A user's settings for new conversations; an empty one means the default of the server."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    default_model = models.CharField(max_length=MODEL_ID_LENGTH, blank=True)
    default_system_prompt = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"preferences of {self.owner_id}"
