"""The tokens of an answer, under the names of the services: in `chat.done`, and stored with the run."""

import json
from typing import Any, NamedTuple

import pytest

from apps.chat.models import Run
from apps.core.database import run_in_database
from testkit.fakes.raw_model_server import RawModelServer
from testkit.live import LiveServer, SignedInUser
from tests.chat.answers.bodies import HELLO, ask, chunk, stream, whole


class Counts(NamedTuple):
    """The tokens of a run, by default those of `OPENAI`."""

    prompt: int | None = 9
    completion: int | None = 5
    cached: int | None = None
    reasoning: int | None = None


OPENAI = {"prompt_tokens": 9, "completion_tokens": 5}


@pytest.mark.parametrize(
    ("usage", "counts"),
    [
        (OPENAI | {"prompt_tokens_details": {"cached_tokens": 4}}, Counts(cached=4)),
        (OPENAI | {"completion_tokens_details": {"reasoning_tokens": "3"}}, Counts(reasoning=3)),
        # Kimi
        (OPENAI | {"cached_tokens": 4}, Counts(cached=4)),
        (OPENAI | {"cached_tokens": 4.0, "reasoning_tokens": "3"}, Counts(cached=4, reasoning=3)),
        # DeepSeek
        (OPENAI | {"prompt_cache_hit_tokens": 4, "prompt_cache_miss_tokens": 5}, Counts(cached=4)),
        # Anthropic, whose cached tokens are not among the others, and LiteLLM, whose are
        ({"input_tokens": 5, "output_tokens": 5, "cache_read_input_tokens": 4}, Counts(cached=4)),
        (
            {
                "input_tokens": 2,
                "output_tokens": 5,
                "cache_read_input_tokens": 4,
                "cache_creation_input_tokens": 3,
            },
            Counts(cached=4),
        ),
        (OPENAI | {"cache_read_input_tokens": 4, "cache_creation_input_tokens": 0}, Counts(cached=4)),
        # OpenAI's Responses API
        (
            {
                "input_tokens": 9,
                "input_tokens_details": {"cached_tokens": 4},
                "output_tokens": 5,
                "output_tokens_details": {"reasoning_tokens": 3},
            },
            Counts(cached=4, reasoning=3),
        ),
        ({"input_tokens": "9", "output_tokens": 5, "input_tokens_details": None}, Counts()),
    ],
)
async def test_usage_is_counted_under_each_name(
    user: SignedInUser, model_server: RawModelServer, usage: dict[str, Any], counts: Counts
) -> None:
    model_server.set_body(stream(HELLO, json.dumps({"choices": [], "usage": usage})))
    assert await count_tokens(user) == counts


@pytest.mark.store_independent
@pytest.mark.parametrize(
    "usage",
    [{"completion_tokens": 5}, {"output_tokens_details": {"reasoning_tokens": 3}}, {"total_tokens": 9}, OPENAI],
    ids=str,
)
async def test_usage_is_the_same_live_and_from_the_database(
    user: SignedInUser, model_server: RawModelServer, chat_server: LiveServer, usage: dict[str, Any]
) -> None:
    model_server.set_body(stream(HELLO, json.dumps({"choices": [], "usage": usage})))
    conversation_id = await user.new_conversation(title="Named")
    opened = await user.enter(conversation_id)
    answer = await opened.ask_to_the_end("Question")
    position = {name: answer.ended[name] for name in ("message_id", "run")} | {"seq": answer.ended["from"]}
    await opened.drop()
    chat_server.restart()  # Without the log, which was in memory.
    later = await user.connect(conversation_id)
    later.verifies = False  # It does not know the text.
    await later.sign_in(user.access, position)
    assert (await later.expect("chat.stream", done=True))["usage"] == answer.ended["usage"]


async def test_usage_in_the_field_of_groq_is_counted(user: SignedInUser, model_server: RawModelServer) -> None:
    groq = {"id": "req_1", "usage": OPENAI | {"queue_time": 0.1}}
    for last in (
        chunk(None, "stop", x_groq=groq),
        chunk(None, "stop", x_groq=groq | {"usage": {"prompt_tokens": "9"}}),
    ):
        model_server.set_body(stream(chunk("Hello", x_groq={"id": "req_1"}), last))
        assert (await count_tokens(user)).prompt == 9
    model_server.set_body(whole({"content": "Hello"}, x_groq=groq).encode(), "application/json")
    assert await count_tokens(user) == Counts()


async def count_tokens(user: SignedInUser) -> Counts:
    """Ask a question, and return the tokens of its run; check that the client is told the first two."""
    answer, _ = await ask(user)
    run = await run_in_database(lambda: Run.objects.latest("id"))
    shown = answer.ended["usage"]
    assert shown["prompt_tokens"] == run.prompt_tokens
    assert shown["completion_tokens"] == run.completion_tokens
    return Counts(run.prompt_tokens, run.completion_tokens, run.cached_tokens, run.reasoning_tokens)
