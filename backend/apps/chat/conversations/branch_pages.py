"""Pages of a branch: by number, at its end, before or around a message."""

from dataclasses import dataclass
from uuid import UUID

from apps.chat.conversations.branches import Branch, find_branch_through, find_current_branch, read_branch
from apps.chat.models import Conversation, Message
from apps.core.errors import NotFoundError


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


def read_branch_page(conversation: Conversation, page: int, page_size: int) -> BranchPart:
    """Return page `page`, counted from 1, of the current branch."""
    return _read(find_current_branch(conversation), (page - 1) * page_size, page_size)


def read_branch_end(conversation: Conversation, count: int) -> BranchPart:
    """Return the last `count` messages of the current branch."""
    branch = find_current_branch(conversation)
    return _read(branch, branch.length - count, count)


def read_branch_before(conversation: Conversation, message_id: UUID, count: int) -> BranchPart:
    """Return the `count` messages right above one, on any branch.

    Raises:
        NotFoundError: the message is not in the conversation.
    """
    message = _find_message(conversation, message_id)
    start = max(message.depth - count, 0)
    return _read(find_branch_through(conversation, message), start, message.depth - start)


def read_branch_around(conversation: Conversation, message_id: UUID, count: int) -> BranchPart:
    """Return `count` messages around one: on the current branch if it is there, otherwise on its newest branch.

    Raises:
        NotFoundError: the message is not in the conversation.
    """
    message = _find_message(conversation, message_id)
    branch = find_branch_through(conversation, message)
    start = min(message.depth - count // 2, branch.length - count)
    return _read(branch, start, count)


def _find_message(conversation: Conversation, message_id: UUID) -> Message:
    message = conversation.messages.only("id", "depth", "conversation").filter(id=message_id).first()
    if message is None:
        raise NotFoundError
    return message


def _read(branch: Branch, start: int, count: int) -> BranchPart:
    start = min(max(start, 0), branch.length)
    return BranchPart(read_branch(branch, start, start + count), offset=start, total=branch.length)
