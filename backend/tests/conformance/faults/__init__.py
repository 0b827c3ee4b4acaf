"""Servers that break one rule each."""

from importlib import import_module
from pkgutil import iter_modules

from tests.conformance.faults.registry import FAULTS

__all__ = ["FAULTS"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
