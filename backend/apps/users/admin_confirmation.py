"""The page that asks an administrator for the password again, before the conversations of users are shown."""

import time
from typing import override

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.widgets import UnfoldAdminPasswordWidget

from apps.core.http.client_address import client_address
from apps.users.admin_sessions import CONFIRMED_AT
from apps.users.errors import AccountLockedError, WrongPasswordError
from apps.users.models import User
from apps.users.services.sign_in import check_current_password


class ConfirmationForm(forms.Form):
    """The password of the administrator who is signed in."""

    password = forms.CharField(
        strip=False, widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password", "autofocus": True})
    )

    def __init__(self, request: HttpRequest, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self._request = request

    @override
    def clean(self) -> None:
        """Check the password; a wrong one counts as a failed sign-in."""
        user = self._request.user
        if self.errors:
            return
        if not isinstance(user, User):
            raise ValidationError("Sign in first.")
        try:
            check_current_password(user, self.cleaned_data["password"], address=client_address(self._request.META))
        except (WrongPasswordError, AccountLockedError) as error:
            raise ValidationError(str(error), code=error.code) from error


def confirm_password(request: HttpRequest) -> HttpResponse:
    """Show the form, or remember that the password was right and redirect to the page that required it."""
    form = ConfirmationForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        request.session[CONFIRMED_AT] = time.time()
        target = request.GET.get("next", "")
        is_own = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
        return HttpResponseRedirect(target if is_own else reverse("admin:index"))
    context = {**admin.site.each_context(request), "title": "Confirm your password", "form": form}
    return TemplateResponse(request, "admin/users/confirm_password.html", context)
