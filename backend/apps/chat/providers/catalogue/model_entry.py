"""One entry of a service's list of models: the facts that it states about the model, under any of the usual names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, get_args

from apps.chat.prompt_values import Effort
from apps.chat.providers.reading.content_parts import read_list
from apps.chat.providers.reading.usage_json import read_number

_MIN_LIMIT = 512
_MAX_LIMIT = 2**31 - 1
_MAX_DEPTH = 3
_PUNCTUATION = re.compile(r"[^a-z0-9]+")

# Without case and punctuation. An entry may state several windows: of the model, of the machine that runs it, and of
# its input.
_WINDOW_FIELDS = {
    "nctx", "maxmodellen", "loadedcontextlength", "contextlength", "maxcontextlength", "contextwindow",
    "maxinputtokens", "inputtokenlimit", "maxcontextwindowtokens", "maxcontexttokens", "contextsize", "contexttokens",
    "maxcontextsize", "contextwindowsize", "contextwindowtokens", "maxsequencelength", "maxseqlen", "context",
    "availablecontexttokens", "maxpositionembeddings",
}  # fmt: skip
_OUTPUT_FIELDS = {
    "maxcompletiontokens", "maxoutputtokens", "outputtokenlimit", "maxoutputlength", "maxnewtokens",
    "maxcompletionlength",
}  # fmt: skip
_SHUTDOWN_FIELDS = (
    "shutdown_date", "expiration_date", "retirement_date", "sunset_date", "end_of_life", "shutdown_at",
    "deprecation", "deprecation_date",
)  # fmt: skip
_SUCCESSOR_FIELDS = (
    "successor", "replacement", "replacement_model", "deprecation_replacement_model", "successor_model",
    "replaced_by", "recommended_replacement", "replacement_models",
)  # fmt: skip
_MAX_UNIX_SECONDS = 100_000_000_000
"""Unix times beyond that are in milliseconds."""

_EFFORTS: tuple[Effort, ...] = get_args(Effort)
_PARAMETER_LISTS = ("supported_parameters", "supported_openai_params", "supported_params")
_EFFORT_LISTS = {"supportedefforts", "supportedreasoningefforts", "reasoningefforts", "reasoningeffort"}


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """An entry with all its fields; services use different names for the same facts."""

    id: str
    fields: Mapping[str, Any]

    @property
    def owned_by(self) -> str:
        """The owner of the model, as the service states it."""
        stated = self.fields.get("owned_by")
        return stated if isinstance(stated, str) else ""

    @property
    def is_inactive(self) -> bool:
        """Whether the service says that the model cannot be used (Groq)."""
        return self.fields.get("active") is False

    @property
    def shutdown_date(self) -> date | None:
        """The day on which the service retires the model."""
        return next((day for name in _SHUTDOWN_FIELDS if (day := _read_day(self.fields.get(name))) is not None), None)

    @property
    def successors(self) -> list[str]:
        """The models that the service names in place of this one."""
        deprecation = self.fields.get("deprecation")
        stated = (self.fields, deprecation if isinstance(deprecation, dict) else {})
        named = [_read_names(fields.get(field)) for fields in stated for field in _SUCCESSOR_FIELDS]
        return [name for names in named for name in names]

    @property
    def context_window(self) -> int | None:
        """The context window in tokens, the smallest that the service states: a larger one could make a chat fail."""
        return min(self._limits(_WINDOW_FIELDS), default=None)

    @property
    def max_output(self) -> int | None:
        """The longest answer in tokens."""
        names = _OUTPUT_FIELDS
        if any(name == "maxinputtokens" for name, _ in _walk(self.fields)):
            # Beside a limit of the input, this one is of the output (Anthropic, LiteLLM).
            names = names | {"maxtokens"}
        return min(self._limits(names), default=None)

    def _limits(self, names: set[str]) -> Iterator[int]:
        for name, value in _walk(self.fields):
            limit = read_number(value)
            if name in names and limit is not None and _MIN_LIMIT <= limit <= _MAX_LIMIT:
                yield limit

    @property
    def vision(self) -> bool | None:
        """Whether the service states that the model sees images (OpenRouter, Mistral, LM Studio and others)."""
        architecture = self.fields.get("architecture")
        nested = architecture.get("input_modalities") if isinstance(architecture, dict) else None
        for stated in (self.fields.get("input_modalities"), nested):
            if isinstance(stated, list):
                return "image" in stated
        match self.fields.get("capabilities"):
            case {"vision": bool(stated)}:
                return stated
            case list(stated) if "vision" in stated or "multimodal" in stated:
                return True
        return True if self.fields.get("type") == "vlm" else None

    @property
    def efforts(self) -> tuple[Effort, ...] | None:
        """The reasoning efforts that the service lists, least first; None if it lists none."""
        reasoning = self.fields.get("reasoning")
        is_mandatory = isinstance(reasoning, dict) and reasoning.get("mandatory") is True
        for name, value in _walk(self.fields):
            if name in _EFFORT_LISTS and isinstance(value, list):
                return tuple(one for one in _EFFORTS if one in value and not (is_mandatory and one == "none"))
        return None

    @property
    def takes_effort(self) -> bool | None:
        """Whether the service says that the model takes an effort (OpenRouter, LiteLLM); None if it does not say."""
        for name in _PARAMETER_LISTS:
            stated = self.fields.get(name)
            if isinstance(stated, list) and stated:
                return "reasoning_effort" in stated or "reasoning" in stated
        return None


def _walk(fields: Mapping[str, Any], depth: int = _MAX_DEPTH) -> Iterator[tuple[str, object]]:
    """Yield the fields of an entry, of the objects in it, and of its providers (Hugging Face)."""
    for key, value in fields.items():
        name = _PUNCTUATION.sub("", str(key).lower())
        yield name, value
        inner = value if name == "providers" and isinstance(value, list) else [value]
        if depth > 1:
            for one in inner:
                if isinstance(one, dict):
                    yield from _walk(one, depth - 1)


def _read_names(stated: object) -> list[str]:
    """Return the models of a name, an object with an id, or a list of these."""
    stated = [one.get("id") if isinstance(one, dict) else one for one in read_list(stated)]
    return [name for name in stated if isinstance(name, str)]


def _read_day(stated: object) -> date | None:
    """Return the day of a date, a date with time (ISO 8601), a Unix time or an object that states one of these."""
    if isinstance(stated, dict):
        days = (
            _read_day(value)
            for name in ("inference", *_SHUTDOWN_FIELDS)
            if not isinstance(value := stated.get(name), dict)
        )
        return next((day for day in days if day is not None), None)
    try:
        seconds = read_number(stated) if not isinstance(stated, str) or len(stated) > len("20261023") else None
        if seconds is None:
            return date.fromisoformat(stated[:10]) if isinstance(stated, str) else None
        seconds = seconds if seconds < _MAX_UNIX_SECONDS else seconds // 1000
        return datetime.fromtimestamp(seconds, UTC).date() if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
