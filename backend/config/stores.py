"""Database, Redis and mail server: Django's settings for the URLs in the environment."""

import importlib.util
from contextlib import suppress
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import environ

from config import env
from config.private_files import describe_file_failure, make_database_private

DATABASE_SCHEMES = ("sqlite", "postgresql", "postgres", "pgsql", "psql")
"""Schemes of `DATABASE_URL`. Warnings of environ about others would contain the password."""


def configure_database(folder: Path, *, threads: int) -> dict[str, object]:
    """Return Django's database entry for `DATABASE_URL`, else the SQLite file in `folder`.

    A URL without a password uses `DATABASE_PASSWORD`, which can come from its own file. On PostgreSQL, `threads`
    bounds the pooled connections of one process.
    """
    url = env.text("DATABASE_URL", f"sqlite:///{folder / 'chat.sqlite3'}")
    entry: dict[str, object] = {}
    with suppress(ValueError, environ.ImproperlyConfigured):
        entry = environ.Env.db_url_config(url) if urlsplit(url).scheme in DATABASE_SCHEMES else {}
    if not entry:
        env.report_problem(
            "DATABASE_URL",
            "DATABASE_URL cannot be used: write postgresql://user:password@host:5432/name or sqlite:////path/to/file.",
        )
        return {"ENGINE": "django.db.backends.dummy"}
    if entry["ENGINE"] == "django.db.backends.sqlite3":
        if entry["NAME"] != ":memory:":
            make_database_private(Path(str(entry["NAME"])))
        entry["CONN_MAX_AGE"] = None  # Opening a connection takes Django 3 ms, as long as a request.
        # With all three, 100 concurrent writers never saw "database is locked"; with WAL alone they did.
        entry["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        from apps.core.postgres import CLIENT_OPTIONS, LimitedConnection  # noqa: PLC0415 - SQLite needs no psycopg

        entry["CONN_HEALTH_CHECKS"] = True
        entry["PASSWORD"] = entry["PASSWORD"] or env.text("DATABASE_PASSWORD")
        # Requests and the database threads share one pool: it has room for both.
        pool = {"min_size": 1, "max_size": 2 * threads, "timeout": 10, "connection_class": LimitedConnection}
        entry["OPTIONS"] = CLIENT_OPTIONS | cast("dict[str, object]", entry.get("OPTIONS", {})) | {"pool": pool}
    return entry


def configure_attachments(folder: Path) -> dict[str, object]:
    """Return Django's storage entry for attachments: files in `folder`, or an S3-compatible store."""
    if env.choice("ATTACHMENT_STORAGE", "file", ("file", "s3")) == "file":
        location = str(folder / "attachments")
        return {"BACKEND": "apps.chat.attachments.file_store.PrivateFileStorage", "OPTIONS": {"location": location}}
    if not (bucket := env.text("ATTACHMENT_S3_BUCKET")):
        env.report_problem("ATTACHMENT_S3_BUCKET", "ATTACHMENT_STORAGE is s3: name the bucket in ATTACHMENT_S3_BUCKET.")
    if importlib.util.find_spec("storages") is None:
        env.report_problem(
            "ATTACHMENT_STORAGE", "ATTACHMENT_STORAGE is s3, which needs the extra of that name: uv sync --extra s3."
        )
        return {}
    from botocore.config import Config  # noqa: PLC0415 - botocore is optional

    options = {
        "bucket_name": bucket,
        "endpoint_url": env.http_url("ATTACHMENT_S3_ENDPOINT") or None,
        "region_name": env.text("ATTACHMENT_S3_REGION") or None,
        "access_key": env.text("ATTACHMENT_S3_ACCESS_KEY") or None,
        "secret_key": env.text("ATTACHMENT_S3_SECRET_KEY") or None,
        "location": env.text("ATTACHMENT_S3_PREFIX"),
        "default_acl": None,
        # Larger objects are read into a file instead of into memory.
        "max_memory_size": 4 * 1024 * 1024,
        # By default, a store that does not answer would hold a request for five minutes.
        "client_config": Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2}),
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def make_upload_folder(folder: Path) -> Path:
    """Return the folder for uploads that are arriving, private as the rest of `folder`; create it if missing."""
    incoming = folder / "incoming"
    try:
        incoming.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        advice = describe_file_failure(error, "give DATA_DIR to this user")
        env.report_problem("DATA_DIR", f"{incoming} cannot be created {advice}")
    return incoming


def configure_mail(url: str) -> dict[str, object]:
    """Return Django's mail settings for `EMAIL_URL`, such as smtp+tls://user:password@host:587."""
    if not url:
        return {}
    try:
        settings: dict[str, object] = environ.Env.email_url_config(url)
    except (ValueError, environ.ImproperlyConfigured):
        env.report_problem("EMAIL_URL", "EMAIL_URL is not a URL: write smtp+tls://user:password@host:587.")
        return {}
    return settings


def configure_channel_layer(redis_url: str) -> dict[str, object]:
    """Return the Channels layer for notifications: within this process, or across workers through Redis."""
    # A socket may stay open as long as its session; its groups must not expire earlier.
    membership = {"group_expiry": 31 * 24 * 3600}
    if not redis_url:
        return {"BACKEND": "apps.core.channel_layer.memory.LocalChannelLayer", "CONFIG": membership}
    return {"BACKEND": "apps.core.channel_layer.redis.SharedChannelLayer", "CONFIG": {"url": redis_url, **membership}}


def configure_cache(redis_url: str) -> dict[str, object]:
    if not redis_url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}
