"""`contract/frames.schema.json`: every frame and command as JSON Schema, each with an example."""

from collections.abc import Iterable
from inspect import cleandoc
from typing import Any

import msgspec

from apps.chat.contract.examples import COMMANDS, FRAMES
from apps.chat.protocol import commands, frames
from apps.chat.protocol.version import VERSION

REF = "#/$defs/{name}"

UNIONS: dict[str, tuple[str, ...]] = {
    "TurnCommand": ("SendMessage", "Regenerate", "EditQuestion", "ContinueAnswer"),
    "ClientCommand": ("TurnCommand", "Stop", "Follow", "Ping", "Pong"),
    "ClientFrame": ("Authenticate", "ClientCommand"),
    "DeltaFrame": ("StreamDelta", "ReasoningDelta"),
    "AnswerFrame": ("DeltaFrame", "StreamEnd", "FailedEnd"),
    "ServerFrame": (
        "AuthSuccess",
        "Accepted",
        "AnswerFrame",
        "Waiting",
        "ErrorFrame",
        "ConversationUpdated",
        "ConversationDeleted",
        "ServerPing",
        "ServerPong",
    ),
    "ConversationChanged": (
        "ListedConversationCreated",
        "ListedConversationUpdated",
        "ListedConversationDeleted",
    ),
    "AnswerChanged": ("AnswerStarted", "AnswerEnded"),
    "ChangeFeedFrame": (
        "ChangeFeedSuccess",
        "ConversationChanged",
        "AnswerChanged",
        "ErrorFrame",
        "ServerPing",
        "ServerPong",
    ),
}
"""Unions of the frames and commands of each side of a connection, under the names that clients use."""


class ContractError(Exception):
    """A frame or command that the contract does not describe."""


def describe_frames(examples: Iterable[frames.Frame] = FRAMES) -> dict[str, Any]:
    """Return the JSON Schema of all frames and commands; `examples` has one of each frame.

    Raises:
        ContractError: a frame has no example, or is in no union.
    """
    sent = _describe(frames.Frame, examples)
    for shape in sent.values():
        _require_fields_with_default(shape)
    shapes = _describe(commands.BaseCommand, COMMANDS) | sent
    unions = {name: {"oneOf": [_make_ref(member) for member in members]} for name, members in UNIONS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Frames and commands of the chat, version {VERSION}",
        "oneOf": [_make_ref(name) for name in ("ClientFrame", "ServerFrame", "ChangeFeedFrame")],
        "$defs": unions | shapes,
    }


def _describe(family: type[msgspec.Struct], examples: Iterable[msgspec.Struct]) -> dict[str, dict[str, Any]]:
    by_shape = {type(example): example for example in examples}
    _check_complete(family, by_shape)
    _, shapes = msgspec.json.schema_components(by_shape, ref_template=REF)
    for shape in shapes.values():
        if "description" in shape:
            shape["description"] = cleandoc(shape["description"])
    for shape, example in by_shape.items():
        shapes[shape.__name__]["examples"] = [msgspec.to_builtins(example)]
    return dict(sorted(shapes.items()))


def _check_complete(family: type[msgspec.Struct], described: Iterable[type]) -> None:
    members = {member for union in UNIONS.values() for member in union}
    for shape in _find_shapes(family):
        if shape not in described:
            raise ContractError(f"{shape.__name__} has no example in apps/chat/contract/examples.py.")
        if shape.__name__ not in members:
            raise ContractError(f"{shape.__name__} is in no union of apps/chat/contract/schema.py.")


def _find_shapes(family: type[msgspec.Struct]) -> set[type[msgspec.Struct]]:
    return {found for child in family.__subclasses__() for found in {child, *_find_shapes(child)}}


def _require_fields_with_default(shape: dict[str, Any]) -> None:
    """Require the fields with a default: a frame always has them, because a default is sent like any other value."""
    for name, field in shape.get("properties", {}).items():
        if "default" in field:
            del field["default"]
            shape["required"].append(name)


def _make_ref(name: str) -> dict[str, str]:
    return {"$ref": REF.format(name=name)}
