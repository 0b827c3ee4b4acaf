"""Optional packages, tests and controllers that libraries import and a server does not use: they are kept out.

They would take 20 MB of memory and a quarter of the CPU time of a start.
"""

import sys
from importlib.util import find_spec, module_from_spec

UNUSED_PACKAGES = ("rich", "twisted", "watchfiles")
"""Colours of structlog and its other logger, the reloader of uvicorn."""

EMPTY_PACKAGES = ("django.test", "ninja_extra")
"""Packages of which a library imports one module, and with it the whole package: Ninja imports Django's tests, with
`unittest` and Jinja; Ninja JWT imports the controllers of Ninja Extra for its exceptions."""


def hide_optional_packages() -> None:
    """Make the libraries work without these packages; call it before the first import of Django.

    PyJWT is imported here, because only it must not see `cryptography`: our tokens need nothing but HMAC, and others
    import it when they need it.
    """
    for name in UNUSED_PACKAGES:
        _hide(name)
    if "cryptography" not in sys.modules:
        _hide("cryptography")
        import jwt  # noqa: F401, PLC0415

        del sys.modules["cryptography"]
    for name in EMPTY_PACKAGES:
        if name not in sys.modules and (spec := find_spec(name)) is not None:
            sys.modules[name] = module_from_spec(spec)  # Its modules are found, but nothing is run.


def _hide(name: str) -> None:
    sys.modules.setdefault(name, None)  # type: ignore[arg-type] # Python's own mark of a module that cannot be imported
