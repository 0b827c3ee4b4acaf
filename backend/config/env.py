"""The environment: typed values, their defaults, and one sentence for each value that cannot be used.

Decision 23 (docs/decisions/0023-settings-are-read-by-functions.md) says why pydantic-settings does not do this.
"""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate
from urllib.parse import urlsplit

import environ

from config.private_files import describe_file_failure, make_folder_private

BACKEND_DIR = Path(__file__).resolve().parent.parent
PROJECT_DIR = BACKEND_DIR.parent

PLACEHOLDER_PREFIXES = ("your-", "sk-your-", "change-me")
PLACEHOLDER_URL_USERS = ("user:pass@",)

MAX_NUMBER = 2**63 - 1
YEAR_SECONDS = 366 * 24 * 3600


_problems: dict[str, str] = {}
"""A sentence for each variable that cannot be used; its first problem, if it has several."""


class SettingError(SystemExit):
    """A setting that cannot be used; ends the process with exit code 1, and a sentence for each such setting."""


def report_problem(name: str, sentence: str) -> None:
    """Note that the variable `name` cannot be used; from now on it counts as unset."""
    _problems.setdefault(name, sentence)


def refuse_problems() -> None:
    """End the process if any variable cannot be used; raises SettingError."""
    if _problems:
        raise SettingError("\n".join(_problems.values()))


def reports_problems[**P, R](read: Callable[Concatenate[str, P], R]) -> Callable[Concatenate[str, P], R]:
    """Decorator of readers, whose first argument names the variable: an unusable value is read as unset."""

    @wraps(read)
    def read_or_report(name: str, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return read(name, *args, **kwargs)
        except SettingError as error:
            report_problem(name, str(error))
            return read(name, *args, **kwargs)

    return read_or_report


def load_files(environment: str) -> None:
    """Read `.env.local` into the environment, without overriding variables; tests read no file."""
    if environment != "test":
        environ.Env.read_env(BACKEND_DIR / ".env.local", overwrite=False)


@reports_problems
def text(name: str, default: str = "") -> str:
    """Return a variable, else the content of the file that `<name>_FILE` names, as Docker mounts secrets.

    Blank values and the placeholders in the example files count as unset.
    """
    value = "" if name in _problems else (os.environ[name] if name in os.environ else _in_file(name)).strip()
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
        raise SettingError(f"{name}_FILE names {path}, which cannot be read.") from None


def texts(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without blank items."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


@reports_problems
def boolean(name: str, *, default: bool) -> bool:
    """Return a switch: `true/false`, `on/off`, `yes/no` or `1/0`."""
    value = text(name, "on" if default else "off").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise SettingError(f"{name} is {value!r}: write true or false.")


@reports_problems
def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Return one of `allowed`."""
    value = text(name, default).lower()
    if value not in allowed:
        raise SettingError(f"{name} is {value!r}: write one of {', '.join(allowed)}.")
    return value


@reports_problems
def number[N: (int, float)](
    name: str, default: N, kind: Callable[[str], N], *, minimum: float = 0, maximum: float = MAX_NUMBER
) -> N:
    """Return a number from `minimum` to `maximum`."""
    value = text(name, str(default))
    try:
        result = kind(value)
    except ValueError:
        raise SettingError(f"{name} is {value!r}: write a number.") from None
    if not minimum <= result:  # Compares like this because of "nan".
        raise SettingError(f"{name} is {value}: it must be at least {minimum:g}.")
    if result > maximum:
        raise SettingError(f"{name} is {value}: it must be at most {maximum:.12g}.")
    return result


def integer(name: str, default: int, *, minimum: int = 0, maximum: float = MAX_NUMBER) -> int:
    """Return a whole number from `minimum` to `maximum`."""
    return number(name, default, int, minimum=minimum, maximum=maximum)


def seconds(name: str, default: float, *, minimum: float = 0.001) -> float:
    """Return a duration in seconds, of at most a year."""
    return number(name, default, float, minimum=minimum, maximum=YEAR_SECONDS)


@reports_problems
def rate(name: str, default: str) -> str:
    """Return a limit written `count/seconds`, or `off`."""
    value = text(name, default).lower()
    count, slash, period = value.partition("/")
    if value == "off" or (slash and count.isdigit() and period.isdigit() and int(count) and int(period)):
        return value
    raise SettingError(f"{name} is {value!r}: write count/seconds, such as 20/60, or off.")


def limit(name: str, default: int) -> int | None:
    """Return a whole number, or None for `off`."""
    return None if text(name).lower() == "off" else integer(name, default, minimum=1)


@reports_problems
def http_url(name: str) -> str:
    """Return an http(s) URL without a trailing slash, or an empty string."""
    value = text(name).rstrip("/")
    if value and not _is_url(value, "http", "https"):
        raise SettingError(f"{name} is not a URL: write it as https://host/v1.")
    return value


@reports_problems
def http_urls(name: str, default: str) -> list[str]:
    """Return a comma-separated list of http(s) URLs."""
    found = texts(name, default)
    for url in found:
        if not _is_url(url, "http", "https"):
            raise SettingError(f"{name} has {url!r}, which is not a URL: write each as http://host:port/v1.")
    return found


@reports_problems
def redis_url(name: str) -> str:
    """Return the URL of a Redis, or an empty string; a problem does not quote it, as it may have a password."""
    value = text(name)
    if value and not (_is_url(value, "redis", "rediss") or value.startswith("unix:///")):
        raise SettingError(f"{name} is not the URL of a Redis: write redis://:password@host:6379/0, or rediss://.")
    return value


def _is_url(value: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # The port is not a number, or an IPv6 address is unfinished.
        return False


@reports_problems
def origins(name: str) -> list[str]:
    """Return a comma-separated list of origins, each written scheme://host."""
    found = texts(name)
    for origin in found:
        parts = urlsplit(origin)
        if not parts.scheme or not parts.netloc or parts.path or "*" in origin:
            raise SettingError(f"{name} has {origin!r}: write each origin as https://host, without a path.")
    return found


def refuse_debug() -> None:
    """Refuse to start production with `DEBUG` on."""
    if boolean("DEBUG", default=False):
        report_problem(
            "DEBUG", "DEBUG is on, which shows the internals of this server to every visitor: set it to false."
        )


def make_data_dir() -> Path:
    """Return the folder of the SQLite database and of generated secrets, private to this user; create it if missing."""
    folder = Path(text("DATA_DIR", str(PROJECT_DIR / "data"))).expanduser().absolute()
    if problem := _prepare_data_dir(folder):
        report_problem("DATA_DIR", f"DATA_DIR {folder} {problem}")
    return folder


def _prepare_data_dir(folder: Path) -> str:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        return f"cannot be created {describe_file_failure(error, 'name a folder you own')}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return "is not writable: name a folder that this user may write to."
    try:
        make_folder_private(folder)
    except OSError as error:
        return f"{error.strerror}: name a folder for this product alone."
    return ""
