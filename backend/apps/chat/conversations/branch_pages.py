"""Pages of a branch: from an offset, at its end, before or around a message; at most 1 MiB of text."""

from dataclasses import dataclass
from uuid import UUID

from apps.chat.conversations.branches import (
    Branch,
    find_branch_through,
    find_current_branch,
    read_first_messages,
    read_last_messages,
)
from apps.chat.models import Conversation, Message
from apps.core.errors import require_found


@dataclass(frozen=True, slots=True)
class BranchPart:
    """Messages of a branch, oldest first; `offset` counts the messages before them, `total` the whole branch."""

    messages: list[Message]
    offset: int
    total: int

    @property
    def has_newer(self) -> bool:
        return self.offset + len(self.messages) < self.total

    @property
    def has_older(self) -> bool:
        return self.offset > 0


def read_branch_from(conversation: Conversation, offset: int, count: int) -> BranchPart:
    """Return up to `count` messages of the current branch after its first `offset`."""
    branch = find_current_branch(conversation)
    return _make_part(branch, read_first_messages(branch, offset, offset + count), min(offset, branch.length))


def read_branch_end(conversation: Conversation, count: int) -> BranchPart:
    """Return up to `count` messages at the end of the current branch."""
    branch = find_current_branch(conversation)
    return _make_part(branch, read_last_messages(branch, branch.length - count, branch.length), branch.length)


def read_branch_before(conversation: Conversation, message_id: UUID, count: int) -> BranchPart:
    """Return up to `count` messages directly above one, on any branch.

    Raises:
        NotFoundError: the message is not in the conversation.
    """
    message = _find_message(conversation, message_id)
    branch = find_branch_through(conversation, message)
    return _make_part(branch, read_last_messages(branch, message.depth - count, message.depth), 0)


def read_branch_around(conversation: Conversation, message_id: UUID, count: int) -> BranchPart:
    """Return up to `count` messages around one: on the current branch if it is there, else on its newest branch.

    Raises:
        NotFoundError: the message is not in the conversation.
    """
    message = _find_message(conversation, message_id)
    branch = find_branch_through(conversation, message)
    start = max(min(message.depth - count // 2, branch.length - count), 0)
    older = read_last_messages(branch, start, message.depth + 1)
    newer = read_first_messages(branch, message.depth + 1, start + count)
    return _make_part(branch, older + newer, 0)


def _find_message(conversation: Conversation, message_id: UUID) -> Message:
    return require_found(conversation.messages.only("id", "depth", "conversation").filter(id=message_id).first())


def _make_part(branch: Branch, messages: list[Message], empty_at: int) -> BranchPart:
    return BranchPart(messages, offset=messages[0].depth if messages else empty_at, total=branch.length)
