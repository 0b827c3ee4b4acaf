"""Empty tables after a test that commits: their rows are removed with DELETE.

Django's `flush` takes ten times as long: TRUNCATE makes PostgreSQL create new files for each table and index, and the
signal that follows creates all content types and permissions again. Here, they are kept.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from testkit.database_threads import wait_for_database_threads
from testkit.own_databases import copied_database

KEPT_TABLES = {"django_content_type", "auth_permission"}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Extend pytest-django's fixture: copy the database, and have each test case empty the tables."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(copied_database())
        stack.enter_context(patch.object(TransactionTestCase, "_fixture_teardown", _delete_all_rows))
        yield
    with django_db_blocker.unblock():
        wait_for_database_threads()
        # pytest-django closes no connection to a database that it does not delete.
        connection.close()


def _delete_all_rows(_case: TransactionTestCase) -> None:
    # Foreign keys are checked at the commit, so the order of the tables does not matter.
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608  a table's own name


@cache
def _tables() -> list[str]:
    return [
        table
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False)
        if table not in KEPT_TABLES
    ]
