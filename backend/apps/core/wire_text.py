"""Text whose form the contract documents and nothing checks: what is stored can always be shown."""

from typing import Annotated

from msgspec import Meta
from pydantic import WithJsonSchema

_ID = {"type": "string", "format": "uuid"}
_MOMENT = {"type": "string", "format": "date-time"}

type IdText = Annotated[str, WithJsonSchema(_ID), Meta(extra_json_schema=_ID)]
type MomentText = Annotated[str, WithJsonSchema(_MOMENT), Meta(extra_json_schema=_MOMENT)]
