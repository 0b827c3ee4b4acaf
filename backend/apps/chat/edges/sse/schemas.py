"""The query string of an event stream."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

MAX_NUMBER = 2**53 - 1
"""The largest whole number that JSON carries unharmed between all languages (RFC 8259, section 6)."""


class PositionQuery(BaseModel):
    """The position after which an event stream continues: all three parts, or none for the beginning."""

    message_id: UUID | None = None
    run: Annotated[int, Field(ge=0, le=MAX_NUMBER)] = 0
    seq: Annotated[int, Field(ge=0, le=MAX_NUMBER)] = 0

    @model_validator(mode="after")
    def _name_a_whole_position(self) -> Self:
        if len(self.model_fields_set) not in {0, len(type(self).model_fields)}:
            raise ValueError("Give message_id, run and seq, or none of them.")
        return self
