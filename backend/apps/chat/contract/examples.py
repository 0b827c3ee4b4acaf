"""One example of each frame and command, for the schema and for the golden frames."""

from dataclasses import replace
from uuid import UUID

from apps.chat.answers.request import RequestKind
from apps.chat.attachments.attachment_view import AttachmentView
from apps.chat.conversations.conversation_view import ConversationSummary
from apps.chat.conversations.message_view import MessageView
from apps.chat.conversations.state import ActiveAnswer
from apps.chat.events import AnswerStatus, Usage
from apps.chat.protocol import commands, frames

CONVERSATION_ID = UUID("01930000-0000-7000-8000-0000000000c1")
QUESTION_ID = UUID("01930000-0000-7000-8000-0000000000a1")
ANSWER_ID = UUID("01930000-0000-7000-8000-0000000000a2")
CLIENT_ID = UUID("01930000-0000-7000-8000-0000000000f1")
ATTACHMENT_ID = UUID("01930000-0000-7000-8000-0000000000d1")
SESSION_ID = UUID("01930000-0000-7000-8000-0000000000e1")
MOMENT = "2026-01-31T08:00:00.000Z"

CONVERSATION = ConversationSummary(
    id=CONVERSATION_ID,
    title="Capitals",
    model="gpt-4o",
    is_archived=False,
    is_pinned=True,
    leaf_id=ANSWER_ID,
    revision=7,
    created_at=MOMENT,
    updated_at=MOMENT,
)

_ATTACHMENT_URL = f"/api/attachments/{ATTACHMENT_ID}/{{}}?session={SESSION_ID}&until=1769846700&signature=5f2d"

ATTACHMENT = AttachmentView(
    id=ATTACHMENT_ID,
    kind="image",
    name="map.png",
    mime="image/png",
    bytes=48213,
    width=1280,
    height=960,
    pages=None,
    truncated=False,
    tokens=765,
    description="A map of Europe",
    url=_ATTACHMENT_URL.format("image"),
    thumbnail_url=_ATTACHMENT_URL.format("thumbnail"),
    text_url=None,
    created_at=MOMENT,
)

QUESTION = MessageView(
    id=QUESTION_ID,
    role="user",
    content="What is the capital of France?",
    prompt_tokens=None,
    completion_tokens=None,
    model_used="",
    created_at=MOMENT,
    status=AnswerStatus.COMPLETE.value,
    finish_reason=None,
    error_code=None,
    reasoning="",
    run=0,
    seq=0,
    parent_id=None,
    sibling_ids=[QUESTION_ID],
    context_dropped=0,
    images_dropped=0,
    attachments=[ATTACHMENT],
)

REPLY = replace(
    QUESTION,
    id=ANSWER_ID,
    role="assistant",
    content="",
    model_used="gpt-4o",
    status=AnswerStatus.PENDING.value,
    run=1,
    parent_id=QUESTION_ID,
    sibling_ids=[ANSWER_ID],
    attachments=[],
)

FRAMES: tuple[frames.Frame, ...] = (
    frames.AuthSuccess(conversation_id=CONVERSATION_ID, revision=7, leaf_id=ANSWER_ID, active=None),
    frames.Accepted(kind=RequestKind.MESSAGE, client_id=CLIENT_ID, message=QUESTION, reply=REPLY, run=1, revision=7),
    frames.StreamDelta("Paris", done=False, message_id=str(ANSWER_ID), run=1, seq=4, from_=3),
    frames.ReasoningDelta("Think: ", message_id=str(ANSWER_ID), run=1, seq=3, from_=0, reset=True),
    frames.StreamEnd(
        content="",
        done=True,
        message_id=str(ANSWER_ID),
        run=1,
        seq=5,
        from_=4,
        status=AnswerStatus.COMPLETE,
        finish_reason="stop",
        usage=Usage(prompt_tokens=12, completion_tokens=3),
        context_dropped=0,
        images_dropped=0,
    ),
    frames.FailedEnd(
        content="",
        done=True,
        message_id=str(ANSWER_ID),
        run=1,
        seq=5,
        from_=4,
        status=AnswerStatus.ERROR,
        finish_reason=None,
        usage=None,
        context_dropped=0,
        images_dropped=0,
        code="AI_ERROR",
        error="The model service failed: try again, or choose another model.",
        retry_after=20,
    ),
    frames.Waiting(message_id=ANSWER_ID, seconds=15),
    frames.ErrorFrame(
        code="RATE_LIMIT_EXCEEDED",
        error="Too many messages: wait a moment, then send this one again.",
        client_id=CLIENT_ID,
        retry_after=12,
    ),
    frames.ConversationUpdated(title="Capitals", leaf_id=None, revision=8),
    frames.ConversationDeleted(),
    frames.ServerPing(),
    frames.ServerPong(),
    frames.ChangeFeedSuccess(revision=41, active=[ActiveAnswer(CONVERSATION_ID, ANSWER_ID)], renewed=True),
    frames.ListedConversationCreated(conversation=CONVERSATION, revision=42),
    frames.ListedConversationUpdated(conversation=CONVERSATION, revision=43),
    frames.ListedConversationDeleted(conversation=CONVERSATION, revision=44),
    frames.AnswerStarted(
        conversation_id=CONVERSATION_ID,
        message_id=ANSWER_ID,
        status=AnswerStatus.PENDING,
        updated_at=MOMENT,
        revision=45,
    ),
    frames.AnswerEnded(
        conversation_id=CONVERSATION_ID,
        message_id=ANSWER_ID,
        status=AnswerStatus.COMPLETE,
        updated_at=MOMENT,
        revision=46,
    ),
)

COMMANDS: tuple[commands.BaseCommand, ...] = (
    commands.Authenticate(
        token="eyJhbGciOiJIUzI1NiJ9.e30.x",  # noqa: S106 - not signed
        resume=commands.AnswerPosition(message_id=ANSWER_ID, run=1, seq=4),
    ),
    commands.SendMessage(
        client_id=CLIENT_ID,
        content="What is the capital of France?",
        parent_id=None,
        attachments=[ATTACHMENT_ID],
    ),
    commands.Regenerate(client_id=CLIENT_ID, message_id=ANSWER_ID, model="gpt-4o-mini"),
    commands.EditQuestion(client_id=CLIENT_ID, message_id=QUESTION_ID, content="And of Spain?"),
    commands.ContinueAnswer(client_id=CLIENT_ID, message_id=ANSWER_ID),
    commands.Stop(message_id=ANSWER_ID),
    commands.Follow(message_id=ANSWER_ID, run=1, seq=4),
    commands.Ping(),
    commands.Pong(),
)
