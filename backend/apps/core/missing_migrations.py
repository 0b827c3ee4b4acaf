"""The migrations that the database lacks, found by name: importing all of them takes memory, and time at the start."""

import pkgutil
from collections.abc import Iterator
from importlib.util import find_spec

from django.apps import AppConfig, apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def find_missing_migrations(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the migrations of the installed apps that are not recorded as applied, as `app.name`."""
    applied = MigrationRecorder(connection).applied_migrations()
    return [
        f"{config.label}.{name}"
        for config in apps.get_app_configs()
        for name in _list_migrations(config)
        if (config.label, name) not in applied
    ]


def find_newer_migrations(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the migrations, as `app.name`, that a newer version of the installed apps has applied."""
    latest = {config.label: max(_list_migrations(config), default="") for config in apps.get_app_configs()}
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{label}.{name}" for label, name in applied if label in latest and name > latest[label])


def _list_migrations(config: AppConfig) -> Iterator[str]:
    package, _ = MigrationLoader.migrations_module(config.label)
    spec = find_spec(package) if package else None
    if spec is None:
        return
    for module in pkgutil.iter_modules(spec.submodule_search_locations):
        if not module.ispkg and module.name[0] not in "_~":  # as Django
            yield module.name
