"""The attachments of a branch in a prompt: how many tokens they take, and which images the model gets."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.conf import settings

from apps.chat.attachments.links import find_attachments_of_conversation
from apps.chat.attachments.objects import Part, make_object_name, read_object
from apps.chat.models import Attachment, AttachmentKind, Message, Role
from apps.chat.prompt_values import PromptDocument, PromptImage, PromptPart
from apps.chat.providers.tokens import count_image_tokens, estimate_tokens

QUESTIONS_WITH_IMAGES = 4
"""The latest questions, including the current one, whose images a model may see."""

DOCUMENT_OVERHEAD = 30
"""Tokens of the lines around the text of a document."""


class BranchAttachments:
    """The attachments of a conversation, queried at the first message that has any."""

    def __init__(self, conversation_id: UUID, model: str, *, has_vision: bool) -> None:
        self._conversation_id = conversation_id
        self._model = model
        self._has_vision = has_vision
        self._found: dict[UUID, list[Attachment]] | None = None
        self._shown: set[UUID] = set()
        """Messages whose images the model sees."""
        self._bytes = 0
        """The size of these images."""

    def count_text_tokens(self, message: Message) -> int:
        """Return the tokens of a message's documents, and of the placeholders of its images."""
        return sum(self._count_text_tokens(attachment) for attachment in self._find(message))

    def show_images(self, message: Message) -> int:
        """Show the images of a message, if the model sees images, and return the tokens that this adds."""
        images = self._find_images(message)
        if not images or not self._has_vision:
            return 0
        self._shown.add(message.id)
        self._bytes += _sum_bytes(images)
        return self._count_image_tokens(images)

    def show_older_images(self, kept: Sequence[Message], room: int) -> None:
        """Show the images of the latest questions before the current one, newest first, while there is room.

        `kept` are the messages of the prompt, the current question first; `room` is in tokens.
        """
        questions = [message for message in kept if message.role == Role.USER]
        for question in questions[1:QUESTIONS_WITH_IMAGES]:
            images = self._find_images(question)
            new_bytes = self._bytes + _sum_bytes(images)
            if self._count_image_tokens(images) > room or new_bytes > settings.PROMPT_IMAGE_BYTES:
                return
            room -= self.show_images(question)

    def count_hidden_images(self, kept: Sequence[Message]) -> int:
        """Return how many images of these messages the model does not see."""
        return sum(len(self._find_images(message)) for message in kept if message.id not in self._shown)

    def list_names(self, message: Message) -> str:
        return ", ".join(attachment.name for attachment in self._find(message))

    def build_parts(self, message: Message) -> tuple[PromptPart, ...]:
        """Return a message's attachments as the model gets them, in their order."""
        is_shown = message.id in self._shown
        return tuple(self._make_part(attachment, is_shown=is_shown) for attachment in self._find(message))

    def _find(self, message: Message) -> list[Attachment]:
        if not message.attachment_count:
            return []
        if self._found is None:
            self._found = find_attachments_of_conversation(self._conversation_id)
        return self._found.get(message.id, [])

    def _find_images(self, message: Message) -> list[Attachment]:
        return [attachment for attachment in self._find(message) if attachment.kind == AttachmentKind.IMAGE]

    def _count_text_tokens(self, attachment: Attachment) -> int:
        if attachment.kind == AttachmentKind.DOCUMENT:
            return attachment.tokens + DOCUMENT_OVERHEAD
        return estimate_tokens(_make_image(attachment).placeholder)

    def _count_image_tokens(self, images: Sequence[Attachment]) -> int:
        return sum(count_image_tokens(self._model, image.width or 0, image.height or 0) for image in images)

    def _make_part(self, attachment: Attachment, *, is_shown: bool) -> PromptPart:
        if attachment.kind == AttachmentKind.DOCUMENT:
            return PromptDocument(
                key=make_object_name(attachment.id, Part.TEXT),
                name=attachment.name,
                pages=attachment.pages,
                truncated=attachment.truncated,
                read=partial(_read_text, attachment.id),
            )
        image = _make_image(attachment)
        return image if is_shown else image.placeholder


def _sum_bytes(images: Sequence[Attachment]) -> int:
    return sum(image.bytes for image in images)


def _make_image(attachment: Attachment) -> PromptImage:
    return PromptImage(
        key=make_object_name(attachment.id, Part.IMAGE),
        name=attachment.name,
        description=attachment.description,
        mime=attachment.mime,
        read=partial(read_object, attachment.id, Part.IMAGE),
    )


def _read_text(attachment_id: UUID) -> str:
    return read_object(attachment_id, Part.TEXT).decode()
