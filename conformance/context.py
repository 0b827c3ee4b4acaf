"""The context of a check: the server, its users' tokens, and the conversations of the check."""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import aiohttp
from websockets.exceptions import InvalidHandshake

from conformance.answer import AnswerCopy
from conformance.connection import Connection
from conformance.event_reader import EventReader
from conformance.shapes import TERMINAL, Frame
from conformance.violations import Skipped, Violation, require

WORDS = (
    "alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa quebec romeo "
    "sierra tango uniform victor whiskey xray yankee zulu"
)
LONG_QUESTION = f"Repeat these words exactly as they are, and nothing else: {WORDS} {WORDS} {WORDS}"
LONGEST_QUESTION = f"{LONG_QUESTION} {WORDS} {WORDS} {WORDS} {WORDS} {WORDS} {WORDS}"
"""For checks that act more than once while the answer is being written."""

SHORT_QUESTION = "Answer with one word: yes."

RENEWAL_SECONDS = 240.0


@dataclass
class Target:
    """The server under test and tokens of its users; checks that need an optional token are skipped without it."""

    url: str
    token: str
    model: str
    second_token: str = ""
    expiring_token: str = ""
    """An access token of the first user that expires while the suite runs."""

    disposable_token: str = ""
    """An access token of the first user; the suite may end its session."""

    patience: float = 45.0

    endless_question: str = ""
    """A question that the model answers with more text than an answer may have."""

    reasoning_question: str = ""
    """A question before whose answer the model reasons."""

    refresh_token: str = ""
    second_refresh_token: str = ""
    """With these, the suite renews the access tokens, which may expire before it has ended."""

    renewed_at: float = -math.inf
    renewing: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Context:
    """One run of one check; `close` ends what it has opened."""

    target: Target
    http: aiohttp.ClientSession
    opened: list[Connection] = field(default_factory=list)
    conversations: list[str] = field(default_factory=list)

    # REST -----------------------------------------------------------------------------------------------------------

    async def renew_tokens(self) -> None:
        """Renew the access tokens from time to time, if there are refresh tokens."""
        target = self.target
        async with target.renewing:
            now = asyncio.get_running_loop().time()
            if now < target.renewed_at + RENEWAL_SECONDS:
                return
            target.renewed_at = now
            for prefix in ("", "second_"):
                if refresh := getattr(target, f"{prefix}refresh_token"):
                    status, pair = await self.call("POST", "/api/auth/token/refresh", {"refresh": refresh}, token="")
                    if status == 200:
                        setattr(target, f"{prefix}token", pair["access"])
                        setattr(target, f"{prefix}refresh_token", pair["refresh"])

    @property
    def second_token(self) -> str:
        """The access token of another user; skips the check if it was not given."""
        if not self.target.second_token:
            raise Skipped("needs a token of another user")
        return self.target.second_token

    async def is_signed_out(self) -> bool:
        """Return whether the server refuses the access token, so that no check proves anything."""
        with contextlib.suppress(OSError, aiohttp.ClientError):
            return (await self.call("GET", "/api/conversations/"))[0] == 401
        return False

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        make_form: Callable[[], aiohttp.FormData | None] = lambda: None,
    ) -> tuple[int, Any]:
        """Call the REST API, with a JSON body or a form, and return the status and the decoded response."""
        token = self.target.token if token is None else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = self.target.url + path
        while True:
            async with self.http.request(method, url, json=body, data=make_form(), headers=headers) as response:
                is_json = response.content_type == "application/json"
                if response.status == 429 and path.startswith("/api/") and "commands" not in path:
                    await asyncio.sleep(float(response.headers.get("Retry-After", "1")))
                    continue
                return response.status, await response.json() if is_json else None

    async def post_bytes(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Post a body that need not be JSON, and return the status and the decoded response."""
        given = {"Authorization": f"Bearer {self.target.token}", "Content-Type": "application/json"}
        async with self.http.post(self.target.url + path, data=BytesIO(body), headers=given) as response:
            is_json = response.content_type == "application/json"
            return response.status, await response.json() if is_json else {}

    async def upload(self, content: bytes, name: str, *, token: str | None = None) -> dict[str, Any]:
        """Upload a file, and return the attachment; skips the check if the server takes none."""

        def make_form() -> aiohttp.FormData:
            form = aiohttp.FormData()
            form.add_field("file", content, filename=name)
            return form

        status, attachment = await self.call("POST", "/api/attachments/", token=token, make_form=make_form)
        if status not in {200, 201}:
            raise Skipped(f"the server takes no attachments: POST /api/attachments/ answered {status}")
        return dict(attachment)

    async def fetch(self, url: str) -> tuple[int, bytes]:
        """Get an absolute or relative URL without a token, as a page's `<img>` does."""
        async with self.http.get(urljoin(self.target.url + "/", url), allow_redirects=True) as response:
            return response.status, await response.read()

    async def new_conversation(self, token: str | None = None) -> str:
        """Make a conversation with the model under test, and return its id."""
        fields = {"model": self.target.model} if self.target.model else {}
        status, conversation = await self.call("POST", "/api/conversations/", fields, token=token)
        if status != 201:
            raise Skipped(f"no conversation can be made: HTTP {status} {conversation}")
        if token is None:
            self.conversations.append(conversation["id"])
        return str(conversation["id"])

    async def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return the messages of the current branch."""
        status, page = await self.call("GET", f"/api/conversations/{conversation_id}/messages?page_size=100&before=")
        require(status == 200, "P-3.7", f"GET messages answered {status}")
        messages: list[dict[str, Any]] = page["messages"]
        return messages

    async def longest_message(self) -> int:
        """Return the maximum length of a message; skips the check if the server does not state it."""
        status, limits = await self.call("GET", "/api/limits", token="")
        most = limits.get("message_max") if status == 200 and isinstance(limits, dict) else None
        if not isinstance(most, int):
            raise Skipped("GET /api/limits does not tell how long a message may be")
        return most

    async def message(self, conversation_id: str, message_id: str) -> dict[str, Any]:
        """Return one message of the current branch."""
        found = [message for message in await self.messages(conversation_id) if message["id"] == message_id]
        require(found, "P-3.7", "GET messages does not have the answer")
        return found[0]

    async def verify(self, conversation_id: str, answer: AnswerCopy) -> dict[str, Any]:
        """Require that a connection has received the stored message, and return the message."""
        stored = await self.message(conversation_id, answer.message_id)
        require(stored["content"] == answer.content, "P-1.4", "the text received is not the text stored")
        require(stored["reasoning"] == answer.reasoning, "P-1.4", "the reasoning received is not the one stored")
        if answer.ended is not None:
            require(stored["status"] in TERMINAL, "P-5.15", f"after the terminal frame, {stored['status']!r} is stored")
            for name in ("status", "finish_reason"):
                found, ended = stored[name], answer.ended[name]
                require(found == ended, "P-5.5", f"GET has the {name} {found!r}, the terminal frame {ended!r}")
            require(stored["run"] == answer.run, "P-3.7", f"GET has run {stored['run']}, the frames {answer.run}")
            require(stored["seq"] == answer.seq, "P-3.7", f"GET has seq {stored['seq']}, the frames {answer.seq}")
            for name in ("context_dropped", "images_dropped"):
                found = stored.get(name, answer.ended[name])
                require(found == answer.ended[name], "P-5.5", f"GET has {name} {found}, the terminal frame another")
            code = answer.ended.get("code")
            require(stored["error_code"] == code, "P-5.7", f"GET has the code {stored['error_code']}, not {code}")
            if answer.run == 1:
                require_counts(stored, answer.ended["usage"])
        return stored

    # Sockets --------------------------------------------------------------------------------------------------------

    def socket_url(self, path: str) -> str:
        return "ws" + self.target.url.removeprefix("http") + path

    async def open(self, path: str, **options: Any) -> Connection:
        """Open a socket without signing in."""
        connection = await Connection.open(self.socket_url(path), self.target.patience, **options)
        self.opened.append(connection)
        return connection

    async def must_open(self, requirement: str, path: str, **options: Any) -> Connection:
        """Open a socket whose handshake must not be refused, by this requirement."""
        try:
            return await self.open(path, **options)
        except InvalidHandshake as refused:
            raise Violation(requirement, f"the handshake for {path} with {options} failed: {refused}") from None

    async def connect(self, conversation_id: str, **options: Any) -> Connection:
        """Open the chat socket of a conversation without signing in."""
        return await self.open(f"/ws/chat/{conversation_id}/", **options)

    async def enter(
        self, conversation_id: str, resume: AnswerCopy | None = None, **options: Any
    ) -> tuple[Connection, Frame]:
        """Open a chat socket, sign in, and return it with its `auth.success`."""
        connection = await self.connect(conversation_id, **options)
        if resume is not None:
            connection.answers[resume.message_id] = resume
            resume.may_repeat_end = resume.ended is not None
        return connection, await connection.sign_in(self.target.token, resume.position if resume else None)

    async def enter_feed(self, token: str | None = None) -> tuple[Connection, Frame]:
        """Open the change feed, sign in, and return it with its `auth.success`."""
        feed = await self.open("/ws/events/")
        return feed, await feed.sign_in(self.target.token if token is None else token)

    async def enter_new(self) -> tuple[str, Connection]:
        """Make a conversation, open its chat socket and sign in; return both."""
        conversation_id = await self.new_conversation()
        connection, _ = await self.enter(conversation_id)
        return conversation_id, connection

    async def start(self, question: str = LONG_QUESTION) -> tuple[str, Connection, Frame]:
        """Make a conversation, ask, and return it with the connection and the `chat.accepted`."""
        conversation_id, connection = await self.enter_new()
        return conversation_id, connection, await connection.ask(question)

    async def ask_to_the_end(self, question: str = LONG_QUESTION) -> tuple[str, Connection, AnswerCopy]:
        """Make a conversation with one question, and return it when its answer has ended."""
        conversation_id, connection, accepted = await self.start(question)
        return conversation_id, connection, await connection.read_to_end(accepted["reply"]["id"])

    # Server-sent events ---------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def events(self, path: str, *, token: str | None = None) -> AsyncIterator[EventReader]:
        given = {"Authorization": f"Bearer {self.target.token if token is None else token}"}
        async with self.http.get(self.target.url + path, headers=given) as response:
            require(response.status == 200, "P-9.3", f"GET {path} answered {response.status}")
            require(response.content_type == "text/event-stream", "P-9.3", f"it is {response.content_type}")
            yield EventReader(response, self.target.patience)

    def stream(self, conversation_id: str, at: AnswerCopy | None = None) -> AbstractAsyncContextManager[EventReader]:
        """Open the event stream of a conversation, from the position of `at`."""
        query = "?" + "&".join(f"{name}={value}" for name, value in at.position.items()) if at else ""
        return self.events(f"/api/conversations/{conversation_id}/events{query}")

    async def close(self) -> None:
        """Close every connection, and delete the conversations."""
        for connection in self.opened:
            with contextlib.suppress(Exception):
                await connection.cut()
        for conversation_id in self.conversations:
            with contextlib.suppress(Exception):
                await self.call("DELETE", f"/api/conversations/{conversation_id}")


def require_counts(stored: dict[str, Any], usage: dict[str, Any] | None) -> None:
    """Require that a message has the counts of the only run of its answer."""
    for name in ("prompt_tokens", "completion_tokens"):
        counted = (usage or {}).get(name)
        is_same = name not in stored or stored[name] == counted
        require(is_same, "P-5.5", f"GET has {name} {stored.get(name)}, the terminal frame {counted}")


def new_id() -> str:
    return str(uuid4())
