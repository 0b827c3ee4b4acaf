"""Cache headers of the front end's files outside /assets/, whose files never change."""

from collections.abc import MutableMapping

FIXED_NAMES = ("/service-worker.js", "/diagram.html")
ICONS = ("/icons/", "/favicon.svg")
ICON_SECONDS = 24 * 3600


def add_file_headers(headers: MutableMapping[str, str], _: str, url: str) -> None:
    """Add the cache header of one file (WhiteNoise's `add_headers_function`)."""
    if url in FIXED_NAMES:
        headers["Cache-Control"] = "no-cache"
    elif url.startswith(ICONS):
        headers["Cache-Control"] = f"max-age={ICON_SECONDS}, public"
