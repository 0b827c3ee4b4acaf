"""Migrations let workers of the version before serve while they run, and do not lock a large table for long."""

from collections.abc import Iterator

import pytest
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    CreateModel,
    DeleteModel,
    Migration,
    RemoveField,
    RenameField,
    RenameModel,
)
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED

pytestmark = pytest.mark.storeless

CHECKED_FROM = {"chat": "0016", "users": "0005"}
SMALL_TABLES = {"modelservice", "blindmodel", "changecount", "preferences", "worker"}


def checked_migrations() -> Iterator[Migration]:
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app in CHECKED_FROM and name >= CHECKED_FROM[app]:
            yield migration


def find_dangers(migration: Migration) -> Iterator[str]:
    new_tables = {operation.name_lower for operation in migration.operations if isinstance(operation, CreateModel)}
    for operation in migration.operations:
        if danger := find_danger(operation, new_tables):
            yield f"{migration}: {operation.describe()}: {danger}"


def find_danger(operation: Operation, new_tables: set[str]) -> str:
    match operation:
        case RemoveField() | RenameField() | DeleteModel() | RenameModel():
            return "older workers still use it"
        case AddField(field=field) if not field.null and field.db_default is NOT_PROVIDED and not field.many_to_many:
            return "older workers insert rows without it: give it a db_default, or let it be null"
        case AddIndex(model_name_lower=table) | AddConstraint(model_name_lower=table):
            is_large = table not in new_tables | SMALL_TABLES
            return "it locks the table while it is built: see 0019_title_terms_index.py" if is_large else ""
        case _:
            return ""


def test_older_workers_can_serve_while_migrations_run() -> None:
    migrations = list(checked_migrations())
    assert migrations
    assert [danger for migration in migrations for danger in find_dangers(migration)] == []


@pytest.mark.parametrize("name", ["0009_move_runs", "0013_checkpoint_tails", "0012_reasoning_effort"])
def test_migrations_that_stopped_older_workers_are_found(name: str) -> None:
    assert list(find_dangers(MigrationLoader(None).disk_migrations["chat", name]))
