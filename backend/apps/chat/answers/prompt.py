"""Building a prompt: the system prompt, then as much of the branch as fits the model's window."""

from dataclasses import dataclass, replace

from apps.chat.conversations.branches import read_ancestors
from apps.chat.events import Prompt, PromptMessage
from apps.chat.models import Conversation, Message, Role
from apps.chat.providers.registry import get_registry
from apps.chat.providers.tokens import count_tokens

MESSAGE_OVERHEAD = 4
"""Tokens that a chat format adds to each message (OpenAI's cookbook, "How to count tokens with tiktoken": 3 to 4)."""

LARGEST_ANSWER = 4096
"""Tokens of the window that are kept free for the answer, in windows of at least four times that."""

UNKNOWN_WINDOW = 8192


@dataclass(frozen=True, slots=True)
class BuiltPrompt:
    """A prompt, and how many messages of the branch did not fit into it."""

    prompt: Prompt
    dropped: int


def build_prompt(conversation: Conversation, question: Message, reply: Message) -> BuiltPrompt:
    """Return the prompt for `reply`, an answer to `question`; the question itself is always in it."""
    model = get_registry().find_model(reply.model_used)
    window = model.context_window if model is not None else UNKNOWN_WINDOW
    room = window - answer_room(window)
    room -= _cost(reply.model_used, conversation.system_prompt) + _cost(reply.model_used, reply.content)
    kept = [question]
    room -= _message_cost(reply.model_used, question)
    for message in read_ancestors(question):
        room -= _message_cost(reply.model_used, message)
        if room < 0:
            break
        kept.append(message)
    while len(kept) > 1 and kept[-1].role != question.role:
        kept.pop()  # A window that opens with an answer has lost its question: no model was trained on that.
    messages = tuple(_lines(conversation.system_prompt, kept))
    effort = next((taken for taken in model.efforts if taken == conversation.reasoning_effort), None) if model else None
    prompt = Prompt(reply.model_used, messages, conversation.temperature, effort, continues=reply.content)
    return BuiltPrompt(prompt, dropped=question.depth + 1 - len(kept))


def trim_further(prompt: Prompt) -> BuiltPrompt | None:
    """Return a prompt without the older half of its messages; None if it has only the question.

    For a service whose window is smaller than we know. The system prompt stays.
    """
    system = [message for message in prompt.messages if message.role == "system"]
    said = [message for message in prompt.messages if message.role != "system"]
    kept = said[(len(said) + 1) // 2 :]
    while len(kept) > 1 and kept[0].role != Role.USER:
        kept.pop(0)
    if not kept:
        return None
    return BuiltPrompt(replace(prompt, messages=(*system, *kept)), dropped=len(said) - len(kept))


def answer_room(window: int) -> int:
    """Return how many tokens of a window are kept free for the answer."""
    return min(LARGEST_ANSWER, window // 4)


def _lines(system_prompt: str, kept: list[Message]) -> list[PromptMessage]:
    """Return the messages of a prompt, whose roles alternate, as strict chat templates demand.

    An answer without text is left out, and the questions before and after it become one.
    """
    lines = [PromptMessage("system", system_prompt)] if system_prompt else []
    for message in reversed(kept):
        if not message.content.strip():
            continue
        if lines and lines[-1].role == message.role:
            lines[-1] = PromptMessage(message.role, f"{lines[-1].content}\n\n{message.content}")
        else:
            lines.append(PromptMessage(message.role, message.content))
    return lines


def _message_cost(model: str, message: Message) -> int:
    """Return what `message` takes of the window; counted once, then kept with the message."""
    if message.token_count is None:
        counted = count_tokens(model, message.content)
        message.token_count = counted.tokens
        if counted.is_exact:
            Message.objects.filter(id=message.id).update(token_count=counted.tokens)
    return message.token_count + MESSAGE_OVERHEAD


def _cost(model: str, text: str) -> int:
    return count_tokens(model, text).tokens + MESSAGE_OVERHEAD if text else 0
