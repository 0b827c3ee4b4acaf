"""Deletions in Django's administration that go through a service, which may refuse them."""

from typing import Any, override

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin

from apps.core.errors import AppError


class ServiceDeletions(ModelAdmin):  # type: ignore[misc]  # ships no types
    """Records that `remove` deletes; a refusal is shown, and the record is neither logged nor reported as deleted."""

    actions = ("delete_selected",)

    def remove(self, record: Any) -> None:  # noqa: ANN401 - the subclass decides which model
        """Delete one record; raises an AppError to refuse that."""
        raise NotImplementedError

    @override
    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.remove(obj)

    @override
    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            # In one transaction: Django logs a deletion before it makes it.
            response: HttpResponse = super().delete_view(request, object_id, extra_context)
        except AppError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
        return response

    @admin.action(description="Delete selected %(verbose_name_plural)s", permissions=["delete"])
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        if not request.POST.get("post"):
            return delete_selected(self, request, queryset)  # The page that asks first.
        *_, lacking, protected = self.get_deleted_objects(queryset, request)
        if lacking or protected:
            raise PermissionDenied
        deleted = sum([self._delete_one(request, record) for record in queryset])
        if deleted:
            messages.success(request, f"Deleted: {deleted}")
        return None

    def _delete_one(self, request: HttpRequest, record: Model) -> bool:
        try:
            with transaction.atomic():
                self.log_deletions(request, [record])
                self.remove(record)
        except AppError as error:
            messages.error(request, f"{record.pk}: {error}")
            return False
        return True
