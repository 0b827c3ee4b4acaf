"""Text types whose format the contract documents but nothing checks: whatever is stored can be shown."""

from typing import Annotated

from msgspec import Meta
from pydantic import WithJsonSchema

_ID = {"type": "string", "format": "uuid"}
_MOMENT = {"type": "string", "format": "date-time"}

type IdText = Annotated[str, WithJsonSchema(_ID), Meta(extra_json_schema=_ID)]
type MomentText = Annotated[str, WithJsonSchema(_MOMENT), Meta(extra_json_schema=_MOMENT)]
