"""Schemas of conversations and messages on the wire.

Input is a `BaseModel`, not a ninja `Schema`, which would read attributes of the input, such as `"text".title`.
"""

from typing import Annotated, Literal, Self
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator
from pydantic.json_schema import SkipJsonSchema

from apps.chat.conversations.conversation_view import ConversationSummary, summarize_conversation
from apps.chat.conversations.export import ExportLanguage
from apps.chat.conversations.message_view import MessageView, RoleText
from apps.chat.models import MODEL_ID_LENGTH, TITLE_LENGTH
from apps.chat.prompt_values import ChosenEffort
from apps.chat.search.query import SearchHit
from apps.chat.stored_services.request import ModelId
from apps.core.pagination import Offset, PageNumber, PageSize
from apps.core.text import is_blank
from apps.users.schemas import Moment, Text

SYSTEM_PROMPT_LENGTH = 20_000
SEARCH_LENGTH = 200


def _trim_title(text: str) -> str:
    title = text.strip()
    if is_blank(title) or len(title) > TITLE_LENGTH:
        raise ValueError(f"A title has 1 to {TITLE_LENGTH} characters and must not be blank.")
    return title


type Title = Annotated[
    Text, AfterValidator(_trim_title), Field(json_schema_extra={"minLength": 1, "maxLength": TITLE_LENGTH})
]
type SystemPrompt = Annotated[Text, StringConstraints(max_length=SYSTEM_PROMPT_LENGTH)]
type Temperature = Annotated[float, Field(strict=True, ge=0, le=2, allow_inf_nan=False)]
type Switch = Annotated[bool, Field(strict=True)]


class ConversationIn(BaseModel):
    """A new conversation; an absent or null field takes its default."""

    id: UUID | None = None
    title: Title | None = None
    model: ModelId | None = None
    system_prompt: SystemPrompt | None = None
    temperature: Temperature | None = None
    reasoning_effort: ChosenEffort | None = None


class ConversationPatch(BaseModel):
    """A change of at least one field; no field can be null."""

    title: Title | SkipJsonSchema[None] = None
    model: ModelId | SkipJsonSchema[None] = None
    system_prompt: SystemPrompt | SkipJsonSchema[None] = None
    temperature: Temperature | SkipJsonSchema[None] = None
    reasoning_effort: ChosenEffort | SkipJsonSchema[None] = None
    is_archived: Switch | SkipJsonSchema[None] = None
    is_pinned: Switch | SkipJsonSchema[None] = None

    @model_validator(mode="after")
    def _change_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(f"Give at least one of {', '.join(type(self).model_fields)}.")
        nulls = [name for name in sorted(self.model_fields_set) if getattr(self, name) is None]
        if nulls:
            raise ValueError(f"These cannot be null: {', '.join(nulls)}.")
        return self


class LeafIn(BaseModel):
    """A message of the branch to show; any of them will do."""

    message_id: UUID


class ConversationQuery(BaseModel):
    """A query of the list of conversations."""

    page: PageNumber = 1
    page_size: PageSize = 20
    include_archived: bool = False
    only_archived: bool = False
    search: Annotated[Text, Field(max_length=SEARCH_LENGTH)] = ""


class PreferencesPatch(BaseModel):
    """A change of preferences; null or empty stands for the server's default."""

    default_model: Annotated[Text, Field(max_length=MODEL_ID_LENGTH)] | None = None
    default_system_prompt: SystemPrompt | None = None


class ExportQuery(BaseModel):
    """The format of an export; `language` applies to the headings in Markdown."""

    format: Literal["markdown", "json"] = "markdown"
    language: ExportLanguage = "en"


class HitQuery(BaseModel):
    """A search in all conversations."""

    q: Annotated[Text, Field(max_length=SEARCH_LENGTH)]
    page: PageNumber = 1
    page_size: PageSize = 20


class MessageQuery(BaseModel):
    """A part of a branch: a page of the current one, messages from an offset, before a message, or around one."""

    page: PageNumber | None = None
    offset: Offset | None = None
    page_size: PageSize = 50
    before: UUID | Literal[""] | None = None
    around: UUID | None = None

    @model_validator(mode="after")
    def _name_one_place(self) -> Self:
        if len(self.model_fields_set & {"page", "offset", "before", "around"}) > 1:
            raise ValueError("Give at most one of page, offset, before and around.")
        return self

    @property
    def is_read_forwards(self) -> bool:
        """Whether newer messages follow; otherwise older ones do."""
        return self.before is None and self.around is None


class ConversationsOut(Schema):
    """A page of conversations; `total` is exact, but a search counts no more than about 200."""

    conversations: list[ConversationSummary]
    total: int
    page: int
    page_size: int
    has_more: bool


class PreferencesOut(Schema):
    """The user's defaults for new conversations; an empty one stands for the server's default."""

    default_model: str
    default_system_prompt: str


class SnippetPartOut(Schema):
    """A piece of a snippet; `is_match` says whether it matches the search."""

    text: str
    is_match: bool


class SearchHitOut(Schema):
    """A message that was found, or, if `message_id` is null, the title of a conversation.

    `snippet` is the text around the first match, in pieces.
    """

    conversation: ConversationSummary
    message_id: UUID | None
    role: RoleText | None
    created_at: Moment
    snippet: list[SnippetPartOut]

    @staticmethod
    def resolve_conversation(hit: SearchHit) -> ConversationSummary:
        return summarize_conversation(hit.conversation)


class SearchHitsOut(Schema):
    """A page of search hits: titles, then messages, newest first."""

    hits: list[SearchHitOut]
    page: int
    page_size: int
    has_more: bool


class MessagesOut(Schema):
    """A part of a branch, oldest first.

    `total` is the length of the branch, and `offset` the number of its messages before the first one here. `has_more`
    says whether newer messages follow, or, for `before` and `around`, whether there are older ones. `page` is null
    unless pages are counted.
    """

    messages: list[MessageView]
    total: int
    offset: int
    page: int | None
    page_size: int
    has_more: bool
