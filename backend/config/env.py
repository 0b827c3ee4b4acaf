"""Reading the environment: typed values, their defaults, and one sentence for each value that cannot be used."""

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import environ

from config.private_files import make_folder_private

BACKEND_DIR = Path(__file__).resolve().parent.parent
PROJECT_DIR = BACKEND_DIR.parent

PLACEHOLDER_PREFIXES = ("your-", "sk-your-", "change-me")
PLACEHOLDER_URL_USERS = ("user:pass@",)


class EnvironmentFault(SystemExit):
    """A setting that cannot be used: ends the process with one sentence and exit code 1."""


def load_files(environment: str) -> None:
    """Read `.env.local` into the environment, without overriding variables; tests read no file."""
    if environment != "test":
        environ.Env.read_env(BACKEND_DIR / ".env.local", overwrite=False)


def text(name: str, default: str = "") -> str:
    """Return a variable, else the content of the file that `<name>_FILE` names, as Docker mounts secrets.

    Blank values and the placeholders in the example files count as unset.
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
    """Return a comma-separated list without blank items."""
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
    """Return a duration in seconds, greater than zero."""
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
    """Return an http(s) URL without a trailing slash, or an empty string."""
    value = text(name).rstrip("/")
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc):
        raise EnvironmentFault(f"{name} is not a URL: write it as https://host/v1.")
    return value


def origins(name: str) -> list[str]:
    """Return a comma-separated list of origins, each written scheme://host."""
    found = listed(name)
    for origin in found:
        parts = urlsplit(origin)
        if not parts.scheme or not parts.netloc or parts.path or "*" in origin:
            raise EnvironmentFault(f"{name} has {origin!r}: write each origin as https://host, without a path.")
    return found


def refuse_debug() -> None:
    """Refuse to start production with `DEBUG` on."""
    if truth("DEBUG", default=False):
        raise EnvironmentFault(
            "DEBUG is on, which shows the internals of this server to every visitor: set it to false."
        )


def data_dir() -> Path:
    """Return the folder of the SQLite database and of generated secrets, private to this user; create it if missing."""
    folder = Path(text("DATA_DIR", str(PROJECT_DIR / "data"))).expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault(
            f"DATA_DIR {folder} cannot be created ({error.strerror}): name a folder you own."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise EnvironmentFault(f"DATA_DIR {folder} is not writable: name a folder that this user may write to.")
    try:
        make_folder_private(folder)
    except OSError as error:
        raise EnvironmentFault(f"DATA_DIR {folder} {error.strerror}: name a folder for this product alone.") from None
    return folder
