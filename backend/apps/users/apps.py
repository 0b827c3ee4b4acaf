from importlib import import_module
from typing import override

from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "apps.users"

    @override
    def ready(self) -> None:
        import_module("apps.users.admin_sessions")  # Connects its signals.
