"""The administration of accounts, sessions, invitations and password resets."""

from collections.abc import Callable, Iterable
from typing import Any, override

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from apps.core.http.running_requests import request_slot_released
from apps.users.models import EndReason, Invitation, PasswordReset, Session, User
from apps.users.services import accounts
from apps.users.services.links import INVITATION_DAYS, RESET_HOURS, create_reset_link, issue_invitation
from apps.users.services.lockouts import forget_failures
from apps.users.services.mail import is_mail_on, send_invitation_mail, send_reset_mail
from apps.users.services.sessions import end_sessions

admin.site.unregister(Group)  # there are no groups: an account is an administrator or not


class NewAccountForm(UserCreationForm):  # type: ignore[misc]  # ships no types
    """A new account needs both names and a password."""

    class Meta:
        model = User
        fields = ("username", "email")


class AccountForm(UserChangeForm):  # type: ignore[misc]  # ships no types
    """The changeable fields of an account; the password has its own form."""

    class Meta:
        model = User
        fields = ("username", "email", "password", "is_active", "is_staff", "is_superuser")


@admin.register(User)
class UserAdmin(BaseUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]  # ships no types
    """Accounts; deactivating one ends its sessions."""

    form = AccountForm
    add_form = NewAccountForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "email")
    ordering = ("-date_joined",)
    filter_horizontal = ()
    readonly_fields = ("date_joined", "last_login")
    fieldsets = (
        (None, {"fields": ("username", "email", "password")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "email", "password1", "password2")}),)
    actions = ("make_reset_links", "sign_out", "unlock")

    @admin.action(description="Make password-reset links", permissions=["change"])
    def make_reset_links(self, request: HttpRequest, users: QuerySet[User]) -> HttpResponse:
        links = []
        for user in users:
            link = _build_url(request, create_reset_link(user, created_by=_find_administrator(request)))
            _send_mail(request, send_reset_mail, user.email, link)
            links.append((user.username, link))
        explanation = f"Each link sets a new password once, within {RESET_HOURS} hours. It is shown only here."
        return _show_links(self, request, "Password-reset links", explanation, links)

    @admin.action(description="Sign out everywhere", permissions=["change"])
    def sign_out(self, request: HttpRequest, users: QuerySet[User]) -> None:
        ended = end_sessions(Session.objects.filter(user__in=users), EndReason.ADMIN)
        messages.success(request, f"Sessions ended: {len(ended)}")

    @admin.action(description="Lift lock-outs after failed sign-ins", permissions=["change"])
    def unlock(self, request: HttpRequest, users: QuerySet[User]) -> None:
        forgotten = sum(forget_failures(user=user) for user in users)
        messages.success(request, f"Failed sign-ins forgotten: {forgotten}")

    @override
    def save_model(self, request: HttpRequest, obj: User, form: object, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            end_sessions(Session.objects.filter(user=obj), EndReason.ADMIN)

    @override
    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], Any]:
        # An administrator who may delete an account may delete everything that belongs to it. The page counts that and
        # does not list it: it has the titles of conversations.
        _, counts, _, protected = super().get_deleted_objects(objs, request)
        return [str(user) for user in objs], counts, set(), protected

    @override
    def delete_model(self, request: HttpRequest, obj: User) -> None:
        accounts.delete_account(obj)

    @override
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            accounts.delete_account(user)


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # ships no types
    """Records that are viewed, not edited."""

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @override
    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """Signed-in devices. They are ended, not deleted, so that the reason of the end is kept."""

    list_display = ("user", "user_agent", "address", "created_at", "last_seen_at", "ended_at", "end_reason")
    list_filter = ("end_reason",)
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email", "address")
    ordering = ("-last_seen_at",)
    fields = ("user", "user_agent", "address", "created_at", "last_seen_at", "expires_at", "ended_at", "end_reason")
    actions = ("end",)

    @admin.action(description="End sessions", permissions=["view"])
    def end(self, request: HttpRequest, sessions: QuerySet[Session]) -> None:
        ended = end_sessions(Session.objects.filter(id__in=sessions.values("id")), EndReason.ADMIN)
        messages.success(request, f"Sessions ended: {len(ended)}")

    @override
    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Invitation)
class InvitationAdmin(ModelAdmin):  # type: ignore[misc]  # ships no types
    """Invitations to register; the link is shown once, when the invitation is created."""

    list_display = ("__str__", "created_by", "created_at", "expires_at", "used_at", "used_by")
    fields = ("email",)

    @override
    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @override
    def save_model(self, request: HttpRequest, obj: Invitation, form: object, change: bool) -> None:
        obj.created_by = _find_administrator(request)
        request.invitation_link = _build_url(request, issue_invitation(obj))  # type: ignore[attr-defined]

    @override
    def response_add(self, request: HttpRequest, obj: Invitation, post_url_continue: str | None = None) -> HttpResponse:
        link: str = request.invitation_link  # type: ignore[attr-defined]
        if obj.email:
            _send_mail(request, send_invitation_mail, obj.email, link)
        explanation = f"One user can register with this link, within {INVITATION_DAYS} days. It is shown only here."
        return _show_links(self, request, "Invitation", explanation, [(obj.email or "For anyone", link)])


@admin.register(PasswordReset)
class PasswordResetAdmin(ReadOnlyAdmin):
    """Password resets, created from the list of accounts; deleting one invalidates its link."""

    list_display = ("user", "created_by", "created_at", "expires_at", "used_at")
    list_select_related = ("user", "created_by")


def _find_administrator(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _build_url(request: HttpRequest, path: str) -> str:
    return request.build_absolute_uri(settings.BASE_PATH + path)


def _send_mail(request: HttpRequest, send: Callable[[str, str], None], address: str, link: str) -> None:
    def send_now() -> None:
        try:
            with request_slot_released():
                send(address, link)
        except (OSError, ValueError):  # the page shows the link, which can be passed on in another way
            messages.warning(request, f"The mail to {address} could not be sent.")

    if is_mail_on():
        # A mail server may take seconds, while a transaction would hold locks. The page is made afterwards.
        transaction.on_commit(send_now)


def _show_links(
    model_admin: ModelAdmin, request: HttpRequest, title: str, explanation: str, links: Iterable[tuple[str, str]]
) -> HttpResponse:
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "explanation": explanation,
        "links": links,
    }
    return TemplateResponse(request, "admin/users/one_time_links.html", context)
