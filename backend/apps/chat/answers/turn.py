"""Storing the beginning of an answer: the question, the pending answer and the command, in one transaction."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.chat.answers.errors import AlreadyProcessingError, InvalidMessageError, NoConversationError
from apps.chat.answers.prompt import build_prompt
from apps.chat.answers.request import AnswerRequest, RequestKind
from apps.chat.conversations.change_feed import count_answer_change
from apps.chat.conversations.messages import MessageView, view_message, view_messages
from apps.chat.events import ACTIVE_STATUSES, CONTINUABLE_STATUSES, AnswerStatus, AnswerText, Prompt
from apps.chat.models import DEFAULT_TITLE, Command, Conversation, Message, Role
from apps.chat.notify.notifications import Change
from apps.chat.providers.registry import get_registry
from apps.chat.search.index import index_message
from apps.core.errors import NotFoundError, RateLimitError
from apps.core.limits.base import Limit
from apps.core.limits.registry import get_rate_limiter


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A stored question and the answer that is to be written, or that a repeated command has started before."""

    kind: RequestKind
    client_id: UUID | None
    conversation_id: UUID
    revision: int
    question: MessageView
    reply: MessageView
    run: int
    is_repeat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTurn:
    """A turn whose answer nobody writes yet, and all that its writer needs."""

    turn: Turn
    text: AnswerText
    prompt: Prompt
    context_dropped: int
    wants_title: bool
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, by which session, and which process is to write the answer."""

    user_id: UUID
    session_id: UUID
    worker_id: UUID


def store_turn(*, asker: Asker, conversation_id: UUID, request: AnswerRequest) -> Turn | NewTurn:
    """Store what `request` asks for and build the prompt; a repeat of a command that has been taken stores nothing.

    Raises:
        NoConversationError: the conversation is missing or somebody else's.
        NotFoundError, InvalidMessageError: the request names a message that is not there or does not fit.
        AlreadyProcessingError: an answer is being written.
        RateLimitError: over `MESSAGE_RATE`.
    """
    try:
        stored = _store(asker, conversation_id, request)
    except IntegrityError as error:
        # Two workers at once: the database's index let one through.
        raise AlreadyProcessingError from error
    if isinstance(stored, Turn):
        return stored
    conversation, question, reply, change = stored
    prompt = build_prompt(conversation, question, reply)
    views = _view_new(question, reply)
    turn = Turn(
        kind=request.kind,
        client_id=request.client_id,
        conversation_id=conversation_id,
        revision=conversation.revision,
        question=views[0],
        reply=views[1],
        run=reply.run,
    )
    text = AnswerText(reply.content, reply.reasoning, reply.seq)
    return NewTurn(
        turn=turn,
        text=text,
        prompt=prompt.prompt,
        context_dropped=prompt.dropped,
        wants_title=conversation.is_title_automatic and conversation.title == DEFAULT_TITLE,
        change=change,
    )


def _view_new(question: Message, reply: Message) -> list[MessageView]:
    if reply.started_by in {RequestKind.MESSAGE, RequestKind.EDIT}:
        # A new question has this one answer.
        return [*view_messages([question]), view_message(reply, [reply.id])]
    return view_messages([question, reply])


def find_turn(conversation_id: UUID, answer_id: UUID) -> Turn | None:
    """Return the turn of the latest run of an answer; that of a first run as it was when it began."""
    replies = Message.objects.select_related("parent", "conversation")
    reply = replies.filter(conversation_id=conversation_id, id=answer_id).first()
    if reply is None or reply.parent is None:
        return None
    if reply.run == 1:
        reply.content = reply.reasoning = ""
        reply.seq = 0
        reply.status = AnswerStatus.PENDING
        reply.context_dropped = 0
        reply.finish_reason = reply.error_code = reply.prompt_tokens = reply.completion_tokens = None
    views = view_messages([reply.parent, reply])
    return Turn(
        kind=RequestKind(reply.started_by),
        client_id=reply.client_id,
        conversation_id=conversation_id,
        revision=reply.conversation.revision,
        question=views[0],
        reply=views[1],
        run=reply.run,
    )


@transaction.atomic
def _store(
    asker: Asker, conversation_id: UUID, request: AnswerRequest
) -> Turn | tuple[Conversation, Message, Message, Change]:
    conversations = Conversation.objects.filter(id=conversation_id, owner_id=asker.user_id, deleted_at=None)
    conversation = conversations.select_for_update(of=("self",)).first()
    if conversation is None:
        raise NoConversationError
    if (repeat := _find_repeat(conversation, request)) is not None:
        return repeat
    if conversation.messages.filter(status__in=ACTIVE_STATUSES).exists():
        raise AlreadyProcessingError
    question, reply = _prepare(conversation, request)
    _count_against_rate(asker.user_id)
    if question._state.adding:  # noqa: SLF001 - Django's documented way to tell a new row
        question.save(force_insert=True)
        index_message(question)
    reply.started_by = request.kind
    reply.client_id = request.client_id
    reply.session_id = asker.session_id
    reply.writer = asker.worker_id
    reply.is_stop_requested = False
    reply.save()
    if request.client_id is not None:
        Command.objects.create(
            conversation=conversation,
            client_id=request.client_id,
            kind=request.kind,
            digest=request.digest(),
            reply=reply,
            run=reply.run,
        )
    conversation.revision += 1
    conversation.updated_at = timezone.now()
    conversations.update(leaf=reply, revision=conversation.revision, updated_at=conversation.updated_at)
    change = count_answer_change("answer.started", conversation, reply.id, AnswerStatus.PENDING)
    return conversation, question, reply, change


def _find_repeat(conversation: Conversation, request: AnswerRequest) -> Turn | None:
    if request.client_id is None:
        return None
    commands = Command.objects.filter(conversation=conversation, client_id=request.client_id)
    if not commands.exists():  # Nearly always, and far cheaper than the joined query below.
        return None
    command = commands.select_related("reply__parent").get()
    if bytes(command.digest) != request.digest():
        raise InvalidMessageError("This 'client_id' has been used for another command: make a new one.")
    if command.reply is None or command.reply.parent is None:
        raise NotFoundError("This command was carried out before, and its answer has been deleted since.")
    views = view_messages([command.reply.parent, command.reply])
    return Turn(
        kind=request.kind,
        client_id=request.client_id,
        conversation_id=conversation.id,
        revision=conversation.revision,
        question=views[0],
        reply=views[1],
        run=command.run,
        is_repeat=True,
    )


def _prepare(conversation: Conversation, request: AnswerRequest) -> tuple[Message, Message]:
    """Return the question and the answer, not saved yet."""
    if request.kind is RequestKind.CONTINUE:
        return _prepare_continuation(conversation, request)
    question = _prepare_question(conversation, request)
    reply = Message(
        conversation=conversation,
        parent=question,
        depth=question.depth + 1,
        role=Role.ASSISTANT,
        status=AnswerStatus.PENDING,
        run=1,
        model_used=_choose_model(conversation, request),
    )
    return question, reply


def _prepare_question(conversation: Conversation, request: AnswerRequest) -> Message:
    if request.kind is RequestKind.REGENERATE:
        answered = _find_message(conversation, request.message_id, Role.ASSISTANT).parent
        if answered is None:
            raise InvalidMessageError("This answer has no question to answer again.")
        return answered
    if request.kind is RequestKind.EDIT:
        parent = _find_message(conversation, request.message_id, Role.USER).parent
    else:
        parent = _find_parent(conversation, request)
    depth = 0 if parent is None else parent.depth + 1
    return Message(conversation=conversation, parent=parent, depth=depth, role=Role.USER, content=request.content)


def _prepare_continuation(conversation: Conversation, request: AnswerRequest) -> tuple[Message, Message]:
    reply = _find_message(conversation, request.message_id, Role.ASSISTANT)
    if reply.status not in CONTINUABLE_STATUSES:
        raise InvalidMessageError("This answer is complete: there is nothing to continue.")
    if reply.parent is None:
        raise InvalidMessageError("This answer has no question to go on from.")
    reply.status = AnswerStatus.PENDING
    reply.run += 1
    reply.run_base = reply.seq
    reply.model_used = _choose_model(conversation, request) if request.model else reply.model_used
    reply.finish_reason = reply.error_code = reply.ended_at = None
    return reply.parent, reply


def _find_parent(conversation: Conversation, request: AnswerRequest) -> Message | None:
    if request.parent_id is None:
        return None
    if not isinstance(request.parent_id, UUID):
        return conversation.leaf
    return _find_message(conversation, request.parent_id, Role.ASSISTANT, field="parent_id")


def _find_message(
    conversation: Conversation, message_id: UUID | None, role: Role, field: str = "message_id"
) -> Message:
    messages = conversation.messages.select_related("parent")
    message = messages.filter(id=message_id).first() if message_id is not None else None
    if message is None:
        raise NotFoundError(f"There is no message with this {field!r} in the conversation.")
    if message.role != role:
        wanted = "an answer" if role == Role.ASSISTANT else "a question"
        raise InvalidMessageError(f"The field {field!r} must name {wanted}.")
    return message


def _choose_model(conversation: Conversation, request: AnswerRequest) -> str:
    """Return the model to answer with; a conversation's own that is gone fails later, with the question stored."""
    if request.model is not None and get_registry().find_model(request.model) is None:
        known = ", ".join(model.id for model in get_registry().list_models())
        raise InvalidMessageError(f"The field 'model' names an unknown model: choose one of {known}.")
    return request.model or conversation.model


def _count_against_rate(user_id: UUID) -> None:
    verdict = get_rate_limiter().hit(f"messages:{user_id}", Limit.parse(settings.MESSAGE_RATE))
    if not verdict.allowed:
        raise RateLimitError("Too many messages: wait a little and send it again.", retry_after=verdict.retry_after)
