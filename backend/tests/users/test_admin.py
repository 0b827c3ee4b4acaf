"""The administration of accounts, sessions and one-time links."""

import re
import socket
from collections.abc import Callable, Sequence
from typing import override
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from apps.users.models import Invitation, PasswordReset, Session, User
from tests.users.devices import OTHER_PASSWORD, PASSWORD, Device, fresh_address
from tests.users.movable_clock import MovableClock

pytestmark = pytest.mark.django_db

LINK = re.compile(r"http://testserver/(?:register#invite|reset-password#token)=([\w-]+)")
NEW_PASSWORD_FORM = {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD, "usable_password": "true"}


class WatchedBackend(EmailBackend):
    """Notes in each mail whether a transaction was open while it was sent."""

    @override
    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        for message in messages:
            message.extra_headers["X-In-Transaction"] = str(connection.in_atomic_block)
        return super().send_messages(messages)


@pytest.fixture
def admin() -> Client:
    """Return a browser in which an administrator is signed in."""
    name = f"root-{uuid4().hex[:12]}"
    User.objects.create_superuser(name, f"{name}@example.com", PASSWORD)
    browser = Client(REMOTE_ADDR=fresh_address())
    response = browser.post(reverse("admin:login"), {"username": f"{name}@example.com", "password": PASSWORD})
    assert response.status_code == 302
    return browser


@pytest.fixture
def user(device: Device, name: str) -> User:
    return User.objects.get(username=name)


def run_action(admin: Client, action: str, *chosen: User | Session) -> str:
    model = type(chosen[0])._meta.model_name
    body = {"action": action, "_selected_action": [str(item.pk) for item in chosen]}
    response = admin.post(reverse(f"admin:users_{model}_changelist"), body, follow=True)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("model", ["user", "session", "invitation", "passwordreset"])
def test_every_list_can_be_opened(admin: Client, user: User, model: str) -> None:
    PasswordReset.objects.create(user=user, expires_at=user.date_joined, token_hash="x")
    Invitation.objects.create(expires_at=user.date_joined, token_hash="x")

    assert admin.get(reverse(f"admin:users_{model}_changelist"), {"q": "ada"}).status_code == 200


@pytest.mark.parametrize("page", ["user_change", "user_delete", "session_change", "auth_user_password_change"])
def test_every_page_of_an_object_can_be_opened(admin: Client, user: User, page: str) -> None:
    thing = user.sessions.get() if page.startswith("session") else user
    address = reverse(f"admin:{page if page.startswith('auth') else 'users_' + page}", args=[thing.pk])

    assert admin.get(address).status_code == 200


def test_deactivating_an_account_ends_its_sessions(admin: Client, user: User, device: Device) -> None:
    form = {"username": user.username, "email": user.email}
    response = admin.post(reverse("admin:users_user_change", args=[user.pk]), form)

    assert response.status_code == 302
    assert user.sessions.get().end_reason == "admin"
    assert not device.is_signed_in()
    form["is_active"] = "on"
    admin.post(reverse("admin:users_user_change", args=[user.pk]), form)
    assert not device.is_signed_in(), "an ended session stays ended"
    assert device.sign_in(user.username).status == 200


def test_an_address_is_unique_whatever_its_case(admin: Client, user: User) -> None:
    form = NEW_PASSWORD_FORM | {"username": "new-" + user.username[4:], "email": user.email.upper()}

    refused = admin.post(reverse("admin:users_user_add"), form)
    assert "There is an account with this email address." in refused.content.decode()
    form["email"] = "new@example.com"
    assert admin.post(reverse("admin:users_user_add"), form).status_code == 302
    assert Device().sign_in("new@example.com", OTHER_PASSWORD).status == 200


def test_a_new_password_ends_all_sessions(admin: Client, user: User, device: Device) -> None:
    response = admin.post(reverse("admin:auth_user_password_change", args=[user.pk]), NEW_PASSWORD_FORM)

    assert response.status_code == 302
    assert not device.is_signed_in()
    assert device.sign_in(user.username, OTHER_PASSWORD).status == 200


def test_a_new_password_ends_reset_links(admin: Client, user: User) -> None:
    [token] = LINK.findall(run_action(admin, "make_reset_links", user))
    admin.post(reverse("admin:auth_user_password_change", args=[user.pk]), NEW_PASSWORD_FORM)

    assert Device().redeem(token).refusal == "400 RESET_INVALID"


@pytest.mark.parametrize("through", ["page", "action"])
def test_deleting_an_account_ends_its_sessions(admin: Client, user: User, device: Device, through: str) -> None:
    if through == "page":
        admin.post(reverse("admin:users_user_delete", args=[user.pk]), {"post": "yes"})
    else:
        body = {"action": "delete_selected", "_selected_action": [str(user.pk)], "post": "yes"}
        admin.post(reverse("admin:users_user_changelist"), body)

    assert not User.objects.filter(pk=user.pk).exists()
    assert not device.is_signed_in()


def test_an_administrator_can_end_sessions(
    admin: Client, user: User, device: Device, signed_in: Callable[[], Device]
) -> None:
    other = signed_in()
    assert "Sessions ended: 1" in run_action(admin, "end", user.sessions.earliest("created_at", "id"))
    assert not device.is_signed_in()
    assert other.is_signed_in()

    run_action(admin, "sign_out", user)
    assert not other.is_signed_in()


def test_an_administrator_can_lift_a_lock_out(admin: Client, user: User) -> None:
    device = Device()
    for _ in range(5):
        device.sign_in(user.username, "wrong")
    run_action(admin, "unlock", user)

    assert device.sign_in(user.username).status == 200


