"""Prompts: what one model call sends. Pure values that import only the standard library."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]
"""The reasoning efforts, least first; each model accepts some of them."""

ChosenEffort = Literal["", "none", "minimal", "low", "medium", "high", "xhigh"]
"""An effort that a user has chosen; empty leaves it to the model."""


@dataclass(frozen=True, slots=True)
class PromptImage:
    """An image of a prompt; `key` identifies it, and `read` returns its bytes (blocking; OSError)."""

    key: str
    name: str
    description: str
    mime: str
    read: Callable[[], bytes] = field(compare=False, repr=False)

    @property
    def placeholder(self) -> str:
        """The text that a model gets in place of the image."""
        return f"[image: {self.name}, {self.description}]" if self.description else f"[image: {self.name}]"


@dataclass(frozen=True, slots=True)
class PromptDocument:
    """A document of a prompt; `read` returns its text (blocking; OSError). `pages` is None for a text file."""

    key: str
    name: str
    pages: int | None
    truncated: bool
    read: Callable[[], str] = field(compare=False, repr=False)


type PromptPart = str | PromptDocument | PromptImage
"""A part of a message to the model: a text, a document, or an image."""


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """One message as the model gets it; `role` is `system`, `user` or `assistant`.

    `content` is its text; `attachments` come before it.
    """

    role: str
    content: str
    attachments: tuple[PromptPart, ...] = ()

    @property
    def images(self) -> tuple[PromptImage, ...]:
        return tuple(part for part in self.attachments if isinstance(part, PromptImage))

    def replace_images(self) -> "PromptMessage":
        """Return the message with the name and description of each image in its place."""
        parts = (part.placeholder if isinstance(part, PromptImage) else part for part in self.attachments)
        return PromptMessage(self.role, self.content, tuple(parts))


@dataclass(frozen=True, slots=True)
class Prompt:
    """One model call. `max_tokens` bounds the answer; None leaves it to the model service."""

    model: str
    messages: tuple[PromptMessage, ...]
    temperature: float = 0.7
    effort: Effort | None = None
    """How much the model reasons; None leaves it to the model."""
    max_tokens: int | None = None
    continues: str = field(default="", repr=False)
    """The partial answer that this call continues; empty otherwise."""

    @property
    def has_attachments(self) -> bool:
        return any(message.attachments for message in self.messages)

    @property
    def has_images(self) -> bool:
        return any(message.images for message in self.messages)
