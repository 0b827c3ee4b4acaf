"""`contract/asyncapi.json`: the protocol as an AsyncAPI 3 document, with every frame and command as JSON Schema."""

from typing import Any, NamedTuple

from apps.chat.contract.schema import UNIONS, describe_frames
from apps.chat.protocol.version import SUBPROTOCOL, VERSION

ASYNCAPI = "3.0.0"
MESSAGE = "#/components/messages/{name}"
SCHEMA = "#/components/schemas/{name}"


class _Channel(NamedTuple):
    """A WebSocket, with the unions of `UNIONS` that the server receives and sends on it."""

    address: str
    description: str
    parameter: str
    received: tuple[str, ...]
    sent: tuple[str, ...]


_CHANNELS = {
    "chat": _Channel(
        address="/ws/chat/{conversation_id}/",
        description="The answers of one conversation.",
        parameter="conversation_id",
        received=("ClientFrame",),
        sent=("ServerFrame",),
    ),
    "changes": _Channel(
        address="/ws/events/",
        description="The change feed: changes in all conversations of a user.",
        parameter="",
        received=("Authenticate", "Ping", "Pong"),
        sent=("ChangeFeedFrame",),
    ),
}


def describe_protocol() -> dict[str, Any]:
    schemas = _rename_refs(describe_frames()["$defs"])
    shapes = [name for name, shape in schemas.items() if "properties" in shape and "type" in shape["properties"]]
    return {
        "asyncapi": ASYNCAPI,
        "info": {
            "title": "AI Chat protocol",
            "version": VERSION,
            "description": "Answers of language models as numbered frames that any client can resume and verify. "
            "The specification, docs/protocol.md, has the requirements.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {name: _describe_channel(channel) for name, channel in _CHANNELS.items()},
        "operations": {
            operation: described
            for name, channel in _CHANNELS.items()
            for operation, described in _describe_operations(name, channel).items()
        },
        "components": {
            "messages": {name: _describe_message(name, schemas[name]) for name in shapes},
            "schemas": schemas,
        },
    }


def _describe_channel(channel: _Channel) -> dict[str, Any]:
    shapes = _members(*channel.received, *channel.sent)
    described: dict[str, Any] = {
        "address": channel.address,
        "description": channel.description,
        "messages": {shape: {"$ref": MESSAGE.format(name=shape)} for shape in shapes},
        "bindings": {
            "ws": {
                "method": "GET",
                "headers": {
                    "type": "object",
                    "properties": {"Sec-WebSocket-Protocol": {"type": "string", "const": SUBPROTOCOL}},
                },
            }
        },
    }
    if channel.parameter:
        described["parameters"] = {channel.parameter: {"description": "A UUID."}}
    return described


def _describe_operations(name: str, channel: _Channel) -> dict[str, Any]:
    return {
        f"{name}.command": _describe_operation(name, "receive", "A command of a client.", channel.received),
        f"{name}.frame": _describe_operation(name, "send", "A frame of the server.", channel.sent),
    }


def _describe_operation(channel: str, action: str, summary: str, unions: tuple[str, ...]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/{channel}/messages/{shape}"} for shape in _members(*unions)],
    }


def _describe_message(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    kind = shape["properties"]["type"]
    return {
        "name": kind.get("const") or kind["enum"][0],
        "title": name,
        "payload": {"$ref": SCHEMA.format(name=name)},
    }


def _members(*names: str) -> list[str]:
    """Return the shapes in these unions, each once."""
    found: dict[str, None] = {}
    for name in names:
        found |= dict.fromkeys(_members(*UNIONS[name]) if name in UNIONS else [name])
    return list(found)


def _rename_refs(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: _rename_refs(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_rename_refs(inner) for inner in value]
    if isinstance(value, str) and value.startswith("#/$defs/"):
        return SCHEMA.format(name=value.removeprefix("#/$defs/"))
    return value
