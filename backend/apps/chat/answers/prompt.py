"""The prompt of an answer: the system prompt, then as much of the branch as fits the model's window."""

from dataclasses import dataclass, replace

from apps.chat.answers.branch_attachments import BranchAttachments
from apps.chat.conversations.branches import read_ancestors
from apps.chat.models import Conversation, Message, Role
from apps.chat.prompt_values import Prompt, PromptMessage
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.chat.providers.tokens import count_tokens
from apps.core.text import is_blank

MESSAGE_OVERHEAD = 4
"""Tokens that a chat format adds to each message (OpenAI's cookbook, "How to count tokens with tiktoken": 3 to 4)."""

MAX_ANSWER_TOKENS = 4096
"""Tokens of the window that are kept free for the answer, in windows of at least four times that."""

UNKNOWN_WINDOW = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltPrompt:
    """A prompt, how many messages of the branch did not fit into it, and of how many images it has only the names.

    `subject` is the text of the question or, if that is blank, the names of its attachments.
    """

    prompt: Prompt
    dropped: int = 0
    images_dropped: int = 0
    subject: str = ""


def build_prompt(conversation: Conversation, question: Message, answer: Message) -> BuiltPrompt:
    """Return the prompt for `answer`, the answer to `question`; the question itself is always in it.

    Texts come before images: images of older questions get the room that the texts of the branch leave.
    """
    model = get_catalogue().find_model(answer.model_used)
    window = model.context_window if model is not None else UNKNOWN_WINDOW
    room = window - answer_reserve(window, model.max_output if model is not None else None)
    room -= _count_text_tokens(answer.model_used, conversation.system_prompt)
    room -= _count_text_tokens(answer.model_used, answer.content)
    has_vision = model is None or model.vision is not False
    attachments = BranchAttachments(conversation.id, answer.model_used, has_vision=has_vision)
    kept = [question]
    room -= _count_message_tokens(answer.model_used, question, attachments) + attachments.show_images(question)
    for message in read_ancestors(question):
        cost = _count_message_tokens(answer.model_used, message, attachments)
        if cost > room:
            break
        room -= cost
        kept.append(message)
    while len(kept) > 1 and kept[-1].role != question.role:
        # No model was trained on a dialogue that begins with an answer.
        room += _count_message_tokens(answer.model_used, kept.pop(), attachments)
    attachments.show_older_images(kept, room)
    messages = tuple(_build_messages(conversation.system_prompt, kept, attachments))
    chosen = conversation.reasoning_effort
    effort = chosen if model is not None and chosen in model.efforts else None
    prompt = Prompt(
        answer.model_used,
        messages,
        conversation.temperature,
        effort,
        max_tokens=None if model is None else model.asked_output,
        continues=answer.content,
    )
    return BuiltPrompt(
        prompt=prompt,
        dropped=question.depth + 1 - len(kept),
        images_dropped=attachments.count_hidden_images(kept),
        subject=attachments.list_names(question) if is_blank(question.content) else question.content,
    )


def drop_older_images(prompt: Prompt) -> BuiltPrompt | None:
    """Return a prompt with images in its last message only; None if no other has any.

    For a service whose window is smaller than we know, before `drop_older_messages`.
    """
    *older, last = prompt.messages
    count = sum(len(message.images) for message in older)
    if not count:
        return None
    messages = (*(message.replace_images() if message.images else message for message in older), last)
    return BuiltPrompt(prompt=replace(prompt, messages=messages), images_dropped=count)


def drop_older_messages(prompt: Prompt) -> BuiltPrompt | None:
    """Return a prompt without the older half of its messages; None if it has only the question.

    For a service whose window is smaller than we know. The system prompt stays.
    """
    system = [message for message in prompt.messages if message.role == "system"]
    dialogue = [message for message in prompt.messages if message.role != "system"]
    kept = dialogue[(len(dialogue) + 1) // 2 :]
    while len(kept) > 1 and kept[0].role != Role.USER:
        kept.pop(0)
    if not kept:
        return None
    return BuiltPrompt(prompt=replace(prompt, messages=(*system, *kept)), dropped=len(dialogue) - len(kept))


def answer_reserve(window: int, max_output: int | None = None) -> int:
    """Return how many tokens of a window are kept free for the answer, at most the model's `max_output`."""
    return min(MAX_ANSWER_TOKENS, window // 4, MAX_ANSWER_TOKENS if max_output is None else max_output)


def _build_messages(system_prompt: str, kept: list[Message], attachments: BranchAttachments) -> list[PromptMessage]:
    """Return the messages of a prompt, whose roles alternate, as strict chat templates demand.

    An answer without text is left out, and the questions before and after it become one.
    """
    built = [PromptMessage("system", system_prompt)] if system_prompt else []
    for message in reversed(kept):
        parts = attachments.build_parts(message)
        if not parts and is_blank(message.content):
            continue
        if built and built[-1].role == message.role:
            before = built.pop()
            text = f"{before.content}\n\n{message.content}" if not is_blank(before.content) else message.content
            built.append(PromptMessage(message.role, text, before.attachments + parts))
        else:
            built.append(PromptMessage(message.role, message.content, parts))
    return built


def _count_message_tokens(model: str, message: Message, attachments: BranchAttachments) -> int:
    """Return the tokens of `message` without its images; the count of its text is stored with it."""
    if message.token_count is None:
        counted = count_tokens(model, message.content)
        message.token_count = counted.tokens
        if counted.is_exact:
            Message.objects.filter(id=message.id).update(token_count=counted.tokens)
    return message.token_count + MESSAGE_OVERHEAD + attachments.count_text_tokens(message)


def _count_text_tokens(model: str, text: str) -> int:
    return count_tokens(model, text).tokens + MESSAGE_OVERHEAD if text else 0
