"""Tokens of an image: by the published formula of OpenAI's models, by the number of pixels for others."""

import math

from apps.chat.providers.model_ids import base_name

_PIXELS_PER_TOKEN = 750
_MAX_ESTIMATE = 1_600


def count_image_tokens(model: str, width: int, height: int) -> int:
    """Return the tokens of an image of this size for `model`.

    gpt-4o and its successors: scaled to fit 2,048 by 2,048, then to a shorter side of at most 768; 85 tokens plus 170
    for each tile of 512 by 512 (gpt-4o-mini: 2,833 and 5,667). For others an estimate: one token per 750 pixels, at
    most 1,600, which is Anthropic's formula; the encoders of open models use fewer.
    """
    name = base_name(model)
    if name.startswith("gpt-4o-mini"):
        return 2_833 + 5_667 * _count_tiles(width, height)
    if name.startswith(("gpt-", "chatgpt-", "o1", "o3", "o4")):
        return 85 + 170 * _count_tiles(width, height)
    return min(math.ceil(width * height / _PIXELS_PER_TOKEN), _MAX_ESTIMATE)


def _count_tiles(width: int, height: int) -> int:
    scale = min(1.0, 2048 / max(width, height, 1))
    shorter = min(width, height) * scale
    scale *= min(1.0, 768 / max(shorter, 1.0))
    return max(1, math.ceil(round(width * scale, 6) / 512) * math.ceil(round(height * scale, 6) / 512))