def test_a_reset_link_is_shown_once(admin: Client, user: User) -> None:
    [token] = LINK.findall(run_action(admin, "make_reset_links", user))
    listed = admin.get(reverse("admin:users_passwordreset_changelist")).content.decode()

    assert token not in listed
    assert Device().redeem(token).status == 200


@pytest.mark.django_db(transaction=True)
def test_an_invitation_is_shown_once(admin: Client, name: str, settings: Settings, mailoutbox: list[object]) -> None:
    settings.REGISTRATION = "invite"
    settings.EMAIL_URL = "smtp://mail.example:25"
    page = admin.post(reverse("admin:users_invitation_add"), {"email": f"{name}@example.com"}).content.decode()
    [token] = LINK.findall(page)

    assert token not in admin.get(reverse("admin:users_invitation_changelist")).content.decode()
    assert f"#invite={token}" in str(getattr(mailoutbox[0], "body", ""))
    assert Device().register(name, invite=token).status == 201


@pytest.mark.django_db(transaction=True)
def test_an_invitation_is_shown_although_the_mail_server_does_not_answer(
    admin: Client, name: str, settings: Settings
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_URL = "smtp://127.0.0.1"
        settings.EMAIL_TIMEOUT = min(settings.EMAIL_TIMEOUT, 0.1)
        page = admin.post(reverse("admin:users_invitation_add"), {"email": f"{name}@example.com"}).content.decode()
    assert LINK.findall(page)
    assert f"The mail to {name}@example.com could not be sent." in page


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_mail_is_sent(admin: Client, name: str, settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://mail.example:25"
    settings.EMAIL_BACKEND = f"{__name__}.{WatchedBackend.__qualname__}"
    admin.post(reverse("admin:users_invitation_add"), {"email": f"{name}@example.com"})
    [message] = mail.outbox
    assert message.extra_headers == {"X-In-Transaction": "False"}


def test_the_administration_shares_lock_outs_with_the_api(name: str, clock: MovableClock) -> None:
    User.objects.create_superuser(name, f"{name}@example.com", PASSWORD)
    address = fresh_address()
    browser, device = Client(REMOTE_ADDR=address), Device(address=address)
    for _ in range(3):
        browser.post(reverse("admin:login"), {"username": name.upper(), "password": "wrong"})
    for _ in range(2):
        device.sign_in(name, "wrong")

    form = {"username": name, "password": PASSWORD}
    assert browser.post(reverse("admin:login"), form).status_code == 200
    assert device.sign_in(name).code == "ACCOUNT_LOCKED"
    clock.advance(minutes=15, seconds=1)
    assert browser.post(reverse("admin:login"), form).status_code == 302


def test_only_administrators_can_sign_in(device: Device, name: str) -> None:
    browser = Client(REMOTE_ADDR=fresh_address())
    browser.post(reverse("admin:login"), {"username": name, "password": PASSWORD})

    assert browser.get(reverse("admin:index")).status_code == 302


class TestSessionsOfTheAdministration:
    @pytest.fixture
    def root(self, admin: Client) -> User:
        return User.objects.get(id=admin.session["_auth_user_id"])

    @pytest.fixture
    def own_device(self, admin: Client, root: User) -> Device:
        device = Device()
        assert device.sign_in(root.username).status == 200
        return device

    def is_in(self, admin: Client) -> bool:
        return admin.get(reverse("admin:index")).status_code == 200

    def test_an_administration_session_is_listed_among_the_devices_and_can_be_ended_there(
        self, admin: Client, own_device: Device
    ) -> None:
        listed = own_device.call("GET", "/sessions/").body["sessions"]
        [other] = [session["id"] for session in listed if session["administration"]]
        assert [session["current"] for session in listed if not session["administration"]] == [True]
        assert self.is_in(admin)
        assert own_device.call("DELETE", f"/sessions/{other}").status == 204
        assert not self.is_in(admin)

    @pytest.mark.parametrize("how", ["everywhere", "logout", "password", "reuse", "administrator"])
    def test_a_copied_cookie_ends_with_its_session(
        self, how: str, admin: Client, root: User, own_device: Device, clock: MovableClock
    ) -> None:
        stolen = Client(REMOTE_ADDR=fresh_address())
        stolen.cookies["sessionid"] = admin.cookies["sessionid"].value
        assert self.is_in(stolen)
        match how:
            case "everywhere":
                own_device.call("DELETE", "/sessions/")
            case "logout":
                own_device.call("POST", "/logout")
            case "password":
                own_device.call("POST", "/password", {"current": PASSWORD, "new": OTHER_PASSWORD})
            case "reuse":
                spent = own_device.refresh
                own_device.renew()
                own_device.renew()
                clock.advance(minutes=5)
                own_device.refresh = spent
                assert own_device.renew().status == 401
            case "administrator":
                admin.post(reverse("admin:logout"))
        assert not self.is_in(stolen)

    def test_an_administration_session_lasts_eight_hours(self, admin: Client, clock: MovableClock) -> None:
        clock.advance(hours=7, minutes=55)
        assert self.is_in(admin)
        clock.advance(minutes=6)
        assert not self.is_in(admin)

    def test_a_password_change_ends_all_but_the_session_that_made_it(self, admin: Client, own_device: Device) -> None:
        form = {"old_password": PASSWORD, "new_password1": OTHER_PASSWORD, "new_password2": OTHER_PASSWORD}
        assert admin.post(reverse("admin:password_change"), form).status_code == 302
        assert self.is_in(admin)
        assert not own_device.is_signed_in()

    def test_a_cookie_without_a_session_does_not_sign_in(self, admin: Client) -> None:
        session = admin.session
        del session["session_id"]
        session.save()
        assert not self.is_in(admin)
