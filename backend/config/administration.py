"""Django's administration, whose pages are imported when they are first asked for: a chat does without their 10 MB."""

from collections.abc import Sequence
from typing import override

from django.apps import AppConfig
from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks

ADMINISTRATION = ("config.administration_urls", "admin", "admin")
"""For `path`: the module by its name, which Django imports with the first address below."""


class AdministrationConfig(SimpleAdminConfig):
    """Finds the pages of all applications for the checks, but not at the start."""

    @override
    def ready(self) -> None:
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(_check_pages, checks.Tags.admin)


def _check_pages(app_configs: Sequence[AppConfig] | None, **options: Sequence[str] | None) -> list[checks.CheckMessage]:
    autodiscover()
    return check_admin_app(app_configs, **options)
