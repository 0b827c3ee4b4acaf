"""Schemas of models and model services on the wire."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import BaseModel, Field, StringConstraints, WithJsonSchema

from apps.chat.edges.rest.schemas import ModelId
from apps.chat.events import Effort
from apps.chat.model_service.services import ServiceRequest
from apps.chat.models import SERVICE_NAME_LENGTH, SERVICE_URL_LENGTH
from apps.chat.providers.base import Missing, Model
from apps.users.schemas import Moment, Text

API_KEY_LENGTH = 500

# The characters that an HTTP header can carry.
type ApiKey = Annotated[str, StringConstraints(strip_whitespace=True, max_length=API_KEY_LENGTH, pattern=r"^[!-~]*$")]
type TokenLimit = Annotated[int, Field(strict=True, ge=512, le=2**31 - 1)]


def _documented(values: Iterable[str]) -> WithJsonSchema:
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
    missing: Annotated[str, _documented(lack.value for lack in Missing)] | None
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


class EndingModelsOut(Schema):
    """The models in use that their services retire within 30 days, the earliest first."""

    models: list[ModelOut]


class ModelLimitsIn(BaseModel):
    """Limits of a model in tokens, which take precedence over the figures of its service and of the catalogue."""

    model: ModelId
    context_window: TokenLimit | None = None
    max_output: TokenLimit | None = None


class ModelServiceIn(BaseModel):
    """A model service to use; without `api_key`, the stored key is kept; an empty one stands for no key.

    `models` are the models to offer, for a service that lists none or too many. Without them, `AI_MODELS` decides for
    the first service, and each other service's own list decides for it. `name` is unique.
    """

    base_url: Annotated[Text, Field(min_length=1, max_length=SERVICE_URL_LENGTH)]
    api_key: ApiKey | None = None
    models: Annotated[list[ModelId], Field(max_length=100)] = []
    name: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=SERVICE_NAME_LENGTH)] = ""
    limits: Annotated[list[ModelLimitsIn], Field(max_length=100)] = []

    @property
    def request(self) -> ServiceRequest:
        """The request in the form that `model_service.services` takes."""
        limits = {one.model: one.model_dump(exclude={"model"}) for one in self.limits}
        return ServiceRequest(
            base_url=self.base_url, api_key=self.api_key, models=self.models, name=self.name, limits=limits
        )


class ModelLimitsOut(Schema):
    """Limits of a model in tokens; for a limit that is null, the service or the catalogue decides."""

    model: str
    context_window: int | None
    max_output: int | None


class ModelServiceOut(Schema):
    """A model service in use and the `source` that set it; `key_end` has at most the key's last four characters.

    `prefix` is what the ids of its models begin with, before the name; it is empty for the first service.
    """

    source: Annotated[str, _documented(["environment", "screen", "none"])]
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

    source: Annotated[str, _documented(["environment", "screen", "none"])]
    services: list[ModelServiceOut]


class TrialOut(Schema):
    """The result of testing a model service: the number of its chat models."""

    models: int
