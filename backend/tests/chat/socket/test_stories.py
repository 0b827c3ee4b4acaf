"""The invariants hold for any steps in any order: a state machine runs stories and compares after each step.

`make soak` runs many more, different ones each time (`SOAK_STORIES`).
"""

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as budget
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser
from testkit.local_services import Service
from tests.chat.socket.story import Story, Tab

SOAK_STORIES = int(os.environ.get("SOAK_STORIES", "0"))
STEP_SECONDS = 60
MAX_TABS = 4

pytestmark = pytest.mark.timeout(0 if SOAK_STORIES else 180)

numbers = st.integers(0, 99)
words = st.integers(0, 4)
questions = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30).filter(
    lambda text: text.strip()
)


BUDGET = budget(
    max_examples=SOAK_STORIES or 6,
    stateful_step_count=60 if SOAK_STORIES else 16,
    deadline=None,
    derandomize=not SOAK_STORIES,
    database=None,
    # No shrinking: it would run a failing story a thousand times.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Stories(RuleBasedStateMachine):
    """Rules are steps of `story`; `do` runs one."""

    def __init__(self, story: Story, do: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        super().__init__()
        self.story = story
        self.do = do

    @initialize()
    def begin(self) -> None:
        self.do(self.story.user.sign_up())
        self.do(self.story.begin())

    @precondition(lambda self: len(self.story.tabs) < MAX_TABS)
    @rule()
    def enter(self) -> None:
        self.do(self.story.enter())

    @precondition(lambda self: self.story.open_tabs)
    @rule(number=numbers)
    def drop(self, number: int) -> None:
        self.do(self.story.drop(self.tab(number)))

    @precondition(lambda self: self.lost_tabs)
    @rule(number=numbers)
    def come_back(self, number: int) -> None:
        self.do(self.story.come_back(self.lost_tabs[number % len(self.lost_tabs)]))

    @precondition(lambda self: self.story.open_tabs)
    @rule(number=numbers)
    def drop_and_come_back(self, number: int) -> None:
        tab = self.tab(number)
        self.do(self.story.drop(tab))
        self.do(self.story.come_back(tab))

    @precondition(lambda self: self.story.open_tabs and self.is_idle)
    @rule(number=numbers, content=questions, words=words)
    def ask(self, number: int, content: str, words: int) -> None:
        self.do(self.story.ask(self.tab(number), content))
        self.do(self.story.send_words(words))

    @precondition(lambda self: self.story.open_tabs and not self.is_idle)
    @rule(number=numbers, content=questions)
    def ask_while_busy(self, number: int, content: str) -> None:
        self.do(self.story.ask_while_busy(self.tab(number), content))

    @precondition(lambda self: self.story.open_tabs and self.story.asked)
    @rule(number=numbers, which=numbers)
    def repeat(self, number: int, which: int) -> None:
        self.do(self.story.repeat(self.tab(number), self.story.asked[which % len(self.story.asked)]))

    @precondition(lambda self: self.story.open_tabs and self.story.asked)
    @rule(number=numbers, which=numbers)
    def misuse(self, number: int, which: int) -> None:
        self.do(self.story.misuse(self.tab(number), self.story.asked[which % len(self.story.asked)]))

    @precondition(lambda self: self.story.open_tabs and self.story.asked and self.is_idle)
    @rule(number=numbers)
    def regenerate(self, number: int) -> None:
        self.do(self.story.regenerate(self.tab(number)))

    @precondition(lambda self: self.story.open_tabs and self.story.asked and self.is_idle)
    @rule(number=numbers, content=questions)
    def edit(self, number: int, content: str) -> None:
        self.do(self.story.edit(self.tab(number), content))

    @precondition(lambda self: self.story.open_tabs and self.is_idle and self.was_stopped)
    @rule(number=numbers)
    def continue_answer(self, number: int) -> None:
        self.do(self.story.continue_answer(self.tab(number)))

    @precondition(lambda self: self.story.open_tabs and not self.is_idle)
    @rule(number=numbers)
    def stop(self, number: int) -> None:
        self.do(self.story.stop(self.tab(number)))

    @precondition(lambda self: self.story.open_tabs and not self.is_idle)
    @rule(words=words)
    def send_words(self, words: int) -> None:
        self.do(self.story.send_words(words))

    @precondition(lambda self: self.story.open_tabs and not self.is_idle)
    @rule()
    def finish(self) -> None:
        self.do(self.story.finish())

    @precondition(lambda self: self.story.asked)
    @rule()
    def log_out(self) -> None:
        self.do(self.story.log_out())

    @precondition(lambda self: len(self.story.asked) > 1)
    @rule()
    def delete(self) -> None:
        self.do(self.story.delete())

    @precondition(lambda self: self.story.asked)
    @rule(kill=st.booleans())
    def lose_redis(self, kill: bool) -> None:
        self.do(self.story.lose_redis(kill=kill))

    @invariant()
    def compare(self) -> None:
        if self.story.tabs:
            self.do(self.story.compare())

    def teardown(self) -> None:
        if self.story.tabs:
            self.do(self.story.end())

    @property
    def lost_tabs(self) -> list[Tab]:
        return [tab for tab in self.story.tabs if not tab.is_open]

    @property
    def is_idle(self) -> bool:
        return self.story.running is None

    @property
    def was_stopped(self) -> bool:
        ended = self.story.texts.get(self.story.asked[-1].answer_id) if self.story.asked else None
        return ended is not None and ended[1] == "stopped"

    def tab(self, number: int) -> Tab:
        return self.story.open_tabs[number % len(self.story.open_tabs)]


async def test_the_invariants_hold_in_every_story(
    chat_server: LiveServer, model_server: ModelServer, settings: Settings, own_redis: Service | None
) -> None:
    settings.SOCKET_COMMAND_RATE = settings.MESSAGE_RATE = "off"
    settings.SOCKETS_PER_USER = settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS = None
    loop = asyncio.get_running_loop()

    def do(step: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(step, loop).result(STEP_SECONDS)

    def begin() -> Stories:
        model_server.requests.clear()
        user = SignedInUser(chat_server, f"user-{uuid4().hex[:12]}")
        return Stories(Story(user, model_server, own_redis), do)

    # A function works too, whatever the annotation says.
    await asyncio.to_thread(run_state_machine_as_test, begin, settings=BUDGET)  # type: ignore[arg-type]
