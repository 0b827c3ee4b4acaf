"""Which reasoning efforts a model takes, by its name: services do not tell."""

import re

from apps.chat.events import Effort
from apps.chat.providers.model_ids import base_name

_LOW_TO_HIGH: tuple[Effort, ...] = ("low", "medium", "high")
_EFFORTS: tuple[tuple[re.Pattern[str], tuple[Effort, ...]], ...] = (
    (re.compile(r"o[134](?:$|-(?!mini-search|deep))"), _LOW_TO_HIGH),
    (re.compile(r"gpt-oss"), _LOW_TO_HIGH),
    (re.compile(r"gpt-5(?:\.\d+)?-chat"), ()),
    (re.compile(r"gpt-5(?:$|-)"), ("minimal", *_LOW_TO_HIGH)),
    (re.compile(r"gpt-5\.1(?:$|-)"), ("none", *_LOW_TO_HIGH)),
    (re.compile(r"gpt-(?:5\.[2-9]|[6-9])"), ("none", *_LOW_TO_HIGH, "xhigh")),
)


def efforts_of(model_id: str) -> tuple[Effort, ...]:
    """Return the efforts that a model takes, least first; its service and vendor (`openai/gpt-5`) are ignored."""
    name = base_name(model_id)
    return next((efforts for pattern, efforts in _EFFORTS if pattern.match(name)), ())
