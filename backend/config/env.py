"""The only reader of the environment: every setting, its default and what is wrong with it."""

import contextlib
import os
import secrets
import socket
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

BACKEND_DIR = Path(__file__).resolve().parent.parent
PROJECT_DIR = BACKEND_DIR.parent

PLACEHOLDER_PREFIXES = ("your-", "sk-your-", "change-me")
PLACEHOLDER_URL_USERS = ("user:pass@",)
INSECURE_PREFIX = "django-insecure-"  # what Django's own templates begin a key with
MINIMUM_SECRET_BYTES = 32
GOOD_SECRET = f"a random text of at least {MINIMUM_SECRET_BYTES} bytes"
MINIMUM_SECRET_LETTERS = 10  # different ones: 32 times the same is long and no secret
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - told apart, not bound


class EnvironmentFault(SystemExit):
    """A setting that cannot be used: ends the start with one sentence and exit code 1."""


def load_files(environment: str) -> None:
    """Read `.env.local` into the environment; real variables win. Tests read no file."""
    if environment != "test":
        environ.Env.read_env(BACKEND_DIR / ".env.local", overwrite=False)


def text(name: str, default: str = "") -> str:
    """Return a variable, else what the file says that `<name>_FILE` names, as Docker mounts secrets.

    Blank values and the placeholders of the examples count as unset.
    """
    value = (os.environ[name] if name in os.environ else _in_file(name)).strip()
    if not value or value.startswith(PLACEHOLDER_PREFIXES) or any(user in value for user in PLACEHOLDER_URL_USERS):
        return default
    return value


def _in_file(name: str) -> str:
    path = os.environ.get(f"{name}_FILE", "").strip()
    if not path:
        return ""
    try:
        return Path(path).read_text()
    except (OSError, UnicodeDecodeError):
        raise EnvironmentFault(f"{name}_FILE names {path}, which cannot be read.") from None


def listed(name: str, default: str = "") -> list[str]:
    """Return a comma list without blanks."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def truth(name: str, *, default: bool) -> bool:
    """Return a switch: `true/false`, `on/off`, `yes/no` or `1/0`."""
    value = text(name, "on" if default else "off").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise EnvironmentFault(f"{name} is {value!r}: write true or false.")


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Return one of `allowed`."""
    value = text(name, default).lower()
    if value not in allowed:
        raise EnvironmentFault(f"{name} is {value!r}: write one of {', '.join(allowed)}.")
    return value


def number[N: (int, float)](name: str, default: N, kind: Callable[[str], N], *, least: float = 0) -> N:
    """Return a number of at least `least`."""
    value = text(name, str(default))
    try:
        result = kind(value)
    except ValueError:
        raise EnvironmentFault(f"{name} is {value!r}: write a number.") from None
    if result < least:
        raise EnvironmentFault(f"{name} is {value}: it must be at least {least:g}.")
    return result


def whole(name: str, default: int, *, least: int = 0) -> int:
    """Return a whole number of at least `least`."""
    return number(name, default, int, least=least)


def seconds(name: str, default: float) -> float:
    """Return a duration in seconds, greater than nothing."""
    return number(name, default, float, least=0.001)


def rate(name: str, default: str) -> str:
    """Return a limit written `count/seconds`, or `off`."""
    value = text(name, default).lower()
    count, slash, period = value.partition("/")
    if value == "off" or (slash and count.isdigit() and period.isdigit() and int(count) and int(period)):
        return value
    raise EnvironmentFault(f"{name} is {value!r}: write count/seconds, such as 20/60, or off.")


def limit(name: str, default: int) -> int | None:
    """Return a whole number, or None for `off`."""
    return None if text(name).lower() == "off" else whole(name, default, least=1)


def http_url(name: str) -> str:
    """Return an http(s) address without the slash at its end, or an empty text."""
    value = text(name).rstrip("/")
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc):
        raise EnvironmentFault(f"{name} is not an address: write it as https://host/v1.")
    return value


def origins(name: str) -> list[str]:
    """Return a comma list of origins, each written scheme://host."""
    found = listed(name)
    for origin in found:
        parts = urlsplit(origin)
        if not parts.scheme or not parts.netloc or parts.path or "*" in origin:
            raise EnvironmentFault(f"{name} has {origin!r}: write each origin as https://host, without a path.")
    return found


def networks(name: str) -> list[str]:
    """Return a comma list of IP networks, among which may be `unix`; refuses one that holds everybody."""
    found = listed(name)
    for entry in found:
        if entry == "unix":
            continue
        try:
            everybody = ip_network(entry, strict=False).prefixlen == 0
        except ValueError:
            raise EnvironmentFault(f"{name} has {entry!r}: write networks such as 10.0.0.0/8, or unix.") from None
        if everybody:
            raise EnvironmentFault(f"{name} has {entry}, which is everybody: name the networks of your proxies only.")
    return found


def required_hosts(public_url: str) -> list[str]:
    """Return `ALLOWED_HOSTS`, else the host of `public_url`; production must be given either, and no wildcard."""
    hosts = listed("ALLOWED_HOSTS") or ([host_of(public_url)] if public_url else [])
    if not hosts:
        raise EnvironmentFault("ALLOWED_HOSTS is not set: name the hosts at which people reach this server.")
    if any("*" in host for host in hosts):
        raise EnvironmentFault("ALLOWED_HOSTS has a wildcard, so that any name would do: name each host.")
    return hosts


