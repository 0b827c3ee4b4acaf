"""The notifications of the chat, and the groups that receive them."""

from collections.abc import Sequence
from typing import Any, override
from uuid import UUID

from apps.core.notify import Notification
from apps.users.notifications import KeyEndedNotification, SessionEndedNotification

WORKERS_GROUP = "workers"
"""Receives the notifications for every worker."""


def conversation_group(conversation_id: UUID) -> str:
    return f"conversation.{conversation_id.hex}"


def change_feed_group(owner_id: UUID) -> str:
    return f"changes.{owner_id.hex}"


class _ToConversation(Notification, frozen=True, kw_only=True):
    conversation_id: UUID

    @property
    @override
    def groups(self) -> Sequence[str]:
        return (conversation_group(self.conversation_id),)


class _ToWorkers(Notification, frozen=True, kw_only=True):
    @property
    @override
    def groups(self) -> Sequence[str]:
        return (WORKERS_GROUP,)


class RunStartedNotification(_ToConversation, frozen=True, kw_only=True, tag="run.started"):
    """A run of an answer has begun; each connection of the conversation follows it."""

    message_id: UUID
    run: int


class AnswerWaitingNotification(_ToConversation, frozen=True, kw_only=True, tag="answer.waiting"):
    """The model service is alive, but has sent no token of an answer for `seconds`."""

    message_id: UUID
    seconds: int


class ConversationUpdatedNotification(_ToConversation, frozen=True, kw_only=True, tag="conversation.updated"):
    """A conversation has a new revision; `changes` are JSON values under their names in the API."""

    revision: int
    changes: dict[str, Any]


class ConversationDeletedNotification(_ToConversation, frozen=True, kw_only=True, tag="conversation.deleted"):
    """A conversation has been deleted; its connections close."""


class ChangeNotification(Notification, frozen=True, kw_only=True, tag="change"):
    """One change of a user's conversations, with the user's `revision`; `fields` are the JSON values of its frame."""

    owner_id: UUID
    revision: int
    fields: dict[str, Any]

    @property
    @override
    def groups(self) -> Sequence[str]:
        return (change_feed_group(self.owner_id),)

    @property
    @override
    def name(self) -> str:
        return str(self.fields["type"])


class StopRequestedNotification(_ToWorkers, frozen=True, kw_only=True, tag="stop.requested"):
    """An answer is to be stopped, keeping its text; the worker that writes it does so."""

    message_id: UUID


class AnswersGivenUpNotification(_ToWorkers, frozen=True, kw_only=True, tag="answers.given.up"):
    """A worker that ends has given up its answers; another one takes them over."""


class CallFollowedNotification(_ToWorkers, frozen=True, kw_only=True, tag="call.followed"):
    """A client follows a call through /v1 on a worker that does not make it; repeated while the client follows."""

    call_id: UUID


type ChatNotification = (
    RunStartedNotification
    | AnswerWaitingNotification
    | ConversationUpdatedNotification
    | ConversationDeletedNotification
    | ChangeNotification
    | StopRequestedNotification
    | AnswersGivenUpNotification
    | CallFollowedNotification
    | SessionEndedNotification
    | KeyEndedNotification
)
