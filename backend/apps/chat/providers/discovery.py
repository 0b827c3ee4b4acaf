"""Discovers the models of a service (`GET /models`)."""

import asyncio
import re
from typing import Any

import msgspec

from apps.chat.providers.base import Model, NoModelServiceError
from apps.chat.providers.catalogue import is_chat_model, known_window
from apps.chat.providers.openai import OpenAIProvider

_MAX_MODELS = 1_000
_MODEL_ID = re.compile(r"[^\s\x00-\x1f\x7f\ud800-\udfff]{1,200}")
_SMALLEST_WINDOW = 512


class _ModelJson(msgspec.Struct):
    """One entry; services use different names for the context window."""

    id: str
    context_length: object = None
    max_context_length: object = None
    context_window: object = None
    max_model_len: object = None
    meta: object = None


class _ListJson(msgspec.Struct):
    data: list[_ModelJson]
    object: Any = None


_lists = msgspec.json.Decoder(_ListJson | list[_ModelJson])


async def discover_models(
    provider: OpenAIProvider, *, within: float, unknown_window: int, is_strict: bool = False
) -> tuple[Model, ...]:
    """Return the chat models of a service, in its order; raises NoModelServiceError if it does not answer like one.

    `within` is in seconds; `unknown_window` is in tokens, for models whose window neither the list nor the name tells.
    Some services leave out the wrapping of OpenAI's list, or its `object`; with `is_strict` they are taken for others.
    """
    deadline = asyncio.get_running_loop().time() + within
    body = await provider.fetch("/models", deadline=deadline)
    try:
        listed = _lists.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NoModelServiceError("the model service sent no list of models") from None
    if is_strict and (isinstance(listed, list) or listed.object != "list"):
        raise NoModelServiceError("the model service sent no list of models")
    entries = {entry.id: entry for entry in (listed if isinstance(listed, list) else listed.data)[:_MAX_MODELS]}
    return tuple(
        Model(entry.id, entry.id, _window(entry, unknown_window), provider.name)
        for entry in entries.values()
        if _MODEL_ID.fullmatch(entry.id) and is_chat_model(entry.id)
    )


def _window(entry: _ModelJson, unknown: int) -> int:
    meta = entry.meta.get("n_ctx") if isinstance(entry.meta, dict) else None
    for stated in (meta, entry.max_model_len, entry.context_length, entry.context_window, entry.max_context_length):
        if type(stated) is int and stated >= _SMALLEST_WINDOW:
            return stated
    return known_window(entry.id, unknown=unknown)
