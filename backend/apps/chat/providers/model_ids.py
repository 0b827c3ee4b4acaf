"""Public ids of models: `model` for the first service, `service::model` for the others."""

import re
from collections.abc import Mapping

from apps.core.unicode_forms import normalize

SEPARATOR = "::"
_MAX_SLUG = 40
_PREFIX = re.compile(r"^[a-z0-9-]+::")
_BEDROCK_VENDOR = re.compile(
    r"^(?:(?:us|eu|ap|apac|global|us-gov)\.)?(?:ai21|amazon|anthropic|cohere|deepseek|meta|mistral|openai|qwen)\."
)
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def make_slug(name: str) -> str:
    """Return the short form of a service's name that ids contain: ASCII letters, digits and hyphens."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_SLUG.sub("-", plain)[:_MAX_SLUG].strip("-") or "service"


def find_free_slug(name: str, taken: set[str]) -> str:
    """Return the short form of `name`, with a number if it is taken."""
    slug = make_slug(name)
    numbered = (f"{slug[: _MAX_SLUG - 3]}-{number}" for number in range(2, len(taken) + 3))
    return slug if slug not in taken else next(one for one in numbered if one not in taken)


def make_prefix(slug: str) -> str:
    """Return the prefix of a service's models in public ids."""
    return slug + SEPARATOR


def find_base_name(model_id: str) -> str:
    """Return the name of a model in lower case, as its maker gave it.

    Without the service, the vendor (`openai/gpt-4o`, `eu.anthropic.claude-…`) and what fine-tuning adds
    (`ft:gpt-4o-mini:…`), and with the dot that Azure leaves out (`gpt-35-turbo`).
    """
    name = remove_tuning(_PREFIX.sub("", model_id.lower())).rpartition("/")[2]
    name = _BEDROCK_VENDOR.sub("", remove_tuning(name))
    return "gpt-3.5" + name.removeprefix("gpt-35") if name.startswith("gpt-35") else name


def find_by_family[T](table: Mapping[str, T], model_id: str) -> T | None:
    """Return the value of the longest key with which the name of a model begins; None if there is none."""
    name = find_base_name(model_id)
    family = max((prefix for prefix in table if name.startswith(prefix)), key=len, default=None)
    return None if family is None else table[family]


def remove_tuning(model_id: str) -> str:
    """Return the base model of a fine-tuned model (`ft:gpt-4o-mini:company:purpose:id`); other names unchanged."""
    return model_id.split(":")[1] if model_id.lower().startswith("ft:") else model_id
