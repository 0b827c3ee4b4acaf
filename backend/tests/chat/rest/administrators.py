"""An administrator in a browser, who confirms the password to see texts of users."""

from typing import Any
from urllib.parse import urlencode

from django.test import Client

from apps.users.models import User
from testkit.accounts import PASSWORD


def sign_in_administrator() -> Client:
    """Create an administrator, and return a browser in which they are signed in."""
    browser = Client()
    browser.force_login(User.objects.create_superuser("admin", "admin@example.org", PASSWORD))
    return browser


def confirm_password(browser: Client, next_page: str = "/admin/chat/conversation/") -> Any:
    """Confirm the password, as the pages with texts of users demand, and return the response."""
    return browser.post(f"/admin/confirm/?{urlencode({'next': next_page})}", {"password": PASSWORD})
