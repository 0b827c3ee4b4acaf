"""Trees of messages, stored as if users and models had written them."""

from collections.abc import Iterable
from uuid import UUID

from apps.chat.models import Conversation, Message, Role, Run
from apps.chat.search.index import index_messages


def add_messages(conversation_id: str, texts: Iterable[str], *, under: str | None = None) -> list[str]:
    """Add questions and answers in turn, each under the one before, make the last the leaf, and return their ids."""
    conversation = Conversation.objects.get(public_id=conversation_id)
    parent = None if under is None else Message.objects.get(id=under)
    added = []
    for text in texts:
        parent = Message.objects.create(
            conversation=conversation,
            parent=parent,
            depth=0 if parent is None else parent.depth + 1,
            role=Role.ASSISTANT if parent is not None and parent.role == Role.USER else Role.USER,
            content=text,
        )
        index_messages(parent)
        added.append(str(parent.id))
    Conversation.objects.filter(id=conversation.id).update(leaf=UUID(added[-1]))
    return added


def add_numbered_messages(conversation_id: str, count: int) -> list[str]:
    """Like `add_messages`, with `count` messages that contain their number."""
    return add_messages(conversation_id, [str(number) for number in range(count)])


def add_running_answer(conversation_id: str) -> str:
    """Add an answer that is being written under the leaf, and return its id."""
    conversation = Conversation.objects.get(public_id=conversation_id)
    answer = add_messages(conversation_id, ["half an answ"], under=str(conversation.leaf_id))[0]
    run = Run.objects.create(conversation=conversation, answer_id=answer, number=1, kind="message", status="streaming")
    Message.objects.filter(id=answer).update(latest_run=run)
    return answer
