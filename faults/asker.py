"""A client that asks one question after another and reads each answer to its end."""

import asyncio
import random
from uuid import uuid4

from faults.tab import DROPPED, TOKENS_PER_SECOND, DrillTab, RunState, Watcher
from faults.tally import Question
from faults.users import DrillUser
from testkit.socket_client import ChatSocket, Frame

QUESTIONS = 8
"""Questions per conversation: a new one begins after them, so that prompts stay short."""

WORDS = (120, 260)
IMAGE_SHARE = 1 / 3
"""The part of the questions that have an image."""


class Asker(DrillTab):
    """A tab that asks; if it `watches`, its user has a second tab open."""

    def __init__(self, state: RunState, user: DrillUser, rng: random.Random, *, watches: bool) -> None:
        super().__init__(state, user, "", rng)
        self._watches = watches
        self._sent_on: ChatSocket | None = None

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while not self.state.over.is_set():
                await self.user.sign_in()
                self.conversation_id = str(await self.user.new_conversation())
                watcher = Watcher(self.state, self.user, self.conversation_id, self.rng)
                watching = group.create_task(watcher.run()) if self._watches else None
                for _ in range(QUESTIONS):
                    if not self.state.over.is_set():
                        await self._ask(self._new_question())
                if watching is not None:
                    watching.cancel()

    def _new_question(self) -> Question:
        words = " ".join(f"w{number}" for number in range(1, self.rng.randint(*WORDS) + 1))
        text = f"{uuid4().hex[:8]} {words}"
        question = Question(
            owner=self.user,
            conversation_id=self.conversation_id,
            client_id=str(uuid4()),
            text=f"[[rate={TOKENS_PER_SECOND}]] {text}",
            answer=f"Echo: {text}",
            attachment_id=str(uuid4()) if self.rng.random() < IMAGE_SHARE else None,
        )
        self.state.tally.questions.append(question)
        return question

    async def _ask(self, question: Question) -> None:
        self.current = self._sent_on = None
        if question.attachment_id is not None:
            await self.user.attach(question.attachment_id)
        try:
            while not self._has_ended():
                await self._connect_and_read(question)
        finally:
            self.state.tally.in_flight -= question.answer_id is not None

    async def _connect_and_read(self, question: Question) -> None:
        try:
            async with self.connected() as socket:
                # An active answer belongs to this question: its `chat.accepted` is on the way.
                is_writing = socket.auth_success.get("active") is not None
                if question.answer_id is None and not is_writing:
                    self.expects_replay = self._sent_on is not None
                    self._sent_on = socket
                    command = {"content": question.text, "client_id": question.client_id}
                    await socket.send("chat.message", **command, attachments=question.attachments)
                while not self._has_ended():
                    await self._read(socket, question)
        except DROPPED:
            await self.wait_to_reconnect()

    async def _read(self, socket: ChatSocket, question: Question) -> None:
        frame = await self.receive(socket)
        if frame["type"] == "chat.accepted" and frame["client_id"] == question.client_id:
            self._note_acceptance(socket, question, frame)
        elif frame["type"] == "chat.error" and "seq" not in frame:
            await self.handle_refusal(frame)

    def _note_acceptance(self, socket: ChatSocket, question: Question, frame: Frame) -> None:
        tally = self.state.tally
        if question.answer_id is None:
            question.answer_id = frame["reply"]["id"]
            tally.in_flight += 1
            writer = self.worker_behind(socket)
            # After a repeat, it is not known which worker received the first question.
            if self._sent_on is socket and not self.expects_replay and writer is not None:
                tally.writers[frame["reply"]["id"]] = writer
        elif question.answer_id != frame["reply"]["id"]:
            tally.complaints.append(f"{question.client_id} was answered twice")

    def _has_ended(self) -> bool:
        return self.current is not None and bool(self.current.ended)
