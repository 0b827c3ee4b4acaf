"""`make check-citations`: every citation of a document, section, requirement, file or link points to something."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tools.markdown_page import Page, read_page, without_code
from tools.programs import run_quietly
from tools.progress import Failure, run_command
from tools.repository import ROOT

DOCUMENT = re.compile(r"(?<![\w/.-])docs/[\w./-]+\.md\b")
OLD_DOCUMENT = re.compile(r"(?<![\w/.-])[A-Z][A-Z_]+(?:\.zh-TW)?\.md\b")
SECTIONS = re.compile(r"(docs/[\w./-]+\.md),\s+sections?\s+(\d+(?:(?:,\s+|\s+and\s+|\s+to\s+)\d+)*)")
REQUIREMENT = re.compile(r"(?<![\w-])(?:[PA]-\d+\.\d+|I-\d+)\b(?![.-]\d)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|tsx?|js|json|toml|ya?ml|sh))`")
CODE_FOLDERS = ("", "backend", "backend/apps", "backend/apps/chat", "frontend", "frontend/src")
EXTERNAL = re.compile(r"[a-z][a-z0-9+.-]*:")
SKIPPED = {"package-lock.json", "uv.lock", "test_citations.py"}


class BrokenCitation(NamedTuple):
    """A citation that points to nothing."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        """Return it in the form of compiler messages."""
        return f"{self.path}:{self.line}: {self.text}"


def main() -> int:
    """Print the citations that point to nothing; return 0 if there are none."""
    pages = {path: read_page(ROOT / path) for path in _list_files() if path.suffix == ".md"}
    defined = _collect_requirements(pages)
    broken: list[BrokenCitation] = []
    for path in _list_files():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        broken += find_broken_citations(path, text, pages, defined)
    for citation in broken:
        print(citation)
    count = len({citation.path for citation in broken})
    print(f"{count} files have broken citations, {len(pages)} documents were read")
    return 1 if broken else 0


def find_broken_citations(
    path: Path, text: str, pages: dict[Path, Page], defined: set[str]
) -> Iterator[BrokenCitation]:
    """Yield the citations in one file that point to nothing."""
    checks: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
        (DOCUMENT, lambda found: _check_document(found.group(), pages)),
        (OLD_DOCUMENT, lambda found: _check_neighbour(path, found.group())),
        (SECTIONS, lambda found: _check_sections(found, pages)),
        (REQUIREMENT, lambda found: "" if found.group() in defined else f"no requirement {found.group()}"),
    ]
    if path.suffix == ".md":
        checks.append((LINK, lambda found: _check_link(path, found.group(1), pages)))
        checks.append((CODE, lambda found: _check_code(found.group(1))))
        text = without_code(text)
    for pattern, check in checks:
        for found in pattern.finditer(text):
            if complaint := check(found):
                yield BrokenCitation(path, text.count("\n", 0, found.start()) + 1, complaint)


def _list_files() -> list[Path]:
    listed = run_quietly(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT)
    paths = sorted({Path(name) for name in listed.split("\0") if name})
    return [path for path in paths if path.name not in SKIPPED]


def _collect_requirements(pages: dict[Path, Page]) -> set[str]:
    defined: dict[str, Path] = {}
    for path, page in pages.items():
        for name in page.requirements:
            if name in defined:
                raise Failure(f"{name} is defined twice: in {defined[name]} and in {path}")
            defined[name] = path
    return set(defined)


def _check_document(name: str, pages: dict[Path, Page]) -> str:
    return "" if Path(name) in pages else f"no document {name}"


def _check_neighbour(path: Path, name: str) -> str:
    return "" if any((ROOT / folder / name).is_file() for folder in ("", path.parent)) else f"no document {name}"


def _check_sections(found: re.Match[str], pages: dict[Path, Page]) -> str:
    page = pages.get(Path(found.group(1)))
    missing = [number for number in re.findall(r"\d+", found.group(2)) if page and number not in page.sections]
    return f"{found.group(1)} has no section {', '.join(missing)}" if missing else ""


def _check_code(name: str) -> str:
    return "" if any((ROOT / folder / name).is_file() for folder in CODE_FOLDERS) else f"no file {name}"


def _check_link(path: Path, target: str, pages: dict[Path, Page]) -> str:
    if EXTERNAL.match(target):
        return ""
    name, _, anchor = target.partition("#")
    linked = Path(os.path.normpath(path.parent / name)) if name else path
    if not (ROOT / linked).exists():
        return f"no file {target}"
    if anchor and linked in pages and anchor not in pages[linked].anchors:
        return f"no heading {target}"
    return ""


if __name__ == "__main__":
    run_command(main)
