"""The page on which an administrator sets a new password; the current one is checked as everywhere else."""

from typing import Any, override
from uuid import UUID

from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from unfold.forms import AdminOwnPasswordChangeForm

from apps.core.http.client_address import UNKNOWN_ADDRESS, client_address
from apps.users.admin_sessions import SESSION_ID
from apps.users.errors import AccountLockedError, WrongPasswordError
from apps.users.services.sign_in import check_current_password


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]  # ships no types
    """The current password and the new one."""

    address = UNKNOWN_ADDRESS
    """The IP address of the client, by which checks are counted."""

    @override
    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        try:
            check_current_password(self.user, password, address=self.address)
        except (WrongPasswordError, AccountLockedError) as error:
            raise ValidationError(str(error), code=error.code) from error
        return password


class OwnPasswordView(PasswordChangeView):
    """The administration's view, with our form."""

    @override
    def get_form(self, form_class: type[Any] | None = None) -> OwnPasswordForm:
        form = OwnPasswordForm(**self.get_form_kwargs())
        form.address = client_address(self.request.META)
        form.user.surviving_session_id = UUID(self.request.session[SESSION_ID])
        return form

    @override
    def get_success_url(self) -> str:
        return reverse("admin:password_change_done")


def change_own_password(request: HttpRequest) -> HttpResponseBase:
    """Show the form, or set the password."""
    return OwnPasswordView.as_view(extra_context=admin.site.each_context(request))(request)