def host_of(url: str) -> str:
    """Return the host of an address as `ALLOWED_HOSTS` writes it."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def refuse_debug() -> None:
    """End the start of production with `DEBUG` on."""
    if truth("DEBUG", default=False):
        raise EnvironmentFault("DEBUG is on, which shows everybody the insides of this server: set it to false.")


def own_addresses(host: str) -> list[str]:
    """Return the addresses at which other machines reach this one, if it serves on more than loopback.

    Addresses only: a name that leads here could be anybody's (DNS rebinding), a number cannot.
    """
    if host in LOOPBACK_HOSTS:
        return []
    if host not in EVERY_ADDRESS:
        return [host]
    found = {str(info[4][0]) for info in _look_up(socket.gethostname())}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # Sends nothing: it only asks which of our addresses the way out begins at.
        found.add(probe.getsockname()[0])
    return sorted(f"[{address}]" if ":" in address else address for address in found)


def _look_up(name: str) -> list[tuple[Any, ...]]:
    try:
        return list(socket.getaddrinfo(name, None))
    except OSError:
        return []


def data_dir() -> Path:
    """Return the folder of the embedded database and generated secrets, made if missing."""
    folder = Path(text("DATA_DIR", str(PROJECT_DIR / "data"))).expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault(f"DATA_DIR {folder} cannot be made ({error.strerror}): name a folder you own.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise EnvironmentFault(f"DATA_DIR {folder} is not writable: name a folder that this user may write to.")
    return folder


def kept_secret(name: str, folder: Path) -> str:
    """Return the variable, else a secret made once and kept in `folder` with mode 0600; refuses a short one."""
    if given := text(name):
        _refuse_short(name, given, or_else="leave it empty, so that one is generated")
        return given
    path = folder / f"{name.lower()}.txt"
    try:
        # O_EXCL: of two processes that start at once, one makes it and the other reads it.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_secret(name, path)
    with os.fdopen(descriptor, "w") as file:
        file.write(made := secrets.token_urlsafe(48))
    return made


def _read_secret(name: str, path: Path) -> str:
    kept = path.read_text().strip()
    if len(kept.encode()) < MINIMUM_SECRET_BYTES:
        raise EnvironmentFault(f"{path} is damaged: delete it (everyone signs in again) or set {name}.")
    return kept


def required_secret(name: str) -> str:
    """Return a secret that production must be given; refuses missing, example, short and simple ones."""
    value = text(name)
    if not value:
        raise EnvironmentFault(f"{name} is not set, or still the example's: give it {GOOD_SECRET}.")
    _refuse_short(name, value)
    if value.startswith(INSECURE_PREFIX) or len(set(value)) < MINIMUM_SECRET_LETTERS:
        raise EnvironmentFault(f"{name} is easily guessed: give it {GOOD_SECRET}.")
    return value


def _refuse_short(name: str, value: str, *, or_else: str = "") -> None:
    if len(value.encode()) < MINIMUM_SECRET_BYTES:
        alternative = f", or {or_else}" if or_else else ""
        raise EnvironmentFault(f"{name} is too short: give it {GOOD_SECRET}{alternative}.")


def database(folder: Path, *, threads: int) -> dict[str, object]:
    """Return Django's database entry for `DATABASE_URL`, else the SQLite file in `folder`.

    An address without a password takes that of `DATABASE_PASSWORD`, which can come from a file of its own.

    `threads` bounds the pooled connections of one process on PostgreSQL.
    """
    url = text("DATABASE_URL", f"sqlite:///{folder / 'chat.sqlite3'}")
    try:
        entry: dict[str, object] = environ.Env.db_url_config(url)
    except (ValueError, environ.ImproperlyConfigured):
        raise EnvironmentFault(
            "DATABASE_URL is not an address: write postgresql://user:password@host:5432/name."
        ) from None
    if entry["ENGINE"] == "django.db.backends.sqlite3":
        # Together these gave no "database is locked" in 100 concurrent writers; WAL alone did not.
        entry["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    elif entry["ENGINE"] == "django.db.backends.postgresql":
        entry["CONN_HEALTH_CHECKS"] = True
        entry["PASSWORD"] = entry["PASSWORD"] or text("DATABASE_PASSWORD")
        # Requests and the database threads draw on one pool: room for both.
        entry["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 2 * threads, "timeout": 10}}
    else:
        raise EnvironmentFault("DATABASE_URL names a database that is not supported: use postgresql:// or sqlite:///.")
    return entry


def mail(url: str) -> dict[str, object]:
    """Return Django's mail settings for `EMAIL_URL`, such as smtp+tls://user:password@host:587; none without one."""
    if not url:
        return {}
    try:
        settings: dict[str, object] = environ.Env.email_url_config(url)
    except (ValueError, environ.ImproperlyConfigured):
        raise EnvironmentFault("EMAIL_URL is no address: write smtp+tls://user:password@host:587.") from None
    return settings


def channel_layer(redis_url: str) -> dict[str, object]:
    """Return the Channels layer for small notices: in this process alone, or shared by Redis publish/subscribe."""
    # A socket may stay open for as long as its session: no group forgets it before.
    membership = {"group_expiry": 31 * 24 * 3600}
    if not redis_url:
        return {"BACKEND": "apps.core.channel_layer.memory.LocalChannelLayer", "CONFIG": membership}
    return {"BACKEND": "apps.core.channel_layer.redis.SharedChannelLayer", "CONFIG": {"url": redis_url, **membership}}


def cache(redis_url: str) -> dict[str, object]:
    """Return Django's cache entry."""
    if not redis_url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}
