"""Django's administration, imported on the first request for it: a server without such a request saves 10 MB."""

from collections.abc import Sequence
from typing import override

from django.apps import AppConfig
from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks

ADMINISTRATION = ("config.administration_urls", "admin", "admin")
"""Names the URL module, for `path`; Django imports it on the first request below it."""


class AdministrationConfig(SimpleAdminConfig):
    """Discovers the administration's pages of all applications for the system checks, but not at start-up."""

    @override
    def ready(self) -> None:
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(_check_pages, checks.Tags.admin)


def _check_pages(app_configs: Sequence[AppConfig] | None, **options: Sequence[str] | None) -> list[checks.CheckMessage]:
    autodiscover()
    return check_admin_app(app_configs, **options)
