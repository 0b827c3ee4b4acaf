"""Databases of one test, for servers that run as processes: empty, or copies of the migrated database.

Migrating a database takes a process about three seconds; copying one takes a tenth of a second.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql

from testkit.migrated_database import keep_database

_TEMPLATE = "migrated_template"


@contextmanager
def copied_database() -> Iterator[None]:
    """Keep a copy of the test database, made while it is empty and unused: PostgreSQL copies no database in use."""
    migrated = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(migrated)) as source, closing(sqlite3.connect(_template_file())) as target:
            source.backup(target)
        keep_database(_template_file())
        yield
        return
    connection.close_pool()  # type: ignore[attr-defined]
    with _server() as server:
        _drop(server, _TEMPLATE)
        _create(server, _TEMPLATE, migrated)
        yield
        _drop(server, _TEMPLATE)


def _template_file() -> Path:
    return Path(settings.DATA_DIR) / "migrated.sqlite3"


@pytest.fixture
def data_folder(db: None, tmp_path: Path) -> Path:
    """A folder with a migrated SQLite database, for a server whose `DATA_DIR` it is."""
    shutil.copy(_template_file(), tmp_path / "chat.sqlite3")
    return tmp_path


@pytest.fixture
def migrated_database_url(db: None) -> Iterator[str]:
    """The URL of a migrated database, on the PostgreSQL of this run."""
    with _own_database(_TEMPLATE) as url:
        yield url


@pytest.fixture
def own_database_url() -> Iterator[str]:
    """The URL of an empty database, on the PostgreSQL of this run."""
    with _own_database("template1") as url:
        yield url


@contextmanager
def _own_database(template: str) -> Iterator[str]:
    url, name = os.environ["DATABASE_URL"], f"own_{uuid4().hex}"
    with _server() as server:
        _create(server, name, template)
        yield f"{url.rpartition('/')[0]}/{name}"
        _drop(server, name)


def _server() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def _create(server: psycopg.Connection, name: str, template: str) -> None:
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
