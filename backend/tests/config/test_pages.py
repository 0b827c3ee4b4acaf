"""Files of the front end, as the server sends them to browsers."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from config import pages
from tests.config.responses import Response

# Before each request, Django closes database connections that earlier requests have left.
pytestmark = pytest.mark.django_db

SCRIPT = b"console.log('hello')\n" * 100


def get(path: str) -> Response:
    response = Client().get(path)
    content = response.getvalue()
    response.close()
    return Response(response.status_code, response.headers, content)


@pytest.fixture(autouse=True)
def front_end(settings: Settings, tmp_path: Path) -> None:
    """A built front end in a temporary folder."""
    settings.WHITENOISE_ROOT = tmp_path
    for folder in ("assets", "icons"):
        (tmp_path / folder).mkdir()
    (tmp_path / "assets" / "index-a1b2c3d4.js").write_bytes(SCRIPT)
    (tmp_path / "service-worker.js").write_bytes(SCRIPT)
    (tmp_path / "diagram.html").write_text("<!doctype html>")
    (tmp_path / "manifest.webmanifest").write_text("{}")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    (tmp_path / "icons" / "icon-192.png").write_bytes(b"png")


def test_hashed_files_are_cached_forever() -> None:
    response = get("/assets/index-a1b2c3d4.js")

    assert response.content == SCRIPT
    assert {"immutable", "public"} <= set(response.headers["Cache-Control"].split(", "))
    assert response.headers["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize(("base", "path"), [("", "/"), ("/chat", "/chat/")])
def test_the_urls_of_the_page_are_below_the_base_path(settings: Settings, tmp_path: Path, base: str, path: str) -> None:
    page = '<meta name="base-path" content="/" /><a href="//elsewhere"></a><script src="/assets/a.js"></script>'
    (tmp_path / "index.html").write_text(page)
    settings.FRONTEND_DIST, settings.BASE_PATH = tmp_path, base
    pages.read_index_page.cache_clear()
    assert get("/c/a-conversation").content.decode() == page.replace('"/"', f'"{path}"').replace(
        '"/assets', f'"{path}assets'
    )
    pages.read_index_page.cache_clear()


def test_a_missing_hashed_file_is_not_found() -> None:
    assert get("/assets/index-00000000.js").status == 404


@pytest.mark.parametrize(("path", "kind"), [("/service-worker.js", "text/javascript"), ("/diagram.html", "text/html")])
def test_scripts_and_pages_with_a_fixed_name_are_revalidated(path: str, kind: str) -> None:
    response = get(path)

    assert response.status == 200
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["Content-Type"].startswith(kind)
    assert response.headers["X-Content-Type-Options"] == "nosniff"


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
    response = get(path)

    assert response.headers["Content-Type"] == kind
    assert "max-age=" in response.headers["Cache-Control"]
    assert "immutable" not in response.headers["Cache-Control"]
