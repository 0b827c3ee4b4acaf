"""The front end's files, as a browser gets them."""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from django.test import Client
from pytest_django import Settings

# Before a request, Django looks after the connections that earlier ones have left.
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
    """A front end that has been built, in a place of its own."""
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


def test_those_that_never_change_are_kept_for_ever() -> None:
    answer = get("/assets/index-a1b2c3d4.js")

    assert answer.content == SCRIPT
    assert {"immutable", "public"} <= set(answer.headers["Cache-Control"].split(", "))
    assert answer.headers["Content-Type"].startswith("text/javascript")


def test_they_come_compressed_where_that_is_understood() -> None:
    answer = get("/assets/index-a1b2c3d4.js", **{"Accept-Encoding": "gzip, br"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.content) == SCRIPT


def test_those_that_are_gone_are_no_page() -> None:
    assert get("/assets/index-00000000.js").status == 404


@pytest.mark.parametrize(("path", "kind"), [("/service-worker.js", "text/javascript"), ("/diagram.html", "text/html")])
def test_those_whose_name_stays_are_asked_for_each_time(path: str, kind: str) -> None:
    answer = get(path)

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Type"].startswith(kind)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_frame_for_diagrams_is_a_sandbox() -> None:
    headers = get("/diagram.html").headers
    policy = headers["Content-Security-Policy"].split("; ")

    assert {"default-src 'none'", "script-src 'self'", "sandbox allow-scripts", "frame-ancestors 'self'"} <= set(policy)
    # It would win over what the policy says.
    assert "X-Frame-Options" not in headers
    # A sandbox has no origin: scripts come to it as to a stranger.
    assert get("/assets/index-a1b2c3d4.js").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/icons/icon-192.png", "image/png"),
        ("/favicon.svg", "image/svg+xml"),
        ("/manifest.webmanifest", "application/manifest+json"),
    ],
)
def test_others_are_kept_for_a_while(path: str, kind: str) -> None:
    answer = get(path)

    assert answer.headers["Content-Type"] == kind
    assert "max-age=" in answer.headers["Cache-Control"]
    assert "immutable" not in answer.headers["Cache-Control"]
