"""Locks for deleting conversations, so that nothing is written into a conversation meanwhile."""

from uuid import UUID

from django.db.models import QuerySet
from django.dispatch import receiver

from apps.chat.models import Conversation, Run
from apps.users.models import User
from apps.users.services.accounts import account_deleting


def lock_for_deletion(conversations: QuerySet[Conversation]) -> None:
    """Lock active runs, then conversations: the order that every transaction keeps.

    A row that is stored between the search for what belongs to a conversation and its deletion, such as an entry of
    the search index, would make the deletion fail.
    """
    active = Run.objects.filter(conversation__in=conversations.values("id"), ended_at=None)
    list(active.select_for_update(of=("self",)).order_by("answer_id").values_list("id"))
    list(conversations.select_for_update(of=("self",)).order_by("id").values_list("id"))


@receiver(account_deleting, sender=User)
def lock_conversations_of_account(user_id: UUID, **_: object) -> None:
    """Lock the runs and conversations that are deleted with an account."""
    lock_for_deletion(Conversation.objects.filter(owner_id=user_id))
