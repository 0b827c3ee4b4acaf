"""Dead code: functions, classes and methods of the back end that nothing calls; runs in the back end's environment.

Variables are left to ruff: class variables are fields, which Django and pydantic read.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from vulture import Vulture  # type: ignore[import-untyped, unused-ignore]
from vulture.config import make_config  # type: ignore[import-untyped, unused-ignore]

KINDS = ("class", "function", "method", "property")
MIN_CONFIDENCE = 60
# Settings name middleware and back ends as texts.
DOTTED = re.compile(r"""["'](?:apps|config)\.[\w.]*?(\w+)["']""")


def main() -> int:
    """Print what is dead; return 1 if anything is."""
    config = make_config([])
    named = [name for folder in config["paths"] for name in _names_in_texts(Path(folder))]
    vulture = Vulture(ignore_names=[*config["ignore_names"], *named], ignore_decorators=config["ignore_decorators"])
    vulture.scavenge(config["paths"], exclude=config["exclude"])
    dead = [item for item in vulture.get_unused_code(min_confidence=MIN_CONFIDENCE) if item.typ in KINDS]
    for item in dead:
        print(item.get_report())
    return 1 if dead else 0


def _names_in_texts(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.py"):
        yield from DOTTED.findall(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
