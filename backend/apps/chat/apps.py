from typing import override

from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "apps.chat"

    @override
    def ready(self) -> None:
        import apps.chat.attachments.deletion  # Connects its receiver.
        import apps.chat.conversations.deletion_locks  # noqa: F401 - connects its receiver
