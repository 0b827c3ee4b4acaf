"""The page on which an administrator sets a new password; the current one is checked as everywhere else."""

from typing import Any, override
from uuid import UUID

from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from unfold.forms import AdminOwnPasswordChangeForm

from apps.core.http.client_address import UNKNOWN_ADDRESS, client_address
from apps.users.admin_sessions import SESSION_ID
from apps.users.errors import AccountLockedError, WrongPasswordError
from apps.users.models import User
from apps.users.services.sign_in import check_current_password, lock_unchanged


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

    @override
    def save(self, commit: bool = True) -> User:
        """Set the new password; raises WrongPasswordError if another one was set after the check."""
        user: User = self.user
        checked = user.password
        user.set_password(self.cleaned_data["new_password1"])
        with transaction.atomic():
            lock_unchanged(user, checked)
            user.save(update_fields=["password"])
        return user


class OwnPasswordView(PasswordChangeView):
    """The administration's view, with our form."""

    @override
    def get_form(self, form_class: type[Any] | None = None) -> OwnPasswordForm:
        form = OwnPasswordForm(**self.get_form_kwargs())
        form.address = client_address(self.request.META)
        form.user.surviving_session_id = UUID(self.request.session[SESSION_ID])
        return form

    @override
    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except WrongPasswordError as error:
            form.add_error("old_password", ValidationError(str(error), code=error.code))
            return self.form_invalid(form)

    @override
    def get_success_url(self) -> str:
        return reverse("admin:password_change_done")


def change_own_password(request: HttpRequest) -> HttpResponseBase:
    """Show the form, or set the password."""
    return OwnPasswordView.as_view(extra_context=admin.site.each_context(request))(request)
