"""`contract/asyncapi.json`: the protocol as an AsyncAPI 3 document, with every frame and command as JSON Schema."""

from typing import Any

from apps.chat.contract.schema import UNIONS, describe_frames
from apps.chat.protocol.version import SUBPROTOCOL, VERSION

ASYNCAPI = "3.0.0"
MESSAGE = "#/components/messages/{name}"
SCHEMA = "#/components/schemas/{name}"

_CHANNELS: dict[str, tuple[str, str, str, tuple[str, ...], tuple[str, ...]]] = {
    "chat": (
        "/ws/chat/{conversation_id}/",
        "The answers of one conversation.",
        "conversation_id",
        ("ClientFrame",),
        ("ServerFrame",),
    ),
    "changes": (
        "/ws/events/",
        "The change feed: changes in all conversations of a user.",
        "",
        ("Authenticate", "Ping", "Pong"),
        ("ChangeFeedFrame",),
    ),
}
"""Address, description, parameter, and the unions that clients and the server send, by the name of the channel."""


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
        "channels": {name: _describe_channel(name) for name in _CHANNELS},
        "operations": {
            operation: described for name in _CHANNELS for operation, described in _describe_operations(name).items()
        },
        "components": {
            "messages": {name: _describe_message(name, schemas[name]) for name in shapes},
            "schemas": schemas,
        },
    }


def _describe_channel(name: str) -> dict[str, Any]:
    address, description, parameter, taken, sent = _CHANNELS[name]
    channel: dict[str, Any] = {
        "address": address,
        "description": description,
        "messages": {shape: {"$ref": MESSAGE.format(name=shape)} for shape in _members(*taken, *sent)},
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
    if parameter:
        channel["parameters"] = {parameter: {"description": "A UUID."}}
    return channel


def _describe_operations(name: str) -> dict[str, Any]:
    _, _, _, taken, sent = _CHANNELS[name]
    return {
        f"{name}.command": _describe_operation(name, "receive", "A command of a client.", taken),
        f"{name}.frame": _describe_operation(name, "send", "A frame of the server.", sent),
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
    """Return the shapes of these unions, each once."""
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
