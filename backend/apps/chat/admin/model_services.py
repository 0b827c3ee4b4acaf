"""The model services in Django's administration; services that the environment names take precedence."""

import re
from typing import Any, override

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from apps.chat.admin.deletions import ServiceDeletions
from apps.chat.models import ModelService
from apps.chat.stored_services.request import ModelServiceIn
from apps.chat.stored_services.selectors import find_service_name, read_limits
from apps.chat.stored_services.services import add_model_service, remove_model_service, set_model_service
from apps.core.errors import AppError

_NAME_SEPARATORS = re.compile(r"[\s,]+")


class ModelServiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Form of a model service, which is tested and stored during validation, so that the form can show a failure."""

    api_key = forms.CharField(
        label="API key",
        required=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text="Stored encrypted and never shown again. Leave empty to keep the key, unless the address changes.",
    )
    models = forms.CharField(
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Names separated by commas, if the service has no model list, or a very long one.",
    )

    class Meta:
        model = ModelService
        fields = ("name", "base_url")
        widgets = {"name": UnfoldAdminTextInputWidget(), "base_url": UnfoldAdminTextInputWidget()}

    @override
    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name == "models":
            return ", ".join(self.instance.model_names)
        return super().get_initial_for_field(field, field_name)

    @override
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        is_new = self.instance._state.adding
        is_kept = not cleaned["api_key"] and bool(self.instance.sealed_key)
        try:
            service = ModelServiceIn(
                name=cleaned["name"],
                base_url=cleaned["base_url"],
                api_key=None if is_kept else cleaned["api_key"],
                models=[name for name in _NAME_SEPARATORS.split(cleaned["models"]) if name],
                limits=[limits._asdict() for limits in read_limits(self.instance.model_limits)],
            )
            if is_new:
                self.instance.id = add_model_service(service)
            else:
                set_model_service(service, self.instance.id)
        except ValidationError as error:
            raise forms.ValidationError([_describe(detail) for detail in error.errors()]) from None
        except AppError as error:
            raise forms.ValidationError(str(error)) from None
        return cleaned


def _describe(detail: ErrorDetails) -> str:
    match detail["loc"]:
        case ("api_key", *_):
            return "The key contains an invalid character."
        case ("models",):
            return "There are more than 100 models: leave some out."
        case ("models", *_):
            return "A model name is too long or contains an invalid character."
        case ("name" | "base_url" as field, *_):
            return f"The {'name' if field == 'name' else 'address'} is too long or contains an invalid character."
        case location:
            return f"{'.'.join(map(str, location))}: {detail['msg']}"


@admin.register(ModelService)
class ModelServiceAdmin(ServiceDeletions):
    """The model services."""

    form = ModelServiceForm
    list_display = ("shown_name", "base_url", "shown_key", "changed_at")
    ordering = ("id",)
    fields = ("name", "base_url", "api_key", "models")

    @admin.display(description="Name")
    def shown_name(self, service: ModelService) -> str:
        return find_service_name(service)

    @admin.display(description="API key")
    def shown_key(self, service: ModelService) -> str:
        return f"set …{service.key_end}" if service.sealed_key else "none"

    @override
    def save_model(self, request: HttpRequest, obj: ModelService, form: object, change: bool) -> None:
        # The form has already stored it.
        obj.refresh_from_db()

    @override
    def remove(self, record: ModelService) -> None:
        remove_model_service(record.id)
