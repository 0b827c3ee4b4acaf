"""For how long browsers keep the front end's files, beyond those below /assets/, which never change."""

from collections.abc import MutableMapping

NAMED_FOR_EVER = ("/service-worker.js", "/diagram.html")
ICONS = ("/icons/", "/favicon.svg")
ICON_SECONDS = 24 * 3600


def add_file_headers(headers: MutableMapping[str, str], _: str, url: str) -> None:
    """Say so in the headers of one file (WhiteNoise's `add_headers_function`)."""
    if url in NAMED_FOR_EVER:
        headers["Cache-Control"] = "no-cache"
    elif url.startswith(ICONS):
        headers["Cache-Control"] = f"max-age={ICON_SECONDS}, public"
