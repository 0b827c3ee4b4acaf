from typing import override

from django.apps import AppConfig
from django.conf import LazySettings


class CoreConfig(AppConfig):
    name = "apps.core"

    @override
    def ready(self) -> None:
        """Make reading a setting as fast as reading an attribute.

        Django's own method is for lazy objects that stand in for others, with operators; settings have none.
        """
        LazySettings.__getattribute__ = object.__getattribute__  # type: ignore[method-assign]
