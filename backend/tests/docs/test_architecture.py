"""docs/architecture.md names every package, in import order; it and docs/glossary.md name only code that exists."""

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.storeless

ROOT = Path(settings.PROJECT_DIR)
SOURCES = ("backend/apps", "backend/server", "backend/config", "frontend/src", "clients/typescript/src")


def read_rows(heading: str) -> list[str]:
    """Return the names in the first column of the table below a heading or a line."""
    page = (ROOT / "docs" / "architecture.md").read_text()
    table = page.partition(heading)[2].partition("|---|---|\n")[2].partition("\n\n")[0]
    cells = [row.split("|")[1] for row in table.splitlines()]
    return [name.rstrip("/") for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def test_the_packages_of_the_chat_are_documented_in_their_order() -> None:
    contracts = tomllib.loads((ROOT / "backend" / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract.get("containers") == ["apps.chat"]]
    layer_of = {package.strip(): level for level, layer in enumerate(layers) for package in re.split(r"[|:]", layer)}
    packages = [name.removesuffix(".py") for name in read_rows("Inside `apps/chat/`")]
    documented = [layer_of[package] for package in packages if package in layer_of]
    assert set(packages) == set(layer_of)
    assert documented == sorted(documented)


def test_every_folder_of_the_front_end_is_documented() -> None:
    folders = {path.name for path in (ROOT / "frontend" / "src").iterdir() if path.is_dir()}
    assert set(read_rows("### Front end")) == folders


def test_every_function_and_class_that_is_named_exists() -> None:
    files = [path for folder in SOURCES for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".ts", ".tsx"}]
    known = {word for path in files for word in re.findall(r"\w+", path.read_text())}
    pages = [(ROOT / "docs" / name).read_text() for name in ("architecture.md", "glossary.md")]
    spans = re.findall(r"`([A-Za-z_.]+)`", "".join(pages))
    named = {word for span in spans for word in span.split(".") if re.search(r"[a-z][A-Z]|[a-z]_[a-z]", word)}
    assert len(named) > 10
    assert named <= known, named - known
