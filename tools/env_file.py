"""The settings that the tools need themselves, from the environment or `.env.local`."""

import os
import re
from typing import Optional

from tools.repository import BACKEND

ASSIGNMENT = re.compile(r"\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*$")
QUOTED = re.compile(r"""(["'])(.*)\1$""")


def read_setting(name: str) -> Optional[str]:
    """Return a setting from the environment, else from `backend/.env.local`; blank counts as unset."""
    value = os.environ.get(name)
    if value is None:
        value = _in_file(name)
    return (value or "").strip() or None


def _in_file(name: str) -> Optional[str]:
    file = BACKEND / ".env.local"
    if not file.is_file():
        return None
    value = None
    for line in file.read_text(encoding="utf-8").splitlines():
        found = ASSIGNMENT.match(line)
        if found and found.group(1) == name:
            quoted = QUOTED.match(found.group(2))
            value = quoted.group(2) if quoted else found.group(2)
    return value
