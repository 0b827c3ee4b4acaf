"""The body of a request to Chat Completions, without the parameters that the service refuses."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from apps.chat.prompt_values import Effort, Prompt, PromptMessage
from apps.chat.providers.requests.message_parts import build_content

SYSTEM = "system"
"""The system role, which is omitted like a parameter when a service refuses it."""

STREAM = "stream"
"""The parameter without which the answer comes in one piece: OpenAI streams some models to verified customers only."""

OPTIONAL_PARAMETERS = frozenset(
    {"temperature", "stream_options", "max_tokens", "max_completion_tokens", "reasoning_effort"}
)
"""Parameters that are omitted when a service refuses them."""


def name_effort_parameter(effort: Effort) -> str:
    """Return the name under which one refused effort is remembered among the refused parameters."""
    return f"reasoning_effort={effort}"


def build_request(
    prompt: Prompt, *, omitted: AbstractSet[str], extra: Mapping[str, object]
) -> tuple[dict[str, object], int]:
    """Return the body of a streaming request, and how many images of the prompt the store lacks.

    The body is without the parameters that the service has refused before.

    Reads the attachments of the prompt: call it off the event loop if there are any.

    Without `stream`, there are no `stream_options` either. `max_tokens` is sent as `max_completion_tokens` if only the
    former was refused. If the role `system` was refused, the system prompt becomes the beginning of the first question.
    """
    messages: list[dict[str, object]] = []
    missing_images = 0
    for message in _without_system(prompt.messages) if SYSTEM in omitted else prompt.messages:
        content, missing = build_content(message) if message.attachments else (message.content, 0)
        messages.append({"role": message.role, "content": content})
        missing_images += missing
    body: dict[str, object] = {
        "model": prompt.model,
        "messages": messages,
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": prompt.temperature,
        **extra,
    }
    if prompt.effort is not None and name_effort_parameter(prompt.effort) not in omitted:
        body["reasoning_effort"] = prompt.effort
    if prompt.max_tokens is not None:
        body["max_completion_tokens" if "max_tokens" in omitted else "max_tokens"] = prompt.max_tokens
    if STREAM in omitted:
        omitted |= {"stream_options"}
    return {name: value for name, value in body.items() if name not in omitted}, missing_images


def _without_system(messages: tuple[PromptMessage, ...]) -> list[PromptMessage]:
    instructions = [message.content for message in messages if message.role == SYSTEM]
    first, *others = (message for message in messages if message.role != SYSTEM)
    return [replace(first, content="\n\n".join([*instructions, first.content])), *others]
