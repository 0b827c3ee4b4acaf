"""REST endpoints under `/api/conversations`, `/api/search`, `/api/export` and `/api/preferences`: translation only."""

from collections.abc import AsyncGenerator
from typing import cast
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router, Status

from apps.chat.answers.indexing import index_recent_runs
from apps.chat.conversations import branch_pages, branch_services, export, preferences, selectors, services
from apps.chat.conversations.conversation_view import ConversationView, summarize_conversation, view_conversation
from apps.chat.conversations.message_view import sign_message, view_messages
from apps.chat.conversations.preferences import PreferenceFields
from apps.chat.conversations.services import ConversationFields
from apps.chat.edges.rest.conversation_schemas import (
    ConversationIn,
    ConversationPatch,
    ConversationQuery,
    ConversationsOut,
    ExportQuery,
    HitQuery,
    LeafIn,
    MessageQuery,
    MessagesOut,
    PreferencesOut,
    PreferencesPatch,
    SearchHitsOut,
)
from apps.chat.edges.rest.downloads import end_with_session
from apps.chat.models import Preferences
from apps.chat.search.query import search_texts
from apps.users.auth import BearerAuth, SignedInRequest

conversations_router = Router(tags=["conversations"], auth=BearerAuth())
search_router = Router(tags=["conversations"], auth=BearerAuth())
preferences_router = Router(tags=["preferences"], auth=BearerAuth())
export_router = Router(tags=["conversations"], auth=BearerAuth())


@conversations_router.get("/", response=ConversationsOut)
def list_conversations(request: SignedInRequest, query: Query[ConversationQuery]) -> dict[str, object]:
    """List conversations: pinned ones first, then the newest activity."""
    if query.search:
        index_recent_runs(request.auth.user_id)
    page = selectors.list_conversations(
        request.auth.user_id,
        page=query.page,
        page_size=query.page_size,
        include_archived=query.include_archived,
        only_archived=query.only_archived,
        search=query.search,
    )
    return {
        "conversations": [summarize_conversation(conversation) for conversation in page.rows],
        "total": page.total,
        "page": page.page,
        "page_size": page.page_size,
        "has_more": page.has_more,
    }


@conversations_router.post("/", response={201: ConversationView})
def create_conversation(request: SignedInRequest, payload: ConversationIn) -> Status[ConversationView]:
    """Create a conversation; a repeat with the same `id` returns the existing one."""
    fields = cast("ConversationFields", payload.model_dump(exclude={"id"}, exclude_none=True))
    conversation = services.create_conversation(owner_id=request.auth.user_id, public_id=payload.id, fields=fields)
    return Status(201, view_conversation(conversation))


@conversations_router.get("/{conversation_id}", response=ConversationView)
def show_conversation(request: SignedInRequest, conversation_id: UUID) -> ConversationView:
    """Show one conversation."""
    return view_conversation(selectors.find_conversation(request.auth.user_id, conversation_id))


@conversations_router.patch("/{conversation_id}", response=ConversationView)
def update_conversation(
    request: SignedInRequest, conversation_id: UUID, payload: ConversationPatch
) -> ConversationView:
    """Change fields of a conversation; open connections receive the change, and the next turn uses it."""
    fields = cast("ConversationFields", payload.model_dump(exclude_unset=True))
    changed = services.update_conversation(owner_id=request.auth.user_id, public_id=conversation_id, fields=fields)
    return view_conversation(changed)


@conversations_router.delete("/{conversation_id}", response={204: None})
def delete_conversation(request: SignedInRequest, conversation_id: UUID) -> Status[None]:
    """Delete a conversation, and stop an answer that is being written."""
    services.delete_conversation(owner_id=request.auth.user_id, public_id=conversation_id)
    return Status(204, None)


@conversations_router.post("/{conversation_id}/restore", response=ConversationView)
def restore_conversation(request: SignedInRequest, conversation_id: UUID) -> ConversationView:
    """Restore a conversation within 30 seconds of its deletion."""
    return view_conversation(services.restore_conversation(owner_id=request.auth.user_id, public_id=conversation_id))


