"""New messages: the place of a request's question and answer in the tree, and the attachments of the question."""

from uuid import UUID

from django.conf import settings

from apps.chat.answers.errors import EmptyContentError, ImagesNotSupportedError, InvalidMessageError
from apps.chat.answers.request import AnswerRequest, RequestKind
from apps.chat.attachments.links import has_images, lock_attachments
from apps.chat.conversations.model_choice import check_not_retired, known_model_ids
from apps.chat.events import CONTINUABLE_STATUSES
from apps.chat.models import Attachment, AttachmentKind, Conversation, Message, Role
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.core.errors import NotFoundError
from apps.core.round_trips import LazyRows, read_later
from apps.core.row_writes import new_row
from apps.core.sql_values import prepare_value, read_id
from apps.core.statements import Select
from apps.core.text import is_blank

_LEAF = Select(
    lambda conversation_id: Message.objects.filter(
        id__in=Conversation.objects.filter(id=conversation_id).values("leaf_id")
    ).defer("content", "reasoning"),
    UUID,
)


def find_leaf_later(conversation_id: UUID) -> LazyRows[Message]:
    """Return the leaf of a conversation without its text, if it has a leaf."""
    return _LEAF.read_later(conversation_id)


# Two statements in one: neither database uses the index for both kinds of parent in a single condition.
_NEXT_SIBLINGS = """
    SELECT id FROM chat_message
    WHERE conversation_id = %s AND parent_id = (SELECT leaf_id FROM chat_conversation WHERE id = %s)
    UNION ALL
    SELECT id FROM chat_message
    WHERE conversation_id = %s AND parent_id IS NULL
    AND (SELECT leaf_id FROM chat_conversation WHERE id = %s) IS NULL
"""


def find_next_siblings_later(conversation_id: UUID) -> LazyRows[UUID]:
    """Return the ids of the next question's siblings: the messages below the leaf or, without one, the roots."""
    return read_later(_NEXT_SIBLINGS, [prepare_value(conversation_id)] * 4, read_id)


def prepare_messages(
    conversation: Conversation, request: AnswerRequest, leaf: Message | None
) -> tuple[Message, Message]:
    """Return the question and the answer of `request`; `leaf` is the conversation's.

    They are new rows that are not saved yet, or the existing ones that it answers again or continues.

    Raises:
        NotFoundError, InvalidMessageError: the request names a message that is not there or does not fit.
        EmptyContentError: the question is blank, and has no attachments.
        ModelRetiredError: the model service no longer has the model.
    """
    if request.kind is RequestKind.CONTINUE:
        return _prepare_continuation(conversation, request)
    question = _prepare_question(conversation, request, leaf)
    answer = new_row(
        Message,
        conversation=conversation,
        parent=question,
        depth=question.depth + 1,
        role=Role.ASSISTANT,
        model_used=_choose_model(conversation, request),
    )
    return question, answer


def _prepare_question(conversation: Conversation, request: AnswerRequest, leaf: Message | None) -> Message:
    if request.kind is RequestKind.REGENERATE:
        answered = _find_message(conversation, request.message_id, Role.ASSISTANT).parent
        if answered is None:
            raise InvalidMessageError("This answer has no question to answer again.")
        return answered
    count = len(set(request.attachments or ()))
    if request.kind is RequestKind.EDIT:
        edited = _find_message(conversation, request.message_id, Role.USER)
        parent = edited.parent
        count = edited.attachment_count if request.attachments is None else count
    else:
        parent = leaf if request.follows_leaf else _find_parent(conversation, request)
    if not count and is_blank(request.content):
        raise EmptyContentError
    return new_row(
        Message,
        conversation=conversation,
        parent=parent,
        depth=0 if parent is None else parent.depth + 1,
        role=Role.USER,
        content=request.content,
        attachment_count=count,
    )


def _prepare_continuation(conversation: Conversation, request: AnswerRequest) -> tuple[Message, Message]:
    answer = _find_message(conversation, request.message_id, Role.ASSISTANT)
    if answer.run.status not in CONTINUABLE_STATUSES:
        raise InvalidMessageError("This answer is complete: there is nothing to continue.")
    if answer.parent is None:
        raise InvalidMessageError("This answer has no question: it cannot be continued.")
    if len(answer.content) + len(answer.reasoning) >= settings.MAX_ANSWER_LENGTH:
        raise InvalidMessageError("This answer has reached the maximum length: ask for the rest in a new message.")
    if request.model:
        answer.model_used = _choose_model(conversation, request)
    check_not_retired(answer.model_used)
    return answer.parent, answer


def _find_parent(conversation: Conversation, request: AnswerRequest) -> Message | None:
    if not isinstance(request.parent_id, UUID):
        return None
    return _find_message(conversation, request.parent_id, Role.ASSISTANT, field="parent_id")


def _find_message(
    conversation: Conversation, message_id: UUID | None, role: Role, field: str = "message_id"
) -> Message:
    messages = conversation.messages.select_related("parent", "latest_run")
    message = messages.filter(id=message_id).first() if message_id is not None else None
    if message is None:
        raise NotFoundError(f"The conversation has no message with this {field!r}.")
    if message.role != role:
        wanted = "an answer" if role == Role.ASSISTANT else "a question"
        raise InvalidMessageError(f"The field {field!r} must name {wanted}.")
    return message


def _choose_model(conversation: Conversation, request: AnswerRequest) -> str:
    """Return the model to answer with; if the conversation's own is unknown, the answer fails after it is stored."""
    if request.model is not None and get_catalogue().find_model(request.model) is None:
        raise InvalidMessageError(f"The field 'model' names an unknown model: choose one of {known_model_ids()}.")
    model = request.model or conversation.model
    check_not_retired(model)
    return model


def find_question_attachments(
    owner_id: UUID, request: AnswerRequest, question: Message, model_id: str
) -> list[Attachment]:
    """Return the attachments to link to a new question; runs no query if it has none.

    Raises:
        NotFoundError: an id is unknown, or another user's.
        ImagesNotSupportedError: the model is known not to see the images of the question.
    """
    if not question.attachment_count or request.kind is RequestKind.CONTINUE:
        return []
    model = get_catalogue().find_model(model_id)
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
