"""Branches: the path from a root of the tree to one message.

A message's depth is its place on every branch that it is on, so that a page is a range of depths: the database walks
along ids alone and reads the text of the page only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, Window
from django.db.models.expressions import RawSQL

from apps.chat.models import Conversation, Message
from apps.core.statements import Select
from apps.core.text_size import TextBytes

BATCH_SIZE = 32
"""Messages that `read_ancestors` reads at once."""

MAX_PAGE_BYTES = 1024 * 1024
"""The most bytes of text (UTF-8) that are read at once, unless one message alone has more."""

# The recursion ends one step above the range: no earlier message is read.
_ANCESTORS = """
    WITH RECURSIVE branch(id, parent_id, depth) AS (
        SELECT id, parent_id, depth FROM chat_message WHERE id = %s
        UNION ALL
        SELECT message.id, message.parent_id, message.depth
        FROM chat_message message JOIN branch ON message.id = branch.parent_id
        WHERE branch.depth > %s
    )
    SELECT id FROM branch WHERE depth >= %s AND depth < %s
"""
_DESCENDANTS = """
    WITH RECURSIVE subtree(id) AS (
        SELECT id FROM chat_message WHERE id = %s
        UNION ALL
        SELECT message.id FROM chat_message message JOIN subtree ON message.parent_id = subtree.id
    )
    SELECT id FROM subtree
"""


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch by its last message; without one it is empty. `length` counts its messages."""

    leaf_id: UUID | None
    length: int


EMPTY_BRANCH = Branch(leaf_id=None, length=0)


def find_current_branch(conversation: Conversation) -> Branch:
    if conversation.leaf_id is None:
        return EMPTY_BRANCH
    depth = Message.objects.filter(id=conversation.leaf_id).values_list("depth", flat=True).first()
    return EMPTY_BRANCH if depth is None else Branch(conversation.leaf_id, depth + 1)


def find_branch_through(conversation: Conversation, message: Message) -> Branch:
    """Return the current branch if `message` is on it, else the branch that ends at its newest leaf."""
    current = find_current_branch(conversation)
    if read_branch(current, message.depth, message.depth + 1) == [message]:
        return current
    leaf = find_newest_leaf(message.id)
    return Branch(leaf.id, leaf.depth + 1)


def read_branch(branch: Branch, start: int = 0, end: int | None = None) -> list[Message]:
    """Return the messages from place `start` up to but not including `end` (the default: all), oldest first.

    Each message comes with its latest run.
    """
    return list(_select(branch, start, branch.length if end is None else end).select_related("latest_run"))


def read_first_messages(branch: Branch, start: int, end: int) -> list[Message]:
    """Read as `read_branch` does, but only the first messages: up to `MAX_PAGE_BYTES` of text, at least one."""
    return list(take_messages_that_fit(_select(branch, start, end), "depth").select_related("latest_run"))


def read_last_messages(branch: Branch, start: int, end: int) -> list[Message]:
    """Read as `read_branch` does, but only the last messages: up to `MAX_PAGE_BYTES` of text, at least one."""
    return list(take_messages_that_fit(_select(branch, start, end), "-depth").select_related("latest_run"))[::-1]


def take_messages_that_fit(messages: QuerySet[Message], order: str) -> QuerySet[Message]:
    """Return the first `messages`, up to `MAX_PAGE_BYTES` of text, and at least one."""
    sized = messages.annotate(text_bytes=TextBytes("content") + TextBytes("reasoning")).order_by(order)
    summed = sized.annotate(bytes_so_far=Window(Sum("text_bytes"), order_by=order))
    return summed.filter(Q(bytes_so_far__lte=MAX_PAGE_BYTES) | Q(bytes_so_far=F("text_bytes")))


def read_ancestors(message: Message) -> Iterator[Message]:
    """Yield what a prompt needs of the messages above `message`, nearest first; reads in batches, as needed."""
    above = Branch(message.parent_id, message.depth)
    while above.leaf_id is not None and above.length > 0:
        batch = _SELECT_ANCESTORS.all(above.leaf_id, max(above.length - BATCH_SIZE, 0), above.length)
        if not batch:
            return
        yield from reversed(batch)
        above = Branch(batch[0].parent_id, batch[0].depth)


_PROMPT_FIELDS = ("parent", "depth", "role", "content", "token_count", "attachment_count")
_SELECT_ANCESTORS = Select(
    lambda leaf_id, start, end: _select_ancestors(leaf_id, start, end).only(*_PROMPT_FIELDS),
    UUID,
    int,
    int,
)


def _select(branch: Branch, start: int, end: int) -> QuerySet[Message]:
    start, end = max(start, 0), min(end, branch.length)
    if branch.leaf_id is None or start >= end:
        return Message.objects.none()
    return _select_ancestors(branch.leaf_id, start, end)


def _select_ancestors(leaf_id: UUID, start: int, end: int) -> QuerySet[Message]:
    return Message.objects.filter(id__in=_subquery_ids(_ANCESTORS, leaf_id, start, start, end)).order_by("depth")


def find_subtree_ids(message_id: UUID) -> list[UUID]:
    """Return the ids of the message and its descendants, the deepest first."""
    subtree = Message.objects.filter(id__in=_subquery_ids(_DESCENDANTS, message_id))
    return list(subtree.order_by("-depth").values_list("id", flat=True))


def find_newest_leaf(message_id: UUID) -> Message:
    """Return the newest leaf among `message_id` and its descendants, without its text."""
    subtree = Message.objects.filter(id__in=_subquery_ids(_DESCENDANTS, message_id))
    leaves = subtree.exclude(Exists(Message.objects.filter(parent=OuterRef("id"))))
    return leaves.defer("content", "reasoning").order_by("-id")[0]


def _subquery_ids(sql: str, message_id: UUID, *limits: int) -> RawSQL:
    first = Message._meta.pk.get_db_prep_value(message_id, connection)
    return RawSQL(sql, [first, *limits])  # noqa: S611 - one of the two texts above
