"""An administrator's request to set a model service, over REST or in the administration."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from apps.chat.models import MODEL_ID_LENGTH, SERVICE_NAME_LENGTH, SERVICE_URL_LENGTH
from apps.users.schemas import Text

API_KEY_LENGTH = 500

# The characters that an HTTP header can carry.
type ApiKey = Annotated[str, StringConstraints(strip_whitespace=True, max_length=API_KEY_LENGTH, pattern=r"^[!-~]*$")]
type ModelId = Annotated[Text, StringConstraints(min_length=1, max_length=MODEL_ID_LENGTH)]
type TokenLimit = Annotated[int, Field(strict=True, ge=512, le=2**31 - 1)]


class ModelLimitsIn(BaseModel):
    """Limits of a model in tokens, which take precedence over the figures of its service and of its name."""

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
    def limits_by_model(self) -> Mapping[str, Mapping[str, int | None]]:
        return {limits.model: limits.model_dump(exclude={"model"}) for limits in self.limits}
