"""The wire shapes of conversations, messages and models.

What comes in is no ninja `Schema`: that one reads the attributes of whatever it gets, such as `"text".title`.
"""

from collections.abc import Iterable
from typing import Annotated, Literal, Self
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, BaseModel, Field, StringConstraints, WithJsonSchema, model_validator
from pydantic.json_schema import SkipJsonSchema

from apps.chat.conversations.conversation_view import ConversationSummary, summarize_conversation
from apps.chat.conversations.messages import MessageView, RoleText
from apps.chat.models import MODEL_ID_LENGTH, SERVICE_URL_LENGTH, TITLE_LENGTH
from apps.chat.providers.base import Missing, Model
from apps.chat.search.query import SearchHit
from apps.core.pagination import Offset, PageNumber, PageSize
from apps.users.schemas import Moment, Text

SYSTEM_PROMPT_LENGTH = 20_000
SEARCH_LENGTH = 200
API_KEY_LENGTH = 500


def _trim_title(text: str) -> str:
    title = text.strip()
    if not 1 <= len(title) <= TITLE_LENGTH:
        raise ValueError(f"A title has 1 to {TITLE_LENGTH} characters, blanks around it not counted.")
    return title


type Title = Annotated[
    Text, AfterValidator(_trim_title), Field(json_schema_extra={"minLength": 1, "maxLength": TITLE_LENGTH})
]
type ModelId = Annotated[Text, StringConstraints(min_length=1, max_length=MODEL_ID_LENGTH)]
type SystemPrompt = Annotated[Text, StringConstraints(max_length=SYSTEM_PROMPT_LENGTH)]
type Temperature = Annotated[float, Field(strict=True, ge=0, le=2, allow_inf_nan=False)]
# What a header can carry.
type ApiKey = Annotated[str, StringConstraints(strip_whitespace=True, max_length=API_KEY_LENGTH, pattern=r"^[!-~]*$")]
type Switch = Annotated[bool, Field(strict=True)]


def _documented(values: Iterable[str]) -> WithJsonSchema:
    """Name the values in the contract without checking them: what is stored can always be read."""
    return WithJsonSchema({"type": "string", "enum": list(values)})


class ConversationIn(BaseModel):
    """A new conversation; what is absent or null takes its default."""

    id: UUID | None = None
    title: Title | None = None
    model: ModelId | None = None
    system_prompt: SystemPrompt | None = None
    temperature: Temperature | None = None


class ConversationPatch(BaseModel):
    """A change of at least one field; none can be null."""

    title: Title | SkipJsonSchema[None] = None
    model: ModelId | SkipJsonSchema[None] = None
    system_prompt: SystemPrompt | SkipJsonSchema[None] = None
    temperature: Temperature | SkipJsonSchema[None] = None
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
    """Any message of the branch to be shown."""

    message_id: UUID


class ConversationQuery(BaseModel):
    """Which conversations to list."""

    page: PageNumber = 1
    page_size: PageSize = 20
    include_archived: bool = False
    only_archived: bool = False
    search: Annotated[Text, Field(max_length=SEARCH_LENGTH)] = ""


class PreferencesPatch(BaseModel):
    """A change of preferences; null or empty: as the server has it."""

    default_model: Annotated[Text, Field(max_length=MODEL_ID_LENGTH)] | None = None
    default_system_prompt: SystemPrompt | None = None


class ExportQuery(BaseModel):
    """How to export a conversation; `language` is that of the headings in Markdown."""

    format: Literal["markdown", "json"] = "markdown"
    language: Literal["en", "zh-TW"] = "en"


class HitQuery(BaseModel):
    """What to search for, in all conversations."""

    q: Annotated[Text, Field(max_length=SEARCH_LENGTH)]
    page: PageNumber = 1
    page_size: PageSize = 20


class MessageQuery(BaseModel):
    """Which part of which branch: a page of the current one, or what is after a place, above a message or around it."""

    page: PageNumber | None = None
    offset: Offset | None = None
    page_size: PageSize = 50
    before: UUID | Literal[""] | None = None
    around: UUID | None = None

    @model_validator(mode="after")
    def _name_one_place(self) -> Self:
        if len(self.model_fields_set & {"page", "offset", "before", "around"}) > 1:
            raise ValueError("Give one of page, offset, before and around.")
        return self

    @property
    def is_read_forwards(self) -> bool:
        """Whether newer messages follow; otherwise older ones do."""
        return self.before is None and self.around is None


class ConversationsOut(Schema):
    """A page of conversations; `total` is exact."""

    conversations: list[ConversationSummary]
    total: int
    page: int
    page_size: int
    has_more: bool


class PreferencesOut(Schema):
    """What a new conversation gets unless it is told otherwise; empty: as the server has it."""

    default_model: str
    default_system_prompt: str


class SnippetPartOut(Schema):
    """A piece of a snippet; `is_match`: it is what was searched for."""

    text: str
    is_match: bool


class SearchHitOut(Schema):
    """A message that was found, or, where `message_id` is null, the title of a conversation.

    `snippet` is the text around the first match, in pieces.
    """

    conversation: ConversationSummary
    message_id: UUID | None
    role: RoleText | None
    created_at: Moment
    snippet: list[SnippetPartOut]

    @staticmethod
    def resolve_conversation(hit: SearchHit) -> ConversationSummary:
        """Show the conversation of the hit as lists do."""
        return summarize_conversation(hit.conversation)


class SearchHitsOut(Schema):
    """A page of what was found: titles, then messages, the newest first."""

    hits: list[SearchHitOut]
    page: int
    page_size: int
    has_more: bool


class MessagesOut(Schema):
    """A part of a branch, oldest first.

    `total` is the length of the branch and `offset` the number of its messages before the first one here. `has_more`:
    for a page, that another follows; otherwise that there are older ones. `page` is null for `before` and `around`.
    """

    messages: list[MessageView]
    total: int
    offset: int
    page: int | None
    page_size: int
    has_more: bool


class ModelOut(Schema):
    """A model to choose from; `why` says in a sentence what is `missing` when it is not available.

    `context_window` is in tokens.
    """

    id: str
    name: str
    context_window: int
    provider: str
    available: bool
    missing: Annotated[str, _documented(lack.value for lack in Missing)] | None
    why: str | None

    @staticmethod
    def resolve_why(model: Model) -> str | None:
        """Say it in a sentence."""
        return model.why


class ModelsOut(Schema):
    """All models, and the one that a new conversation gets."""

    models: list[ModelOut]
    default: str


class ModelServiceIn(BaseModel):
    """A model service to use; without `api_key` the stored key is kept, an empty one is none."""

    base_url: Annotated[Text, Field(min_length=1, max_length=SERVICE_URL_LENGTH)]
    api_key: ApiKey | None = None


class ModelServiceOut(Schema):
    """The model service in use. `source`: who set it; of the key at most the last four characters are told."""

    source: Annotated[str, _documented(["environment", "screen", "none"])]
    base_url: str
    has_key: bool
    key_end: str
    is_key_lost: bool
    changed_at: Moment | None
