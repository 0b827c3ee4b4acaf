"""Accounts and their sessions, made without HTTP, which takes several times as long."""

from django.contrib.auth.hashers import make_password

from apps.users.models import User
from apps.users.services.sessions import open_session
from apps.users.tokens import TokenPair
from testkit.api_user import PASSWORD

__all__ = ["PASSWORD", "sign_in_directly", "sign_up_directly"]


def sign_up_directly(name: str) -> TokenPair:
    """Sign up a user with this name, and return their tokens; the first user is the administrator."""
    is_first = not User.objects.exists()
    User.objects.create(
        username=name,
        email=f"{name}@example.org",
        password=make_password(PASSWORD),
        is_staff=is_first,
        is_superuser=is_first,
    )
    return sign_in_directly(name)


def sign_in_directly(name: str) -> TokenPair:
    """Sign the user with this name in on another device, and return its tokens."""
    return open_session(User.objects.get(username=name), address="127.0.0.1", user_agent="")
