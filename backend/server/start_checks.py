"""Start-up checks of settings that contradict each other, and of the database: a sentence for each problem."""

from collections.abc import Iterator

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from apps.core.missing_migrations import find_missing_migrations
from config.hosts import LOOPBACK_HOSTS

CONNECT_SECONDS = 10


def check_start(*, host: str) -> None:
    """Check the settings for a server that others reach at `host`.

    Raises:
        CommandError: says what is wrong and what to do, with a sentence for each problem.
    """
    problems = list(_find_problems(host))
    if not problems and settings.MIGRATIONS_REQUIRED:  # Otherwise, this may be the wrong database.
        problems = list(_find_database_problems())
    if problems:
        raise CommandError("\n".join(problems))


def _find_problems(host: str) -> Iterator[str]:
    if settings.WEB_CONCURRENCY > 1 and not settings.REDIS_URL:
        yield (
            "WEB_CONCURRENCY is over 1, and several workers need Redis to share their streams: set REDIS_URL, or "
            "leave WEB_CONCURRENCY unset."
        )
    if settings.WEB_CONCURRENCY > 1 and connection.vendor == "sqlite":
        yield (
            "WEB_CONCURRENCY is over 1, and several workers need a database server: set DATABASE_URL to a PostgreSQL "
            "server, or leave WEB_CONCURRENCY unset."
        )
    if settings.STORAGE_MUST_BE_CHOSEN and not settings.IS_STORAGE_CHOSEN:
        yield (
            "Several machines serve (API_REPLICAS, SEVERAL_MACHINES), and each would keep its own files: set "
            "ATTACHMENT_STORAGE to s3, or to file if DATA_DIR is one folder that all of them share."
        )
    if settings.DEBUG and host not in LOOPBACK_HOSTS:
        yield (
            f"DEBUG is on, which shows the internals of this server to every visitor at {host}: "
            "set it to false, or serve on 127.0.0.1."
        )
    if settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXIES:
        yield (
            "TRUSTED_PROXIES is not set, so every request would be redirected to https endlessly: name the proxy that "
            "terminates TLS, or set PUBLIC_URL to an http:// URL."
        )


def _find_database_problems() -> Iterator[str]:
    # Not through the pool, which keeps retrying if no database answers.
    single = connection.copy()
    if single.vendor == "postgresql":
        single.settings_dict["OPTIONS"] = {"connect_timeout": CONNECT_SECONDS}
    missing = []
    try:
        missing = find_missing_migrations(single)
    except DatabaseError as error:
        yield f"The database of DATABASE_URL cannot be used: {_first_line(error)}."
    finally:
        single.close()
    if missing:
        names = ", ".join(missing[:3])
        yield (
            f"The database lacks migrations ({names}{f' and {len(missing) - 3} more' if missing[3:] else ''}): "
            "run `python manage.py migrate` once, then start the workers."
        )


def _first_line(error: DatabaseError) -> str:
    return str(error).partition("\n")[0].rstrip(".")
