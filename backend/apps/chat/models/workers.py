"""The workers: their leases, and the calls through `/v1` that they make."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from apps.chat.events import AnswerStatus
from apps.chat.models.model_services import MODEL_ID_LENGTH
from apps.core.ids import uuid7


class Worker(models.Model):
    """The lease of a worker; once it has expired, other workers end or take over the worker's answers.

    `seen_at` is by the clock of the database, which all workers share.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"worker {self.id}"


class ApiCall(models.Model):
    """A call of a user's program through `/v1`, stored for its usage, without its texts.

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
