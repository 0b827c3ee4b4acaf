"""The list of servers that break one rule each."""

from collections.abc import Callable

from tests.conformance.breaking_proxy import Fault, Frame

FAULTS: dict[str, tuple[type[Fault], set[str]]] = {}
"""Each fault with the requirements of which the suite must find at least one broken."""


def fault[T: Fault](*requirements: str) -> Callable[[type[T]], type[T]]:
    """Add a fault that breaks these requirements to the list."""

    def add(kind: type[T]) -> type[T]:
        FAULTS[kind.__name__] = kind, set(requirements)
        return kind

    return add


def is_delta(frame: Frame) -> bool:
    """Return whether a frame has text of an answer."""
    return frame["type"] in {"chat.stream", "chat.reasoning"} and not frame.get("done")


def is_end(frame: Frame) -> bool:
    """Return whether a frame is terminal."""
    return frame.get("done") is True
