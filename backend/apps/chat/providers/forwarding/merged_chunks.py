"""Merging of the chunks of a stream into the completion that they are pieces of."""

from itertools import islice
from typing import Any

from apps.chat.providers.errors import ProviderError
from apps.chat.providers.forwarding.forwarded_chunks import list_choices
from apps.chat.providers.reading.chunks import states_finish
from apps.chat.providers.reading.json_objects import JsonObject

COMPLETION_OBJECT = "chat.completion"
"""The `object` of a completion."""

_STATED_ONCE = {"format", "id", "role", "type"}
"""Fields of a delta whose strings are not pieces of a text."""

_MAX_BEGUN = 128
"""Items of a list, such as calls of tools, that more pieces may continue, and pieces of a name that are compared."""


class _Text(list[str]):
    """The pieces of a text, joined at the end: adding to a string for each piece would take quadratic time."""


class ChunkMerger:
    """Collects the chunks of one answer."""

    def __init__(self) -> None:
        self._fields: JsonObject = {}
        self._choices: dict[int, JsonObject] = {}

    def add(self, chunk: JsonObject) -> None:
        """Add the next chunk: of each field the last value counts, except for `id`, `created` and `model`."""
        for name, value in chunk.items():
            if name != "choices" and value is not None:
                is_first = self._fields.get(name) in {None, ""} if isinstance(value, str) else name not in self._fields
                if is_first or name not in {"id", "created", "model"}:
                    self._fields[name] = value
        for choice in list_choices(chunk):
            self._add_choice(choice)

    def completion(self) -> JsonObject:
        """Return the completion; raises ProviderError if no chunk had a choice."""
        if not self._choices:
            raise ProviderError("the model service sent a stream without an answer")
        choices = [_join(self._choices[index]) for index in sorted(self._choices)]
        for choice in choices:
            for call in choice["message"].get("tool_calls") or ():
                call.pop("index", None)
        return {**self._fields, "object": COMPLETION_OBJECT, "choices": choices}

    def _add_choice(self, choice: JsonObject) -> None:
        index = choice.get("index")
        index = index if isinstance(index, int) else 0
        empty = {"index": index, "message": {"role": "assistant", "content": None}, "finish_reason": None}
        kept = self._choices.setdefault(index, empty)
        _merge(kept["message"], choice.get("delta") or {})
        for name, value in choice.items():
            if name == "finish_reason":
                kept[name] = value if states_finish(value) else kept[name]
            elif name == "logprobs" and isinstance(value, dict):
                kept[name] = _merge(kept.get(name) or {}, value)
            elif name not in {"delta", "index", "text"}:
                kept[name] = value


def _merge(kept: JsonObject, piece: JsonObject) -> JsonObject:
    """Add a piece of an object to what is `kept` of it, and return that."""
    for name, value in piece.items():
        before = kept.get(name)
        if value is None:
            kept.setdefault(name, None)
        elif isinstance(value, str):
            kept[name] = _add_text(name, before, value)
        elif isinstance(value, list):
            if isinstance(before, _Text):
                before = [{"type": "text", "text": before}]
            kept[name] = _add_items(before if isinstance(before, list) else [], value, joins=name == "tool_calls")
        elif isinstance(value, dict):
            kept[name] = _merge(before if isinstance(before, dict) else {}, value)
        else:
            kept[name] = value
    return kept


def _add_text(name: str, before: object, piece: str) -> object:
    if name in _STATED_ONCE:
        return before or piece
    if isinstance(before, _Text):
        # Some services repeat the name of a function in each piece of its call.
        if name != "name" or len(before) > _MAX_BEGUN or "".join(before) != piece:
            before.append(piece)
        return before
    if isinstance(before, list):
        return [*before, {"type": "text", "text": piece}] if piece else before
    return _Text([piece])


def _add_items(kept: list[Any], items: list[Any], *, joins: bool) -> list[Any]:
    """Add the items of a list; items with the same `index` or `id` are pieces of one item.

    With `joins`, an item with neither is a piece of the last one.
    """
    for item in items:
        if not isinstance(item, dict):
            continue
        begun = _find_begun(kept, item, joins=joins)
        if begun is None:
            begun = {}
            kept.append(begun)
        _merge(begun, item)
    return kept


def _find_begun(kept: list[Any], piece: JsonObject, *, joins: bool) -> JsonObject | None:
    """Return the item that a piece continues; two ids are never of one item, even under the same index."""
    number, name = piece.get("index"), piece.get("id")
    if not isinstance(number, int) and not name:
        begins = not joins or bool((piece.get("function") or {}).get("name"))
        return None if begins or not kept else kept[-1]
    for begun in islice(reversed(kept), _MAX_BEGUN):
        is_other = name and begun.get("id") and name != begun["id"]
        if not is_other and (begun.get("index") == number if isinstance(number, int) else begun.get("id") == name):
            found: JsonObject = begun
            return found
    return None


def _join(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a value whose texts are joined."""
    match value:
        case _Text():
            return "".join(value)
        case list():
            return [_join(item) for item in value]
        case dict():
            return {name: _join(item) for name, item in value.items()}
    return value
