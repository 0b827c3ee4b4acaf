"""The token counts of a service, under the names of OpenAI and others."""

import math

import msgspec

from apps.chat.events import Usage

_MAX_TOKENS = 2**31 - 1
_NO_COUNTS = Usage()


class DetailsJson(msgspec.Struct, gc=False):
    """The tokens of a prompt that the service had in its cache, or the reasoning tokens of a completion."""

    cached_tokens: int | None = None
    reasoning_tokens: int | None = None


class UsageJson(msgspec.Struct, gc=False):
    """Token counts of the service."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: DetailsJson | None = None
    completion_tokens_details: DetailsJson | None = None
    input_tokens: int | None = None
    """The name of Anthropic, and of OpenAI's Responses API, for `prompt_tokens`; the next three match it."""

    output_tokens: int | None = None
    input_tokens_details: DetailsJson | None = None
    output_tokens_details: DetailsJson | None = None
    prompt_cache_hit_tokens: int | None = None
    """DeepSeek's name for the cached tokens."""

    cached_tokens: int | None = None
    """Kimi's name for the cached tokens."""

    cache_read_input_tokens: int | None = None
    """Anthropic's name for the cached tokens, which its `input_tokens` do not include."""

    cache_creation_input_tokens: int | None = None
    reasoning_tokens: int | None = None

    def merge(self, earlier: Usage | None) -> Usage | None:
        """Return these counts, completed from those of an `earlier` chunk; None if there are none."""
        before = earlier or _NO_COUNTS
        counted = Usage(
            _count(self._find_prompt(), before.prompt_tokens),
            _count(_first(self.completion_tokens, self.output_tokens), before.completion_tokens),
            _count(self._find_cached(), before.cached_tokens),
            _count(self._find_reasoning(), before.reasoning_tokens),
        )
        return None if counted == _NO_COUNTS else counted

    def _find_prompt(self) -> int | None:
        if self.prompt_tokens is not None or self.input_tokens is None:
            return self.prompt_tokens
        return self.input_tokens + (self.cache_read_input_tokens or 0) + (self.cache_creation_input_tokens or 0)

    def _find_cached(self) -> int | None:
        details = (self.prompt_tokens_details, self.input_tokens_details)
        return _first(
            *(stated.cached_tokens for stated in details if stated is not None),
            self.prompt_cache_hit_tokens,
            self.cached_tokens,
            self.cache_read_input_tokens,
        )

    def _find_reasoning(self) -> int | None:
        details = (self.completion_tokens_details, self.output_tokens_details)
        return _first(*(stated.reasoning_tokens for stated in details if stated is not None), self.reasoning_tokens)


def read_usage(usage: object) -> UsageJson | None:
    """Return the token counts of a decoded usage, whatever their types; None if it is not an object."""
    if not isinstance(usage, dict):
        return None
    return UsageJson(
        prompt_tokens=read_number(usage.get("prompt_tokens")),
        completion_tokens=read_number(usage.get("completion_tokens")),
        prompt_tokens_details=_read_details(usage.get("prompt_tokens_details")),
        completion_tokens_details=_read_details(usage.get("completion_tokens_details")),
        input_tokens=read_number(usage.get("input_tokens")),
        output_tokens=read_number(usage.get("output_tokens")),
        input_tokens_details=_read_details(usage.get("input_tokens_details")),
        output_tokens_details=_read_details(usage.get("output_tokens_details")),
        prompt_cache_hit_tokens=read_number(usage.get("prompt_cache_hit_tokens")),
        cached_tokens=read_number(usage.get("cached_tokens")),
        cache_read_input_tokens=read_number(usage.get("cache_read_input_tokens")),
        cache_creation_input_tokens=read_number(usage.get("cache_creation_input_tokens")),
        reasoning_tokens=read_number(usage.get("reasoning_tokens")),
    )


def read_number(value: object) -> int | None:
    """Return a whole number, which may be a float or a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        read = float(value)
    except (ValueError, OverflowError):
        return None
    return int(read) if math.isfinite(read) else None


def _read_details(details: object) -> DetailsJson | None:
    if not isinstance(details, dict):
        return None
    return DetailsJson(read_number(details.get("cached_tokens")), read_number(details.get("reasoning_tokens")))


def _first(*counts: int | None) -> int | None:
    return next((count for count in counts if count is not None), None)


def _count(tokens: int | None, before: int | None) -> int | None:
    return before if tokens is None or not 0 <= tokens <= _MAX_TOKENS else tokens
