"""One user's chat in several tabs, step by step; after each step every tab has all that the model has sent."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from redis import Redis

from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser, drop_connections, pause
from testkit.local_services import Service
from testkit.socket_client import AnswerCheck, ChatSocket, Frame
from tests.chat.socket.conversations import refusal, words

WORDS = 8


@dataclass(eq=False)
class Tab:
    """A tab of a browser. `answer_id` is the last answer announced to it; what it has of that outlives the socket."""

    socket: ChatSocket
    answer_id: str | None = None
    is_open: bool = True
    replays: Counter[str] = field(default_factory=Counter)
    """How often it asked for an answer from its beginning, and may therefore see a reset."""


@dataclass
class Asked:
    """A command that was accepted, to be repeated."""

    kind: str
    fields: dict[str, Any]
    question_id: str
    answer_id: str


@dataclass
class Running:
    """The answer that is being written; the model has sent `sent` of its words."""

    answer_id: str
    gate: str
    sent: int


@dataclass
class Story:
    """The steps of a story, one per method, each with what must hold after it."""

    user: SignedInUser
    model: ModelServer
    redis: Service | None
    tabs: list[Tab] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    running: Running | None = None
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Text and status of each answer that has ended."""
    numbers: dict[str, int] = field(default_factory=dict)
    """The latest run of each answer: the end of an earlier one is not its end."""
    runs: int = 0
    may_be_reset: set[str] = field(default_factory=set)
    """The answers whose log was lost."""
    _conversation_id: UUID | None = None

    # Conversations and sessions -------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Create a conversation, and open one tab."""
        self._conversation_id = await self.user.new_conversation(title="Mine")
        self.tabs, self.asked, self.running = [], [], None
        await self.enter()

    async def enter(self) -> None:
        """Open another tab."""
        assert self._conversation_id is not None
        tab = Tab(await self.user.enter(self._conversation_id))
        self.tabs.append(tab)
        if self.running is not None:
            tab.replays[self.running.answer_id] += 1
            await self._expect_text(tab)

    async def drop(self, tab: Tab) -> None:
        """Lose the connection."""
        await tab.socket.drop()
        tab.is_open = False

    async def come_back(self, tab: Tab) -> None:
        """Reconnect and resume from what the tab has."""
        assert self._conversation_id is not None
        answer = tab.socket.answers.get(tab.answer_id or "")
        resume = answer.position if answer and answer.seq else None
        socket = await self.user.connect(self._conversation_id)
        socket.answers = tab.socket.answers
        await socket.sign_in(self.user.access, resume)
        tab.socket, tab.is_open = socket, True
        if answer is not None and resume is not None and answer.message_id in self.texts:
            await self._expect_end(tab, answer.message_id)
        if self.running is not None:
            tab.replays[self.running.answer_id] += resume is None or tab.answer_id != self.running.answer_id
            await self._expect_text(tab)

    async def log_out(self) -> None:
        """End the session, which closes its sockets and stops its answer; then sign in again."""
        await self.user.call("POST", "/auth/logout", {}, expect=200)
        for tab in self.open_tabs:
            assert await tab.socket.expect_close() == 4001
            tab.is_open = False
        refused = await self.user.connect(str(self._conversation_id))
        await refused.send("auth", token=self.user.access)
        assert (await refused.expect("chat.error"))["code"] == "AUTH_FAILED"
        await refused.drop()
        await self.user.sign_in()
        if self.running is not None:
            running, self.running = self.running, None
            self.texts[running.answer_id] = words(1, running.sent), "stopped"
            while await self._find_active():
                await pause()  # within a second

    async def delete(self) -> None:
        """Delete the conversation, which stops its answer and closes its sockets; then begin another one."""
        await self.user.call("DELETE", f"/conversations/{self._conversation_id}", expect=204)
        for tab in self.open_tabs:
            await tab.socket.expect("conversation.deleted")
            assert await tab.socket.expect_close() == 4004
        await self.user.call("GET", f"/conversations/{self._conversation_id}", expect=404)
        await self.begin()

    # Commands -------------------------------------------------------------------------------------------------------

    async def ask(self, tab: Tab, content: str) -> None:
        """Ask a question."""
        await self._start(tab, "chat.message", content=content)

    async def regenerate(self, tab: Tab) -> None:
        """Regenerate the last answer."""
        await self._start(tab, "chat.regenerate", message_id=self.asked[-1].answer_id)

    async def edit(self, tab: Tab, content: str) -> None:
        """Edit the last question."""
        await self._start(tab, "chat.edit", message_id=self.asked[-1].question_id, content=content)

    async def continue_answer(self, tab: Tab) -> None:
        """Continue the last answer, which was stopped."""
        answer_id = self.asked[-1].answer_id
        text, _ = self.texts.pop(answer_id)
        for each in self.open_tabs:
            # A tab that has nothing of the answer receives all of it.
            each.replays[answer_id] += answer_id not in each.socket.answers
        await self._start(tab, "chat.continue", sent=len(text.split()), message_id=answer_id)

    async def ask_while_busy(self, tab: Tab, content: str) -> None:
        """Ask while an answer is being written."""
        assert (await refusal(tab.socket, "chat.message", content=content))["code"] == "ALREADY_PROCESSING"

    async def repeat(self, tab: Tab, asked: Asked) -> None:
        """Repeat a command: it starts nothing, and the same answer is sent from its beginning."""
        tab.replays[asked.answer_id] += 1
        await tab.socket.send(asked.kind, **asked.fields)
        again = await tab.socket.expect("chat.accepted", client_id=asked.fields["client_id"])
        assert again["message"]["id"] == asked.question_id
        assert again["reply"]["id"] == asked.answer_id
        if self.running is not None and self.running.answer_id == asked.answer_id:
            await self._expect_text(tab)
        else:
            await self._expect_end(tab, asked.answer_id)
        assert len(self.model.questions) == self.runs

    async def misuse(self, tab: Tab, asked: Asked) -> None:
        """Send another command under a used id."""
        fields = {"content": str(uuid4()), "client_id": asked.fields["client_id"]}
        assert (await refusal(tab.socket, "chat.message", **fields))["code"] == "INVALID_MESSAGE"

    async def stop(self, tab: Tab) -> None:
        """Stop the answer that is being written."""
        await tab.socket.send("chat.stop")
        await self._expect_end_in_all_tabs("stopped")

    # The model and the stores ---------------------------------------------------------------------------------------

    async def send_words(self, count: int) -> None:
        """Let the model send this many more words, but not the last one."""
        running = self._now_running()
        count = min(count, WORDS - 1 - running.sent)
        if count > 0:
            running.sent += count
            self.model.open(count, running.gate)
            for tab in self.open_tabs:
                await self._expect_text(tab)

    async def finish(self) -> None:
        """Let the model finish."""
        running = self._now_running()
        self.model.open(WORDS - running.sent, running.gate)
        running.sent = WORDS
        await self._expect_end_in_all_tabs("complete")

    async def lose_redis(self, *, kill: bool) -> None:
        """Lose everything in Redis; with `kill`, every connection to it too."""
        if self.redis is None:
            return
        if kill:  # Not on another thread: Linux ends a process with the thread that started it.
            self.redis.kill()
            self.redis.start()
        else:
            with Redis.from_url(self.redis.url) as client:
                client.flushall()
        self.may_be_reset = {asked.answer_id for asked in self.asked}

    # Invariants -------------------------------------------------------------------------------------------------

    async def compare(self) -> None:
        """Check that the stored messages are those asked and seen, and that no question was asked twice."""
        assert await self._find_active() == ([self.running.answer_id] if self.running else [])
        stored = {message["id"]: message for message in await self._messages()}
        for message in stored.values():
            if message["id"] in self.texts:
                content, status = self.texts[message["id"]]
                assert message["content"] == content
                assert message["status"] == status
        for asked in self.asked:
            if "content" in asked.fields and asked.question_id in stored:
                assert stored[asked.question_id]["content"] == asked.fields["content"]
        for tab in self.tabs:
            for answer in tab.socket.answers.values():
                assert answer.resets <= tab.replays[answer.message_id] or answer.message_id in self.may_be_reset
        assert len(self.model.questions) == self.runs

    async def end(self) -> None:
        """End everything."""
        if self.running is not None:
            await self.enter()
            await self.finish()
        await self.compare()
        await drop_connections()

    async def _messages(self) -> list[dict[str, Any]]:
        assert self._conversation_id is not None
        return await self.user.messages(self._conversation_id)

    async def _find_active(self) -> list[str]:
        return [each["id"] for each in await self._messages() if each["status"] in {"pending", "streaming"}]

    async def _start(self, tab: Tab, kind: str, *, sent: int = 0, **fields: Any) -> None:
        self.runs += 1
        gate = f"run-{self.runs}"
        self.model.script(tokens=WORDS, gate=gate)
        fields["client_id"] = str(uuid4())
        await tab.socket.send(kind, **fields)
        accepted = await tab.socket.expect("chat.accepted", "chat.error", client_id=fields["client_id"])
        assert accepted["type"] == "chat.accepted", accepted
        answer_id = accepted["reply"]["id"]
        self.numbers[answer_id] = accepted["run"]
        self.asked.append(Asked(kind, fields, accepted["message"]["id"], answer_id))
        self.running = Running(answer_id, gate, sent)
        for each in self.open_tabs:
            await self._expect_accepted(each, accepted)
        await self.model.until(lambda: len(self.model.questions) == self.runs)

    async def _expect_accepted(self, tab: Tab, accepted: Frame) -> None:
        wanted = {"client_id": accepted["client_id"], "run": accepted["run"]}
        if not any(frame.items() >= wanted.items() for frame in tab.socket.frames):
            await tab.socket.expect("chat.accepted", **wanted)
        tab.answer_id = accepted["reply"]["id"]

    async def _expect_text(self, tab: Tab) -> None:
        running = self._now_running()
        tab.answer_id = running.answer_id
        text = words(1, running.sent)
        answer = await tab.socket.read_until_length(running.answer_id, len(text))
        assert answer.content == text

    async def _expect_end(self, tab: Tab, answer_id: str) -> AnswerCheck:
        text, status = self.texts[answer_id]
        answer = tab.socket.answer(answer_id)
        while not answer.ended or answer.ended["run"] < self.numbers[answer_id] or answer.content != text:
            await tab.socket.receive()
        assert answer.content == text
        assert answer.ended["status"] == status
        return answer

    async def _expect_end_in_all_tabs(self, status: str) -> None:
        running, self.running = self._now_running(), None
        self.texts[running.answer_id] = words(1, running.sent), status
        for tab in self.open_tabs:
            tab.answer_id = running.answer_id
            await self._expect_end(tab, running.answer_id)

    def _now_running(self) -> Running:
        assert self.running is not None
        return self.running

    @property
    def open_tabs(self) -> list[Tab]:
        return [tab for tab in self.tabs if tab.is_open]
