"""The configured model services: URL, key, name and models of each."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from apps.chat.providers.connection.service_connection import LOOPBACK_HOSTS
from apps.chat.providers.model_ids import find_free_slug

PUBLIC_BASE_URL = "https://api.openai.com/v1"

LOCAL_NAMES = {
    11434: ("ollama", "Ollama"),
    1234: ("lmstudio", "LM Studio"),
    8080: ("llamacpp", "llama.cpp"),
}
"""Provider and name of the services that usually listen at a port."""

HOST_NAMES = {
    "api.openai.com": "OpenAI",
    "openrouter.ai": "OpenRouter",
    "api.mistral.ai": "Mistral",
    "api.deepseek.com": "DeepSeek",
    "api.groq.com": "Groq",
}


class ModelLimits(NamedTuple):
    """The limits that an administrator sets for a model, in tokens; for None, the service or the catalogue decides."""

    model: str
    context_window: int | None
    max_output: int | None


@dataclass(frozen=True, slots=True)
class ConfiguredService:
    """A configured service, from the environment or from the settings.

    `slug` becomes the prefix of its models' ids, unless it `is_first`: the first service's models keep their names.
    """

    base_url: str
    api_key: str = field(repr=False)
    is_from_environment: bool = False
    models: tuple[str, ...] = ()
    """Models that an administrator names for this service; for the first service, in place of `AI_MODELS`."""

    name: str = ""
    slug: str = ""
    is_first: bool = True
    limits: tuple[ModelLimits, ...] = ()


def read_environment_services() -> tuple[ConfiguredService, ...]:
    """Return the services that the environment names, in order; if there are any, no others are used."""
    named: list[ConfiguredService] = []
    if settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL:
        base_url = settings.OPENAI_BASE_URL or PUBLIC_BASE_URL
        named.append(ConfiguredService(base_url, settings.OPENAI_API_KEY, is_from_environment=True))
    named += [
        ConfiguredService(
            service["base_url"],
            service["api_key"],
            is_from_environment=True,
            models=service["models"],
            name=service["name"],
            limits=tuple(ModelLimits(*stated) for stated in service["limits"]),
        )
        for service in settings.AI_SERVICES
    ]
    services: list[ConfiguredService] = []
    for configured in named:
        name = configured.name or default_name(configured.base_url)
        slug = find_free_slug(name, {other.slug for other in services})
        services.append(replace(configured, name=name, slug=slug, is_first=not services))
    return tuple(services)


def default_name(base_url: str) -> str:
    """Return the default name of a service: its maker's name if known, else its host."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    local = LOCAL_NAMES.get(parts.port or 0) if host in LOOPBACK_HOSTS else None
    return local[1] if local else HOST_NAMES.get(host, host)
