"""External parts of the builds are pinned: images by digest, actions by commit."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tools.repository import ROOT

OWN_IMAGE = "ai-chat-"
SOURCE = re.compile(
    r"""^\s*(?:FROM\s+(?:--\S+\s+)*|COPY\s+(?:--\S+\s+)*?--from=|(?:-\s+)?image:\s*|"image":\s*")(?P<image>[^\s",]+)"""
    r"""(?:\s+AS\s+(?P<stage>\S+))?""",
    re.IGNORECASE | re.MULTILINE,
)
ACTION = re.compile(r"^\s*(?:-\s+)?uses:\s*(\S+)", re.MULTILINE)
DIGEST = re.compile(r"\S+:\d[\w.-]*@sha256:[0-9a-f]{64}")
COMMIT = re.compile(r"[\w./-]+@[0-9a-f]{40}")


def test_images_are_pinned_by_digest() -> None:
    found = list(external_images())
    assert len({image.partition(":")[0] for _, image in found}) >= 6, "the images are no longer found"
    assert [(name, image) for name, image in found if not DIGEST.fullmatch(image)] == []


def test_a_release_has_the_same_digest_everywhere() -> None:
    digests: dict[str, set[str]] = defaultdict(set)
    for _, image in external_images():
        digests[image.partition(":")[0]].add(image)
    assert [images for images in digests.values() if len(images) > 1] == []


def test_actions_are_pinned_by_commit() -> None:
    files = list_files(".github", "*.yml")
    found = [(path.name, action) for path in files for action in ACTION.findall(path.read_text())]
    assert found
    assert [(name, action) for name, action in found if not COMMIT.fullmatch(action)] == []


def external_images() -> Iterator[tuple[str, str]]:
    """Yield the file and the name of every image that is not built here."""
    paths = [*list_files("backend/docker", "*"), *list_files(".devcontainer", "*"), *list_files(".github", "*.yml")]
    for path in paths:
        matches = list(SOURCE.finditer(path.read_text()))
        stages = {match["stage"] for match in matches}
        for match in matches:
            if match["image"] not in stages and not match["image"].startswith(OWN_IMAGE):
                yield path.name, match["image"]


def list_files(folder: str, pattern: str) -> list[Path]:
    return [path for path in sorted((ROOT / folder).rglob(pattern)) if path.is_file() and "secrets" not in path.parts]
