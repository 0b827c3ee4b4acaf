"""The tables of the chat: conversations, their trees of messages, and the runs that write answers."""

from functools import cache
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now
from django.utils import timezone

from apps.chat.events import AnswerStatus, AnswerText
from apps.core.ids import uuid7
from apps.core.search.field import TermsField

DEFAULT_TITLE = "New Conversation"
TITLE_LENGTH = 200
MODEL_ID_LENGTH = 200
SERVICE_URL_LENGTH = 500
ATTACHMENT_NAME_LENGTH = 255
DESCRIPTION_LENGTH = 1000
SERVICE_NAME_LENGTH = 60


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
        """Whether it still waits for an automatic title."""
        return self.is_title_automatic and self.title == DEFAULT_TITLE


class Message(models.Model):
    """A question or an answer: a node of the conversation's tree. The text is stored exactly as sent.

    An answer is written in runs. `latest_run` fences each write of the text, and `seq` is the last number that
    `content` and `reasoning` hold (docs/protocol.md, section 3); while a run is active, they may lack its tail, which
    `text` adds. The tokens are those of all runs together.
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
        """The latest run; of a message that no model has written, an empty one that is complete."""
        return self.latest_run or _no_run()


class Run(models.Model):
    """One run: a stretch of writing an answer, from its command to its ending; active while `ended_at` is null.

    `base` is the number at which the run began, `content_base` and `reasoning_base` are the lengths of the texts there.
    `writer` is the worker that writes it, null once that worker has given it up; `is_takeover` marks a run in which a
    worker continued by itself after the crash of another. `is_indexed` says whether the search finds its texts.

    The tail is the text after the `seq` of the answer, up to `tail_seq`. Checkpoints write only that, instead of the
    whole text each time. It counts no more once the answer holds as much.

    Of the tokens, `cached_tokens` are part of the prompt's, and `reasoning_tokens` of the completion's.

    `client_id` and `digest` are those of the command that started the run. They are kept for the life of the
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


class AttachmentKind(models.TextChoices):
    """The kind of an attachment: the model sees an image, and reads a document."""

    IMAGE = "image"
    DOCUMENT = "document"


class Attachment(models.Model):
    """A file of one user, as it was processed; its objects in the store are named by `id` (attachments/objects.py).

    `public_id` is the id that its owner chose and sees, as that of a conversation. `mime`, `bytes`, `width` and
    `height` are those of what is served; `stored_bytes` counts all its objects. `tokens` are those of gpt-4o.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    public_id = models.UUIDField(default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attachments")
    kind = models.CharField(max_length=8, choices=AttachmentKind.choices)
    name = models.CharField(max_length=ATTACHMENT_NAME_LENGTH)
    mime = models.CharField(max_length=50)
    bytes = models.PositiveBigIntegerField()
    stored_bytes = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    pages = models.PositiveIntegerField(null=True)
    truncated = models.BooleanField(default=False)
    tokens = models.PositiveIntegerField()
    description = models.CharField(max_length=DESCRIPTION_LENGTH, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "public_id"], name="attachment_public_id"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="attachment_age"),
        ]

    def __str__(self) -> str:
        return self.name


class MessageAttachment(models.Model):
    """An attachment of a message, at a place among its others."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachment_links", db_index=False)
    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="links")
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "place"], name="message_attachment_place"),
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id} of {self.message_id}"


class ChangeCount(models.Model):
    """The number of changes in a user's list of conversations, and the latest change as JSON.

    A table by itself, so that only transactions that count a change wait for its row; they lock it last, after the
    conversation. `latest` is the frame of the change feed without its revision.
    """

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    revision = models.PositiveBigIntegerField()
    latest = models.TextField()

    def __str__(self) -> str:
        return f"{self.revision} changes of {self.owner_id}"


class Preferences(models.Model):
    """A user's settings for new conversations; an empty one means the default of the server."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    default_model = models.CharField(max_length=MODEL_ID_LENGTH, blank=True)
    default_system_prompt = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"preferences of {self.owner_id}"


class SearchEntry(models.Model):
    """The search terms of a message or, without a message, of the title of its conversation.

    On SQLite, triggers copy the terms into the table `chat_searchentry_terms`: a migration that alters this table must
    create the triggers again.
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


class ApiCall(models.Model):
    """A call of a user's program through `/v1`, for its usage: nothing that was asked or answered is stored.

    It is active while `ended_at` is null; `worker` makes it. The tokens are as in `Run`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_calls")
    key = models.ForeignKey("users.ApiKey", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    worker = models.UUIDField()
    model = models.CharField(max_length=MODEL_ID_LENGTH)
    status = models.CharField(
        max_length=11,
        choices=[(status.value, status.value) for status in AnswerStatus],
        default=AnswerStatus.PENDING.value,
    )
    error_code = models.CharField(max_length=50, blank=True, default="")
    prompt_tokens = models.PositiveIntegerField(null=True)
    completion_tokens = models.PositiveIntegerField(null=True)
    cached_tokens = models.PositiveIntegerField(null=True)
    reasoning_tokens = models.PositiveIntegerField(null=True)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner"], condition=Q(ended_at__isnull=True), name="api_call_active"),
        ]

    def __str__(self) -> str:
        return f"call of {self.model} by {self.owner_id}"


class ModelService(models.Model):
    """A model service that an administrator has set in the interface.

    The models of the first, whose `id` is 1, have their names as ids. The ids of the others' models begin with `slug`,
    which stays when the service gets another name.

    `version` changes with every update, which is how workers notice. Of the key, only `key_end` is ever shown.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    version = models.UUIDField(default=uuid7, editable=False)
    name = models.CharField(max_length=SERVICE_NAME_LENGTH, blank=True, default="", db_default="")
    slug = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    base_url = models.CharField("address", max_length=SERVICE_URL_LENGTH)
    sealed_key = models.TextField(blank=True, editable=False)
    key_end = models.CharField(max_length=4, blank=True, editable=False)
    model_names = models.JSONField(default=list, db_default=Value([], models.JSONField()), blank=True, editable=False)
    model_limits = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint("slug", name="model_service_slug"),
        ]

    def __str__(self) -> str:
        return self.name or self.base_url


class BlindModel(models.Model):
    """A model whose service has refused images, for all workers; `address` is the SHA-256 of the service's base URL.

    It counts for a day: the service may have another model under the same name by then.
    """

    address = models.CharField(max_length=64)
    model = models.CharField(max_length=MODEL_ID_LENGTH)
    refused_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["address", "model"], name="blind_model"),
        ]

    def __str__(self) -> str:
        return self.model


class Worker(models.Model):
    """The lease of a worker; once it has expired, other workers end or take over the worker's answers.

    `seen_at` is by the clock of the database, which all workers share.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"worker {self.id}"
