"""Pytest plug-in: the database, Redis and data folder of the tests.

By default: SQLite and memory, in a temporary folder, whatever the developer's shell or `.env.local` say. With
`--services=postgres` (or `TEST_SERVICES=postgres`): PostgreSQL 16 and Redis 7 or newer, at `TEST_DATABASE_URL` and
`TEST_REDIS_URL` if these are set, else started on free ports for the run.

A plug-in and not a conftest: pytest-django loads the settings, which read the environment, before any conftest.
"""

import contextlib
import gc
import os
import re
import signal
import tempfile
from collections.abc import Generator

import pytest

from testkit.local_services import Service, run_postgres, run_redis

_HEADER = pytest.StashKey[str]()
_STORES = {"db", "transactional_db", "own_redis", "own_database_url", "migrated_database_url", "data_folder"}
_REDIS = pytest.StashKey[Service | None]()

several_workers = pytest.mark.skipif(
    "not os.environ['REDIS_URL']", reason="several workers need PostgreSQL and Redis: --services=postgres"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--services",
        choices=["none", "postgres"],
        default=os.environ.get("TEST_SERVICES") or "none",
        help="none: SQLite and memory; postgres: real PostgreSQL and Redis (default: $TEST_SERVICES, else none)",
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    gc.disable()  # Until the tests are collected, nearly all objects are there to stay.
    # A script that runs the tests in the background makes them ignore Ctrl+C; programs that tests interrupt would
    # inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    stack = contextlib.ExitStack()
    early_config.add_cleanup(stack.close)
    folder = tempfile.TemporaryDirectory(prefix="test-data-", ignore_cleanup_errors=True)
    # Empty, not absent: `.env.local` does not override a variable that is set.
    os.environ.update(DATABASE_URL="", REDIS_URL="", DATA_DIR=stack.enter_context(folder))
    early_config.stash[_HEADER] = "SQLite, memory"
    early_config.stash[_REDIS] = None
    if early_config.known_args_namespace.services == "postgres":
        database_url = os.environ.get("TEST_DATABASE_URL") or stack.enter_context(run_postgres()).url
        redis_url = os.environ.get("TEST_REDIS_URL")
        if not redis_url:
            early_config.stash[_REDIS] = service = stack.enter_context(run_redis())
            redis_url = service.url
        os.environ.update(DATABASE_URL=database_url, REDIS_URL=redis_url)
        early_config.stash[_HEADER] = f"{_without_password(database_url)}, {_without_password(redis_url)}"
    return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run tests that touch no store, or whose result does not depend on it, on SQLite only."""
    storeless = [item for item in items if item.get_closest_marker("storeless")]
    for item in storeless:
        if used := _STORES.intersection(getattr(item, "fixturenames", ())):
            raise pytest.UsageError(f"{item.nodeid} is marked storeless, but uses {', '.join(sorted(used))}")
    once = {*storeless, *(item for item in items if item.get_closest_marker("store_independent"))}
    if once and config.getoption("services") == "postgres":
        config.hook.pytest_deselected(items=list(once))
        items[:] = [item for item in items if item not in once]


def pytest_collection_finish() -> None:
    """Look for garbage from now on, among the objects of the tests."""
    gc.freeze()
    gc.enable()


def pytest_report_header(config: pytest.Config) -> str:
    return f"services: {config.stash[_HEADER]}"


@pytest.fixture
def own_redis(pytestconfig: pytest.Config) -> Service | None:
    """The Redis that was started for this run, which a test may kill and start again; None without one."""
    return pytestconfig.stash[_REDIS]


def _without_password(url: str) -> str:
    return re.sub(r"//.*@", "//", url)
