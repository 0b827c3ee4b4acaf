"""The base path, and the settings that follow from it: the public URL and the cookies."""

import re
from urllib.parse import urlsplit

from config import env

PATH_PATTERN = re.compile(r"(?:/(?!\.\.?(?:/|$))[A-Za-z0-9._~-]+)+")
OWN_PATHS = ("admin", "api", "assets", "c", "icons", "login", "register", "reset-password", "static", "v1", "ws")
"""Paths of the server: below one of these, it could not tell whether a proxy has removed the base path."""


@env.reports_problems
def read_base_path(name: str) -> str:
    """Return a path such as `/chat`, without a slash at its end; an empty string is the root of the host."""
    value = env.text(name).rstrip("/")
    if value and not PATH_PATTERN.fullmatch(value):
        raise env.SettingError(f"{name} is {value!r}: write a path such as /chat, of letters, digits and . _ ~ -.")
    if value and (first := value.split("/")[1]) in OWN_PATHS:
        raise env.SettingError(f"{name} is {value!r}, but the server has paths below /{first}: choose another.")
    return value


def read_public_url(default: str, *, base: str) -> str:
    """Return `PUBLIC_URL`, else `default`, with the base path; another path is a fault."""
    url = env.http_url("PUBLIC_URL") or default
    path = urlsplit(url).path
    if path not in {"", base}:
        # Reported for BASE_PATH, which counts as unset if it has a problem: its own sentence is enough then.
        env.report_problem(
            "BASE_PATH",
            f"PUBLIC_URL has the path {path}, and BASE_PATH is {base or 'not set'}: give both the same path.",
        )
    return url if path else url + base


def make_cookie_settings(base: str) -> dict[str, object]:
    """Return Django's settings for cookies, named by the path: browsers send cookies of `/` to sub-paths too."""
    suffix = base.replace("/", "_")
    settings: dict[str, object] = {
        "SESSION_COOKIE_NAME": f"sessionid{suffix}",
        "CSRF_COOKIE_NAME": f"csrftoken{suffix}",
        "SESSION_COOKIE_PATH": f"{base}/",
        "CSRF_COOKIE_PATH": f"{base}/",
    }
    if base:  # By default, messages are in a cookie whose name cannot be set.
        settings["MESSAGE_STORAGE"] = "django.contrib.messages.storage.session.SessionStorage"
    return settings
