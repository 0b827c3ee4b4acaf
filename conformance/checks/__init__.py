"""The checks, by the section of the specification that they belong to."""

from importlib import import_module
from pkgutil import iter_modules

from conformance.registry import CHECKS, Check


def load_checks() -> dict[str, Check]:
    """Return all checks by name."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return CHECKS
