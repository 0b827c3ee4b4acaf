"""Schemas of models and model services on the wire."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import WithJsonSchema

from apps.chat.prompt_values import Effort
from apps.chat.providers.model import Missing, Model
from apps.users.schemas import Moment


def _document_values(values: Iterable[str]) -> WithJsonSchema:
    """Document `values` in the contract without checking them: values of another version must stay readable."""
    return WithJsonSchema({"type": "string", "enum": list(values)})


class ModelOut(Schema):
    """A model that a user can choose; if it is not available, `why` explains in a sentence what is `missing`.

    `context_window` and `max_output`, the longest answer if that is known, are in tokens. `efforts` are the values of
    `reasoning_effort` that the model takes, least first. `vision` says whether the model sees images; it is null if
    that is not known. `service` is the name of the model service; empty for the built-in model. `shutdown_date` is the
    day on which the service retires the model; `successor` is the model that it names as a replacement.
    """

    id: str
    name: str
    context_window: int
    max_output: int | None
    efforts: list[Effort]
    provider: str
    service: str
    available: bool
    missing: Annotated[str, _document_values(lack.value for lack in Missing)] | None
    why: str | None
    shutdown_date: date | None
    successor: str | None
    vision: bool | None

    @staticmethod
    def resolve_why(model: Model) -> str | None:
        return model.why


class ModelsOut(Schema):
    """All models, and the default of new conversations."""

    models: list[ModelOut]
    default: str


class RetiringModelsOut(Schema):
    """The models in use that their services retire within 30 days, the earliest first."""

    models: list[ModelOut]


class ModelLimitsOut(Schema):
    """Limits of a model in tokens; for a limit that is null, the service or the catalogue decides."""

    model: str
    context_window: int | None
    max_output: int | None


class ModelServiceOut(Schema):
    """A model service in use and the `source` that set it; `key_end` has at most the key's last four characters.

    `prefix` is what the ids of its models begin with, before the name; it is empty for the first service.
    """

    source: Annotated[str, _document_values(["environment", "screen", "none"])]
    id: int
    name: str
    prefix: str
    base_url: str
    has_key: bool
    key_end: str
    is_key_lost: bool
    models: list[str]
    limits: list[ModelLimitsOut]
    changed_at: Moment | None


class ModelServicesOut(Schema):
    """The model services in use, in order, and the `source` that set them."""

    source: Annotated[str, _document_values(["environment", "screen", "none"])]
    services: list[ModelServiceOut]


class TrialOut(Schema):
    """The result of testing a model service: the number of its chat models."""

    models: int