@conversations_router.put("/{conversation_id}/leaf", response=ConversationView)
def show_branch(request: SignedInRequest, conversation_id: UUID, payload: LeafIn) -> ConversationView:
    """Show the branch through a message, to its newest leaf; refused while an answer is being written."""
    moved = branch_services.show_branch(
        owner_id=request.auth.user_id, public_id=conversation_id, message_id=payload.message_id
    )
    return view_conversation(moved)


@conversations_router.get("/{conversation_id}/messages", response=MessagesOut)
def list_messages(request: SignedInRequest, conversation_id: UUID, query: Query[MessageQuery]) -> dict[str, object]:
    """List a page of the current branch, messages after an offset, before one (empty: the end), or around one."""
    conversation = selectors.find_conversation(request.auth.user_id, conversation_id)
    page = None
    if query.around is not None:
        part = branch_pages.read_branch_around(conversation, query.around, query.page_size)
    elif isinstance(query.before, UUID):
        part = branch_pages.read_branch_before(conversation, query.before, query.page_size)
    elif query.before is not None:
        part = branch_pages.read_branch_end(conversation, query.page_size)
    elif query.offset is not None:
        part = branch_pages.read_branch_from(conversation, query.offset, query.page_size)
    else:
        page = query.page or 1
        part = branch_pages.read_branch_from(conversation, (page - 1) * query.page_size, query.page_size)
    return {
        "messages": [sign_message(view, request.auth.session_id) for view in view_messages(part.messages)],
        "total": part.total,
        "offset": part.offset,
        "page": page,
        "page_size": query.page_size,
        "has_more": part.has_newer if query.is_read_forwards else part.has_older,
    }


@conversations_router.delete("/{conversation_id}/messages/{message_id}", response={204: None})
def delete_message(request: SignedInRequest, conversation_id: UUID, message_id: UUID) -> Status[None]:
    """Delete a message and its descendants; refused while an answer is being written."""
    branch_services.delete_message(owner_id=request.auth.user_id, public_id=conversation_id, message_id=message_id)
    return Status(204, None)


@conversations_router.get("/{conversation_id}/export", response={200: str})
def export_conversation(request: SignedInRequest, conversation_id: UUID, query: Query[ExportQuery]) -> HttpResponseBase:
    """Export a conversation as a file: its current branch as Markdown, or all branches as JSON."""
    conversation = selectors.find_conversation(request.auth.user_id, conversation_id)
    if query.format == "json":
        return _stream_file(request, export.export_as_json(conversation), "application/json", "conversation.json")
    pieces = export.export_as_markdown(conversation, query.language)
    return _stream_file(request, pieces, "text/markdown; charset=utf-8", "conversation.md")


@export_router.get("", response={200: str})
def export_all(request: SignedInRequest) -> HttpResponseBase:
    """Export all conversations, including archived ones, as one JSON file."""
    pieces = export.export_all(request.auth.user_id)
    return _stream_file(request, pieces, "application/json", "conversations.json")


@preferences_router.get("", response=PreferencesOut)
def show_preferences(request: SignedInRequest) -> Preferences:
    """Show the user's defaults for new conversations."""
    return preferences.find_preferences(request.auth.user_id)


@preferences_router.patch("", response=PreferencesOut)
def update_preferences(request: SignedInRequest, payload: PreferencesPatch) -> Preferences:
    """Change the user's defaults for new conversations; existing conversations keep their fields."""
    given = payload.model_dump(exclude_unset=True)
    fields = cast("PreferenceFields", {name: value or "" for name, value in given.items()})
    return preferences.update_preferences(owner_id=request.auth.user_id, fields=fields)


@search_router.get("", response=SearchHitsOut)
def search(request: SignedInRequest, query: Query[HitQuery]) -> dict[str, object]:
    """Search titles and messages, including archived conversations; a blank search finds nothing."""
    index_recent_runs(request.auth.user_id)
    found = search_texts(request.auth.user_id, query.q, page=query.page, page_size=query.page_size)
    return {"hits": found.hits, "page": query.page, "page_size": query.page_size, "has_more": found.has_more}


def _stream_file(
    request: SignedInRequest, pieces: AsyncGenerator[str], content_type: str, name: str
) -> StreamingHttpResponse:
    watched = end_with_session(pieces, request.auth.session_id, request)
    response = StreamingHttpResponse(watched, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response
