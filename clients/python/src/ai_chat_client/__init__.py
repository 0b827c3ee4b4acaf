"""A client of the AI Chat protocol: it resumes after every dropped connection and yields each delta exactly once."""

from ai_chat_client.answer_stream import AnswerStream
from ai_chat_client.client import Client
from ai_chat_client.conversation import Conversation
from ai_chat_client.errors import (
    ApiError,
    ChatError,
    ClosedError,
    GoneError,
    ProtocolError,
    RefusedError,
    SignedOutError,
    TooManyConnectionsError,
    UnreachableError,
)
from ai_chat_client.parts import EndedAnswer, Part, Position, Reasoning, Reset, Text, Waiting
from ai_chat_client.tokens import TokenFile, Tokens, TokenStore

__all__ = [
    "AnswerStream",
    "ApiError",
    "ChatError",
    "Client",
    "ClosedError",
    "Conversation",
    "EndedAnswer",
    "GoneError",
    "Part",
    "Position",
    "ProtocolError",
    "Reasoning",
    "RefusedError",
    "Reset",
    "SignedOutError",
    "Text",
    "TokenFile",
    "TokenStore",
    "Tokens",
    "TooManyConnectionsError",
    "UnreachableError",
    "Waiting",
]
