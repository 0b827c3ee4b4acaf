"""One model of the catalogue, and the reason why it cannot be used."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from apps.chat.prompt_values import Effort
from apps.chat.providers.efforts import list_efforts


class Missing(StrEnum):
    """The reason why a model cannot be used."""

    SERVICE = "service"
    ANSWER = "answer"
    PACKAGES = "packages"
    RETIRED = "retired"
    RESPONSES_ONLY = "responses_only"


_WHY = {
    Missing.SERVICE: "OPENAI_API_KEY is not set",
    Missing.ANSWER: "the model service has not said yet which models it has",
    Missing.PACKAGES: "the built-in model is not installed: it exists for Linux (glibc), macOS and Windows on x64 only",
    Missing.RETIRED: "the model service no longer has this model",
    Missing.RESPONSES_ONLY: "this model exists in the Responses API only, which this server does not use",
}


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of the catalogue; all lengths are in tokens."""

    id: str
    name: str
    context_window: int
    provider: str
    missing: Missing | None = None
    """The reason why the model cannot be used; None if it can."""

    shutdown_date: date | None = None
    """The day on which the service retires the model."""

    successor: str | None = None
    """The id of the model that the service names as the replacement, if it has that model."""

    service: str = ""
    """The name of the service that has the model; empty for the built-in model."""

    vision: bool | None = None
    """Whether the model sees images; None if that is not known."""

    prefix: str = ""
    """The part of the id before the service's own name for the model."""

    max_output: int | None = None
    """The longest answer that the model can give; None if that is not known."""

    owned_by: str = ""
    """The owner of the model, as the service's list states it."""

    states_window: bool = False
    """Whether the service's list states the context window."""

    asked_output: int | None = None
    """The longest answer to ask for, where an administrator has set it."""

    stated_efforts: tuple[Effort, ...] | None = None
    """The reasoning efforts that the service's list states, least first; None if it does not say."""

    @property
    def upstream(self) -> str:
        """The name under which the service knows the model."""
        return self.id.removeprefix(self.prefix)

    @property
    def efforts(self) -> tuple[Effort, ...]:
        """The reasoning efforts that the model accepts, least first; empty for a model that accepts none."""
        return list_efforts(self.id) if self.stated_efforts is None else self.stated_efforts

    @property
    def available(self) -> bool:
        return self.missing is None

    @property
    def is_retired(self) -> bool:
        """Whether the service no longer has the model."""
        return self.missing is Missing.RETIRED

    @property
    def why(self) -> str | None:
        """The sentence for `missing`."""
        return _WHY[self.missing] if self.missing else None
