"""Models that are known by name: the default models, and what a name says (context window, vision, …)."""

import re

from apps.chat.providers.model import Missing, Model
from apps.chat.providers.model_ids import find_base_name, find_by_family, remove_tuning

DEFAULT_MODELS = {
    "gpt-4o": "GPT-4o",
    "gpt-4o-mini": "GPT-4o mini",
    "gpt-4-turbo": "GPT-4 Turbo",
    "gpt-3.5-turbo": "GPT-3.5 Turbo",
}
"""The models that are offered without `AI_MODELS`, in addition to `PREFERRED_MODELS`, with their names."""

PREFERRED_MODELS = (
    "gpt-5.5",
    "gpt-5.4",
    "gpt-5.2",
    "gpt-5.1",
    "gpt-5",
    "gpt-4.1",
    "gpt-4o",
    "gpt-5-mini",
    "gpt-4.1-mini",
    "gpt-4o-mini",
)
"""Without `AI_MODELS`, the first of these that the service has is the default model (docs/configuration.md)."""

# Context windows in tokens, by the beginning of the id, longest match first. If a model has a limit for its input, that
# limit counts. If members of a family differ, the smallest counts: too small a window drops the beginning of a long
# conversation, too large a window makes it fail.
_WINDOWS = {
    "gpt-3.5-turbo": 16_385,
    "gpt-4": 8_192,
    "gpt-4-32k": 32_768,
    "gpt-4-turbo": 128_000,
    "gpt-4o": 128_000,
    "gpt-4.": 128_000,
    "gpt-4.1": 1_047_576,
    "gpt-5": 272_000,
    "gpt-5.4": 1_050_000,
    "gpt-5.5": 1_050_000,
    "gpt-6": 922_000,
    "chatgpt-": 128_000,
    "o1": 200_000,
    "o1-mini": 128_000,
    "o1-preview": 128_000,
    "o3": 200_000,
    "o4": 200_000,
    "claude-": 100_000,
    "gemini-": 32_000,
    "deepseek-": 64_000,
    "mistral-": 32_000,
    "mixtral-": 32_000,
    "qwen": 32_000,
    "grok-": 128_000,
}
_UNKNOWN_WINDOW = 8_192

# Maximum answer lengths in tokens, reasoning included, by the beginning of the id in the same way.
_OUTPUTS = {
    "gpt-3.5-turbo": 4_096,
    "gpt-4": 8_192,
    "gpt-4-turbo": 4_096,
    "gpt-4o": 16_384,
    "gpt-4.1": 32_768,
    "gpt-5": 128_000,
    "gpt-6": 128_000,
    "chatgpt-": 16_384,
    "o1": 100_000,
    "o1-mini": 65_536,
    "o1-preview": 32_768,
    "o3": 100_000,
    "o4": 100_000,
}

# Whether models see images, by the beginning of the id, longest match first; families that differ are left out.
_VISION = {
    "gpt-3.5": False,
    "gpt-4": False,
    "gpt-4-turbo": True,
    "gpt-4o": True,
    "gpt-4.": True,
    "gpt-5": True,
    "gpt-6": True,
    "gpt-oss": False,
    "chatgpt-4o": True,
    "o1": True,
    "o1-mini": False,
    "o1-preview": False,
    "o3": True,
    "o3-mini": False,
    "o4-mini": True,
    "claude-": True,
    "claude-2": False,
    "claude-instant": False,
    "gemini-": True,
    "grok-4": True,
    "deepseek-chat": False,
    "deepseek-reasoner": False,
    "codestral": False,
    "gemma-3-": True,
    "gemma3": True,
    "gemma3:1b": False,
    "gemma3:270m": False,
    "gemma-3-1b": False,
    "gemma-3-270m": False,
    "llama-4": True,
    "llama4": True,
    "smollm2": False,
}
_SEEING = re.compile(r"(?:^|[-_.:])(?:vl|vision|llava|bakllava|pixtral|moondream|minicpm-v|internvl)|\dvl(?:$|[-_.:])")

_NO_CHAT = re.compile(
    r"embed|moderation|rerank|whisper|transcribe|realtime|dall-e|diffusion|minilm|mistral-ocr|parakeet|kokoro"
    r"|(?:^|[-_/.:])(?:tts|audio|image|images|imagen|speech|sora|veo|lyria|flux|sdxl|clip|bge|gte|e5|davinci|babbage"
    r"|ada|curie)(?:$|[-_/.:\d])|^gpt-3\.5-turbo-instruct|deep-research|computer-use",
    re.IGNORECASE,
)
_RESPONSES_ONLY = re.compile(r"^(?:gpt-|o)\d[^/]*-pro(?:$|-)|^[^/]*codex", re.IGNORECASE)
"""OpenAI has these in its Responses API only; other services, which put a vendor in front, have them as chat models."""


def list_named_models(ids: list[str], provider: str, *, missing: Missing | None = None) -> tuple[Model, ...]:
    """Return models with these ids or, without ids, the default ones; with `missing` they cannot be used."""
    return tuple(make_named_model(name, provider, missing=missing) for name in dict.fromkeys(ids or DEFAULT_MODELS))


def make_named_model(
    name: str, provider: str, *, unknown_window: int = _UNKNOWN_WINDOW, missing: Missing | None = None
) -> Model:
    """Return a model with the properties that its name implies; with `missing` it cannot be used."""
    return Model(
        name,
        DEFAULT_MODELS.get(name, name),
        find_known_window(name, unknown=unknown_window),
        provider,
        missing or (Missing.RESPONSES_ONLY if is_responses_only(name) else None),
        vision=True if _SEEING.search(find_base_name(name)) else find_by_family(_VISION, name),
        max_output=find_by_family(_OUTPUTS, name),
    )


def find_known_window(model_id: str, *, unknown: int = _UNKNOWN_WINDOW) -> int:
    """Return a conservative context window in tokens; a vendor before a slash (`openai/gpt-4o`) is ignored."""
    window = find_by_family(_WINDOWS, model_id)
    return unknown if window is None else window


def is_chat_model(model_id: str) -> bool:
    """Return whether a chat model has this name: services list all kinds of models together."""
    name = remove_tuning(model_id)
    return _NO_CHAT.search(name) is None and not is_responses_only(name)


def is_responses_only(model_id: str) -> bool:
    """Return whether a model exists in OpenAI's Responses API only, by its name."""
    return _RESPONSES_ONLY.search(remove_tuning(model_id)) is not None
