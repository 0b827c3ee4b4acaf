"""Start-up checks of settings that contradict each other, and of the database: a sentence for each problem."""

from collections.abc import Iterator

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from config.hosts import is_loopback
from server.database_problems import find_database_problems


def check_start(*, host: str, will_migrate: bool) -> None:
    """Check the settings for a server that others reach at `host`, and the database.

    Raises:
        CommandError: says what is wrong and what to do, with a sentence for each problem.
    """
    problems = list(_find_problems(host))
    if not problems:  # Otherwise, this may be the wrong database.
        problems = list(find_database_problems(will_migrate=will_migrate or not settings.MIGRATIONS_REQUIRED))
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
    if settings.DEBUG and not is_loopback(host):
        yield (
            f"DEBUG is on, which shows the internals of this server to every visitor at {host}: "
            "set it to false, or serve on 127.0.0.1."
        )
    if settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXIES:
        yield (
            "TRUSTED_PROXIES is not set, so every request would be redirected to https endlessly: name the proxy that "
            "terminates TLS, or set PUBLIC_URL to an http:// URL."
        )
