"""The model services that an administrator has set, and what is known of their models."""

from typing import ClassVar

from django.db import models
from django.db.models import Value
from django.utils import timezone

from apps.core.ids import uuid7

MODEL_ID_LENGTH = 200
SERVICE_URL_LENGTH = 500
SERVICE_NAME_LENGTH = 60


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
    """An image refusal: a model that has refused images; `url_hash` is the SHA-256 of its service's base URL.

    It counts for a day: the service may have another model under the same name by then.
    """

    url_hash = models.CharField(max_length=64, db_column="address")
    model = models.CharField(max_length=MODEL_ID_LENGTH)
    refused_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["url_hash", "model"], name="blind_model"),
        ]

    def __str__(self) -> str:
        return self.model
