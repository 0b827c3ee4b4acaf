"""Services for the tree of a conversation: showing another branch, and deleting a message with its descendants."""

from itertools import batched
from uuid import UUID

from django.db import transaction

from apps.chat.conversations.branches import find_newest_leaf, find_subtree_ids
from apps.chat.conversations.selectors import find_active_answer_id
from apps.chat.conversations.services import lock_conversation, save_change
from apps.chat.conversations.text_bytes import measure_messages
from apps.chat.models import Conversation, Message
from apps.core.errors import ConflictError, require_found

DELETE_BATCH_SIZE = 500


@transaction.atomic
def show_branch(*, owner_id: UUID, public_id: UUID, message_id: UUID) -> Conversation:
    """Make the branch through a message the current one, down to its newest leaf.

    Raises:
        NotFoundError: the owner has no such conversation, or no such message in it.
        ConflictError: an answer is being written.
    """
    conversation, message = _lock_message(owner_id, public_id, message_id)
    _move_leaf(conversation, find_newest_leaf(message.id).id)
    return conversation


@transaction.atomic
def delete_message(*, owner_id: UUID, public_id: UUID, message_id: UUID) -> None:
    """Delete a message and its descendants; if the leaf is among them, it moves to the nearest sibling or the parent.

    The nearest sibling is the previous one, else the next one; the leaf moves to the newest leaf below it.

    Raises:
        NotFoundError: the owner has no such conversation, or no such message in it.
        ConflictError: an answer is being written.
    """
    conversation, message = _lock_message(owner_id, public_id, message_id)
    subtree = find_subtree_ids(message.id)
    leaf_id = conversation.leaf_id
    if leaf_id in set(subtree):
        nearest = _find_nearest_sibling(message)
        leaf_id = find_newest_leaf(nearest.id).id if nearest else message.parent_id
    batches = list(batched(subtree, DELETE_BATCH_SIZE))
    freed = sum(measure_messages(conversation.messages.filter(id__in=ids)) for ids in batches)
    _move_leaf(conversation, leaf_id, freed)
    # The deepest first, so that no message loses its parent before it is deleted.
    for ids in batches:
        # Runs with a `client_id` stay, without their answer, to recognize a repeated command.
        conversation.runs.filter(answer__in=ids, client_id=None).delete()
        conversation.messages.filter(id__in=ids).delete()


def _lock_message(owner_id: UUID, public_id: UUID, message_id: UUID) -> tuple[Conversation, Message]:
    """Lock a conversation in which no answer is being written, and find a message of it."""
    conversation = lock_conversation(owner_id, public_id)
    message = require_found(conversation.messages.defer("content", "reasoning").filter(id=message_id).first())
    if find_active_answer_id(conversation) is not None:
        raise ConflictError("An answer is being written in this conversation: wait for it or stop it first.")
    return conversation, message


def _find_nearest_sibling(message: Message) -> Message | None:
    siblings = Message.objects.filter(conversation=message.conversation_id, parent=message.parent_id).only("id")
    older = siblings.filter(id__lt=message.id).order_by("-id").first()
    return older or siblings.filter(id__gt=message.id).order_by("id").first()


def _move_leaf(conversation: Conversation, leaf_id: UUID | None, freed: int = 0) -> None:
    conversation.leaf_id = leaf_id
    notified: dict[str, object] = {"leaf_id": None if leaf_id is None else str(leaf_id)}
    save_change(conversation, "leaf", notified_fields=notified, text_bytes=-freed)
