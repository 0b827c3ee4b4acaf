"""Services of a compose file, with the defaults of their variables."""

import re
from pathlib import Path
from typing import Any

import yaml

VARIABLE = re.compile(r"\$\{\w+:-(.*?)\}")


def read_services(path: Path) -> dict[str, Any]:
    """Return the services; each `${NAME:-default}` is replaced by its default."""
    return dict(yaml.safe_load(VARIABLE.sub(r"\1", path.read_text()))["services"])
