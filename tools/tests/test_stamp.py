"""A step is skipped only if none of its inputs has changed."""

from pathlib import Path

import pytest

from tools import stamp
from tools.stamp import Stamp, files_below, fingerprint


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "src" / "node_modules").mkdir(parents=True)
    (tmp_path / "src" / "main.ts").write_text("one")
    return tmp_path / "src"


def _fingerprint(source: Path) -> str:
    return fingerprint("npm", source / "absent.json", files_below(source))


def test_the_same_inputs_have_the_same_fingerprint(source: Path) -> None:
    assert _fingerprint(source) == _fingerprint(source)


@pytest.mark.parametrize(("name", "text"), [("main.ts", "two"), ("new.ts", ""), ("absent.json", "{}")])
def test_each_change_of_content_changes_the_fingerprint(source: Path, name: str, text: str) -> None:
    before = _fingerprint(source)
    (source / name).write_text(text)
    assert _fingerprint(source) != before


def test_renaming_a_file_changes_the_fingerprint(source: Path) -> None:
    before = _fingerprint(source)
    (source / "main.ts").rename(source / "index.ts")
    assert _fingerprint(source) != before


@pytest.mark.parametrize("name", [".cache", "node_modules/new.js"])
def test_hidden_and_generated_files_do_not_count(source: Path, name: str) -> None:
    before = _fingerprint(source)
    (source / name).write_text("x")
    assert _fingerprint(source) == before


def test_a_stamp_matches_until_it_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp, "CACHE", tmp_path)
    assert not Stamp("build").matches("a")
    Stamp("build").keep("a")
    assert Stamp("build").matches("a")
    assert not Stamp("build").matches("b")
    assert not Stamp("other").matches("a")
    Stamp("build").drop()
    assert not Stamp("build").matches("a")
