"""The reasoning efforts that a model accepts, by its name: few services state them."""

import re
from functools import lru_cache

from apps.chat.prompt_values import Effort
from apps.chat.providers.model_ids import find_base_name

LOW_TO_HIGH: tuple[Effort, ...] = ("low", "medium", "high")
"""The efforts of each model that accepts any."""

_EFFORTS: tuple[tuple[re.Pattern[str], tuple[Effort, ...]], ...] = (
    (re.compile(r"o1-(?:mini|preview)"), ()),
    (re.compile(r"o[134](?:$|-(?!mini-search|deep))"), LOW_TO_HIGH),
    (re.compile(r"gpt-oss"), LOW_TO_HIGH),
    (re.compile(r"gpt-\d(?:\.\d+)?-(?:chat|search)"), ()),
    (re.compile(r"gpt-5(?:$|-)"), ("minimal", *LOW_TO_HIGH)),
    (re.compile(r"gpt-5\.1(?:$|-)"), ("none", *LOW_TO_HIGH)),
    (re.compile(r"gpt-(?:5\.[2-9]|[6-9])"), ("none", *LOW_TO_HIGH, "xhigh")),
)


@lru_cache(maxsize=256)
def list_efforts(model_id: str) -> tuple[Effort, ...]:
    """Return the efforts that a model accepts, least first; its service and vendor (`openai/gpt-5`) are ignored."""
    name = find_base_name(model_id)
    return next((efforts for pattern, efforts in _EFFORTS if pattern.match(name)), ())
