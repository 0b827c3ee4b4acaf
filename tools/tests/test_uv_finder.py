"""Which uv is installed where there is none."""

import re

from tools.repository import ROOT
from tools.uv_finder import INSTALLED


def test_it_is_the_version_of_the_images() -> None:
    dockerfile = (ROOT / "backend" / "docker" / "Dockerfile").read_text()
    assert re.findall(r"^FROM ghcr\.io/astral-sh/uv:(\S+) AS uv$", dockerfile, re.MULTILINE) == [INSTALLED]
