"""The attachments of messages: finding, locking and linking them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet

from apps.chat.attachments.attachment_view import AttachmentView, view_attachment
from apps.chat.attachments.selectors import select_live_attachments
from apps.chat.models import Attachment, AttachmentKind, Message, MessageAttachment
from apps.core.errors import NotFoundError


def find_attachments_of_messages(messages: Iterable[Message]) -> dict[UUID, list[Attachment]]:
    """Return the attachments of each message, in their order; runs no query if no message has any."""
    ids = [message.id for message in messages if message.attachment_count]
    return _group_by_message(MessageAttachment.objects.filter(message_id__in=ids)) if ids else {}


def find_attachments_of_conversation(conversation_id: UUID) -> dict[UUID, list[Attachment]]:
    """Return the attachments of all messages of a conversation that have any, in their order."""
    return _group_by_message(MessageAttachment.objects.filter(message__conversation_id=conversation_id))


def _group_by_message(links: QuerySet[MessageAttachment]) -> dict[UUID, list[Attachment]]:
    found: dict[UUID, list[Attachment]] = {}
    for link in links.select_related("attachment").order_by("message_id", "place"):
        found.setdefault(link.message_id, []).append(link.attachment)
    return found


def view_attachments(messages: Iterable[Message]) -> dict[UUID, list[AttachmentView]]:
    """Return the attachments of each message as clients see them, without URLs."""
    found = find_attachments_of_messages(messages)
    return {message_id: [view_attachment(one) for one in attachments] for message_id, attachments in found.items()}


def lock_attachments(owner_id: UUID, public_ids: Sequence[UUID]) -> list[Attachment]:
    """Return an owner's attachments in this order, locked against deletion until the transaction ends.

    Raises:
        NotFoundError: one of them is missing, another user's, or used in deleted conversations only.
    """
    wanted = list(dict.fromkeys(public_ids))
    ids = select_live_attachments(owner_id).filter(public_id__in=wanted).values("id")
    locked = Attachment.objects.filter(id__in=ids).select_for_update().order_by("id")
    found = {attachment.public_id: attachment for attachment in locked}
    if len(found) < len(wanted):
        raise NotFoundError("'attachments' contains an unknown id.")
    return [found[public_id] for public_id in wanted]


def link_attachments(message: Message, attachments: Sequence[Attachment]) -> None:
    """Link attachments to a new message; does nothing without any."""
    if not attachments:
        return  # Django would open a transaction for an empty list.
    MessageAttachment.objects.bulk_create(
        MessageAttachment(message=message, attachment=attachment, place=place)
        for place, attachment in enumerate(attachments)
    )


def has_images(message: Message) -> bool:
    """Return whether a stored message has an image; no query if it has no attachment."""
    if not message.attachment_count:
        return False
    return MessageAttachment.objects.filter(message=message, attachment__kind=AttachmentKind.IMAGE).exists()


def find_attachment_ids(conversation_id: UUID) -> list[UUID]:
    """Return the ids of the attachments of all messages of a conversation."""
    links = MessageAttachment.objects.filter(message__conversation_id=conversation_id)
    return list(links.values_list("attachment_id", flat=True).distinct())
