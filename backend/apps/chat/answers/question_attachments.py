"""The attachments of a new question: its own, or those of the question that it replaces."""

from uuid import UUID

from apps.chat.answers.errors import ImagesNotSupportedError
from apps.chat.answers.request import AnswerRequest, RequestKind
from apps.chat.attachments.links import has_images, lock_attachments
from apps.chat.models import Attachment, AttachmentKind, Message
from apps.chat.providers.registry import get_registry


def find_question_attachments(
    owner_id: UUID, request: AnswerRequest, question: Message, model_id: str
) -> list[Attachment]:
    """Return the attachments to link to a new question; no query for one that has none.

    Raises:
        NotFoundError: an id is unknown, or another user's.
        ImagesNotSupportedError: the model is known not to see the images of the question.
    """
    if not question.attachment_count or request.kind is RequestKind.CONTINUE:
        return []
    model = get_registry().find_model(model_id)
    is_blind = model is not None and model.vision is False
    if request.kind is RequestKind.REGENERATE:
        if is_blind and has_images(question):
            raise ImagesNotSupportedError
        return []
    if request.attachments is None:
        found = list(Attachment.objects.filter(links__message=request.message_id).order_by("links__place"))
    else:
        found = lock_attachments(owner_id, request.attachments)
    if is_blind and any(attachment.kind == AttachmentKind.IMAGE for attachment in found):
        raise ImagesNotSupportedError
    return found
