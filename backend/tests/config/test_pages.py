"""Files of the front end, as the server sends them to browsers."""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from django.test import Client
from pytest_django import Settings

from config import pages

# Before each request, Django closes database connections that earlier requests have left.
pytestmark = pytest.mark.django_db

SCRIPT = b"console.log('hello')\n" * 100


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    content: bytes


def get(path: str, **headers: str) -> Answer:
    answer = Client().get(path, headers=headers)
    content = answer.getvalue()
    answer.close()
    return Answer(answer.status_code, answer.headers, content)


@pytest.fixture(autouse=True)
def front_end(settings: Settings, tmp_path: Path) -> None:
    """A built front end in a temporary folder."""
    settings.WHITENOISE_ROOT = tmp_path
    for folder in ("assets", "icons"):
        (tmp_path / folder).mkdir()
    (tmp_path / "assets" / "index-a1b2c3d4.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "index-a1b2c3d4.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "service-worker.js").write_bytes(SCRIPT)
    (tmp_path / "diagram.html").write_text("<!doctype html>")
    (tmp_path / "manifest.webmanifest").write_text("{}")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    (tmp_path / "icons" / "icon-192.png").write_bytes(b"png")


def test_hashed_files_are_cached_forever() -> None:
    answer = get("/assets/index-a1b2c3d4.js")

    assert answer.content == SCRIPT
    assert {"immutable", "public"} <= set(answer.headers["Cache-Control"].split(", "))
    assert answer.headers["Content-Type"].startswith("text/javascript")


def test_files_are_sent_compressed_to_browsers_that_accept_it() -> None:
    answer = get("/assets/index-a1b2c3d4.js", **{"Accept-Encoding": "gzip, br"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.content) == SCRIPT


@pytest.mark.parametrize(("base", "path"), [("", "/"), ("/chat", "/chat/")])
def test_the_urls_of_the_page_are_below_the_base_path(settings: Settings, tmp_path: Path, base: str, path: str) -> None:
    page = '<meta name="base-path" content="/" /><a href="//elsewhere"></a><script src="/assets/a.js"></script>'
    (tmp_path / "index.html").write_text(page)
    settings.FRONTEND_DIST, settings.BASE_PATH = tmp_path, base
    pages.read_page.cache_clear()
    assert get("/c/a-conversation").content.decode() == page.replace('"/"', f'"{path}"').replace(
        '"/assets', f'"{path}assets'
    )
    pages.read_page.cache_clear()


def test_a_missing_hashed_file_is_not_found() -> None:
    assert get("/assets/index-00000000.js").status == 404


@pytest.mark.parametrize(("path", "kind"), [("/service-worker.js", "text/javascript"), ("/diagram.html", "text/html")])
def test_scripts_and_pages_with_a_fixed_name_are_revalidated(path: str, kind: str) -> None:
    answer = get(path)

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Type"].startswith(kind)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_frame_for_diagrams_is_a_sandbox() -> None:
    headers = get("/diagram.html").headers
    policy = headers["Content-Security-Policy"].split("; ")

    assert {"default-src 'none'", "script-src 'self'", "sandbox allow-scripts", "frame-ancestors 'self'"} <= set(policy)
    # It would override the frame-ancestors of the policy.
    assert "X-Frame-Options" not in headers
    # A sandbox has an opaque origin, so its scripts are fetched across origins.
    assert get("/assets/index-a1b2c3d4.js").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/icons/icon-192.png", "image/png"),
        ("/favicon.svg", "image/svg+xml"),
        ("/manifest.webmanifest", "application/manifest+json"),
    ],
)
def test_icons_and_the_manifest_are_cached_for_a_limited_time(path: str, kind: str) -> None:
    answer = get(path)

    assert answer.headers["Content-Type"] == kind
    assert "max-age=" in answer.headers["Cache-Control"]
    assert "immutable" not in answer.headers["Cache-Control"]
