"""The list of faults, each a server that breaks a rule, and the kinds of hooks that they share."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.conformance.breaking_proxy import Connection, Fault, Frame, Hook, ResponseHook

FAULTS: dict[str, Fault] = {}

type Which = str | Callable[[Frame], object]
"""The frames or commands that a fault changes: by type, by code, or by a function that returns whether it does."""


def add_faults(**faults: Fault) -> None:
    """Add faults to the list."""
    if known := FAULTS.keys() & faults:
        raise ValueError(f"two faults are named {known}")
    FAULTS.update(faults)


def breaks_frames(requirements: str, **options: Any) -> Callable[[Hook], Hook]:
    """Add a fault whose function returns what the client gets in place of a frame."""
    return _adds("to_client", requirements, options)


def breaks_commands(requirements: str, **options: Any) -> Callable[[Hook], Hook]:
    """Add a fault whose function returns what the server gets in place of a command."""
    return _adds("to_server", requirements, options)


def breaks_responses(requirements: str, **options: Any) -> Callable[[ResponseHook], ResponseHook]:
    """Add a fault whose function returns the status and the JSON of a response."""
    return _adds("respond", requirements, options)


def _adds[F: Callable[..., Any]](hook: str, requirements: str, options: dict[str, Any]) -> Callable[[F], F]:
    """Return a decorator that adds a fault with this hook."""

    def add(function: F) -> F:
        add_faults(**{function.__name__: Fault(requirements, **options | {hook: function})})
        return function

    return add


# Frames -------------------------------------------------------------------------------------------------------------


def is_delta(frame: Frame) -> bool:
    """Return whether a frame has text of an answer."""
    return frame["type"] in {"chat.stream", "chat.reasoning"} and not frame.get("done")


def is_end(frame: Frame) -> bool:
    """Return whether a frame is terminal."""
    return frame.get("done") is True


def is_repeated_end(frame: Frame) -> bool:
    """Return whether a terminal frame has been sent before."""
    return is_end(frame) and bool(frame["from"] == frame["seq"])


def is_last_change(frame: Frame) -> bool:
    """Return whether a frame has only the revision of a conversation, as the one after the end of an answer."""
    return frame["type"] == "conversation.updated" and len(frame) == 2


def any_frame(_: Frame) -> bool:
    return True


def matches(which: Which, frame: Frame) -> bool:
    """Return whether a frame or command is one of those."""
    return which in {frame.get("type"), frame.get("code")} if isinstance(which, str) else bool(which(frame))


def count_from_first(frame: Frame, connection: Connection, *names: str) -> Frame:
    """Return a frame whose numbers in these fields count from the first one of the connection."""
    base = connection.memory.setdefault("base", frame[names[0]])
    return frame | {name: frame[name] - base for name in names}


# Hooks for frames and commands --------------------------------------------------------------------------------------


def replaced(which: Which, by: Callable[[Frame], Iterable[Frame]]) -> Hook:
    return lambda frame, _: by(frame) if matches(which, frame) else [frame]


def changed(which: Which, change: Callable[[Frame], Frame]) -> Hook:
    return replaced(which, lambda frame: [change(frame)])


def with_fields(which: Which, **fields: Any) -> Hook:
    return changed(which, lambda frame: frame | fields)


def without_fields(which: Which, *names: str) -> Hook:
    return changed(which, lambda frame: {name: value for name, value in frame.items() if name not in names})


def with_inner(which: Which, outer: str, **fields: Any) -> Hook:
    """Change fields of an object in a frame."""
    return changed(which, lambda frame: frame | {outer: frame[outer] | fields})


def without_inner(which: Which, outer: str, name: str) -> Hook:
    """Omit a field of an object in a frame."""
    return changed(
        which, lambda frame: frame | {outer: {key: frame[outer][key] for key in frame[outer] if key != name}}
    )


def dropped(which: Which) -> Hook:
    return replaced(which, lambda _: [])


def repeated(which: Which) -> Hook:
    return replaced(which, lambda frame: [frame, frame])


def followed_by_close(which: Which, code: int) -> Hook:
    return replaced(which, lambda frame: [frame, {"_close": code}])


def delayed(which: Which, until: Which) -> Hook:
    """Hold a frame back until another one has passed."""

    def hook(frame: Frame, connection: Connection) -> Iterator[Frame]:
        if matches(which, frame):
            connection.memory["held"] = frame
            return
        yield frame
        if "held" in connection.memory and matches(until, frame):
            yield connection.memory.pop("held")

    return hook


def where(condition: Callable[[Connection], object], hook: Hook) -> Hook:
    """Use a hook on some connections only."""
    return lambda frame, connection: hook(frame, connection) if condition(connection) else [frame]


def at(prefix: str | tuple[str, ...], hook: Hook) -> Hook:
    """Use a hook on connections with such a path only."""
    return where(lambda connection: connection.path.startswith(prefix), hook)


CHAT = "/ws/chat"
FEED = ("/ws/events", "/api/events")

# Hooks for responses ------------------------------------------------------------------------------------------------


def has_ended(message: Frame) -> bool:
    """Return whether a stored message is an answer that has ended."""
    return message["role"] == "assistant" and message["status"] not in {"pending", "streaming"}


def stored(which: Callable[[Frame], object], act: Callable[[Frame], object]) -> ResponseHook:
    """Change messages in GET."""

    def respond(_: Connection, status: int, body: Any) -> tuple[int, Any]:
        for message in body.get("messages", []) if isinstance(body, dict) else []:
            if which(message):
                act(message)
        return status, body

    return respond


def posted(which: Which, act: Callable[[Frame], object]) -> ResponseHook:
    """Change frames that are the response to a posted command."""

    def respond(connection: Connection, status: int, body: Any) -> tuple[int, Any]:
        if connection.path.endswith("/commands") and isinstance(body, dict) and matches(which, body):
            act(body)
        return status, body

    return respond


def refused_with(status: int, instead_of: int) -> ResponseHook:
    """Change the status with which posted commands are refused."""

    def respond(connection: Connection, given: int, body: Any) -> tuple[int, Any]:
        return (status if connection.path.endswith("/commands") and given == instead_of else given), body

    return respond
