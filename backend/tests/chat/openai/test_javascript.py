"""OpenAI's own JavaScript package reads what odd services send (docs/api.md, section 10)."""

import asyncio
import json
import shutil
from typing import Any

import pytest
from django.conf import settings

from testkit.fakes.raw_model_server import RawModelServer
from tests.chat.openai.programs import MODEL, Program
from tests.chat.openai.service_answers import END, NO_CHOICES, ONE, USAGE, events

FRONTEND = settings.PROJECT_DIR / "frontend"

# Forwarded answers are not stored.
pytestmark = [
    pytest.mark.store_independent,
    pytest.mark.skipif(
        shutil.which("node") is None or not (FRONTEND / "node_modules" / "openai").exists(),
        reason="needs Node.js and the packages of frontend/",
    ),
]

PATIENCE_SECONDS = 60.0
SCRIPT = """
import OpenAI from 'openai'
const [baseURL, apiKey, model, stream] = process.argv.slice(1)
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 })
const question = { model, messages: [{ role: 'user', content: 'Go' }] }
const seen = { texts: [], error: null }
try {
  if (stream === 'true') {
    for await (const chunk of await client.chat.completions.create({ ...question, stream: true }))
      seen.texts.push(chunk.choices[0].delta.content ?? '')
  } else {
    seen.texts.push((await client.chat.completions.create(question)).choices[0].message.content)
  }
} catch (error) {
  seen.error = [error.constructor.name, error.status ?? null, error.code ?? null, error.headers?.get('retry-after')]
}
console.log(JSON.stringify(seen))
"""


@pytest.fixture
def model_server(raw_model_server: RawModelServer) -> RawModelServer:
    return raw_model_server


async def ask_in_javascript(program: Program, *, stream: bool) -> dict[str, Any]:
    """Ask with OpenAI's package for Node, and return what it saw."""
    process = await asyncio.create_subprocess_exec(
        *("node", "--input-type=module", "--eval", SCRIPT, "--"),
        *(f"{program.server.url}/v1", program.key, MODEL, str(stream).lower()),
        cwd=FRONTEND,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        printed, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    seen: dict[str, Any] = json.loads(printed)
    return seen


async def test_each_chunk_has_a_choice(model_server: RawModelServer, program: Program) -> None:
    """A-10.7, A-10.8: keep-alives and unrequested usage do not reach it, and a whole answer is read from a stream."""
    usage = NO_CHOICES | {"usage": USAGE}
    model_server.set_body(events('{"type": "ping"}', ONE, "{}", NO_CHOICES, END, usage, "[DONE]"))
    assert await ask_in_javascript(program, stream=True) == {"texts": ["One", ""], "error": None}
    assert await ask_in_javascript(program, stream=False) == {"texts": ["One"], "error": None}
    model_server.set_body(events("[DONE]"))
    assert await ask_in_javascript(program, stream=True) == {"texts": [], "error": None}


async def test_a_rate_limit_states_when_to_retry(model_server: RawModelServer, program: Program) -> None:
    """A-10.9."""
    model_server.refuse_all(429, {"message": "secret words"})
    error = ["RateLimitError", 429, "rate_limit_exceeded", "5"]
    assert await ask_in_javascript(program, stream=True) == {"texts": [], "error": error}
