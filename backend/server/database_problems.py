"""Problems of the database at a start: a sentence for operators, that says what to do."""

from collections.abc import Iterator

import structlog
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.core.missing_migrations import find_missing_migrations, find_newer_migrations

logger = structlog.get_logger(__name__)

CONNECT_SECONDS = 10

NEWER = (
    "A newer version has migrated this database. The version before that one may serve during an update; to return "
    "to an older version, restore a backup."
)

_SQLITE_ADVICE = {
    "SQLITE_FULL": "free space on its disk, then start again",
    "SQLITE_IOERR": "its disk may be full: free space, then start again",
    "SQLITE_READONLY": "give the file and its folder to this user",
    "SQLITE_CANTOPEN": "give its folder to this user, or name another one",
    "SQLITE_NOTADB": "name another file, or restore a backup",
    "SQLITE_CORRUPT": "restore a backup",
    "SQLITE_BUSY": "another process writes to it; end that one, then start again",
}
"""What to do, by the beginning of SQLite's name of the error."""

_SERVER_ADVICE = (
    "check that it runs, and that DATABASE_URL (and DATABASE_PASSWORD) names its host, user, password and database"
)


def find_database_problems(*, will_migrate: bool) -> Iterator[str]:
    """Connect to the database, and yield a sentence if that fails, or if it lacks migrations and gets none now."""
    # Not through the pool, which keeps retrying if no database answers.
    single = connection.copy()
    if single.vendor == "postgresql":
        single.settings_dict["OPTIONS"] = {"connect_timeout": CONNECT_SECONDS}
    missing = []
    try:
        missing = find_missing_migrations(single)
        if newer := find_newer_migrations(single):
            logger.warning("database_is_newer", migrations=newer, reason=NEWER)
    except DatabaseError as error:
        yield describe_failure(error, single)
    finally:
        single.close()
    if missing and not will_migrate:
        names = ", ".join(missing[:3])
        yield (
            f"The database lacks migrations ({names}{f' and {len(missing) - 3} more' if missing[3:] else ''}): "
            "run `python manage.py migrate` once, then start the workers."
        )


def describe_failure(error: DatabaseError, database: BaseDatabaseWrapper) -> str:
    """Return what is wrong with `database` and what to do, without the rows that a driver may quote."""
    is_file = database.vendor == "sqlite"
    name = str(database.settings_dict["NAME"]) if is_file else "of DATABASE_URL"
    kind = getattr(error.__cause__, "sqlite_errorname", "")
    sqlite_advice = next((advice for begin, advice in _SQLITE_ADVICE.items() if kind.startswith(begin)), "check it")
    first_line = str(error).partition("\n")[0].rstrip(".")
    return f"The database {name} cannot be used ({first_line}): {sqlite_advice if is_file else _SERVER_ADVICE}."
