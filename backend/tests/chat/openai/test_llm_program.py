"""The command-line tool `llm` as a client of `/v1` (docs/api.md, section 10)."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from testkit.fakes.model_server import ModelServer
from tests.chat.openai.programs import MODEL, Program

# Forwarded answers are not stored.
pytestmark = pytest.mark.store_independent

PATIENCE_SECONDS = 60.0


async def run_llm(folder: Path, *arguments: str) -> str:
    """Run `llm` with its files in `folder`, and return what it prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "llm", *arguments),
        # Without its plugins: the package of the built-in model is one, and needs another program.
        env={"LLM_USER_PATH": str(folder), "LLM_LOAD_PLUGINS": "", "PATH": "", "HOME": str(folder)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        printed, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return printed.decode().strip()


async def test_the_llm_program_reads_streams_and_whole_answers(
    program: Program, model_server: ModelServer, tmp_path: Path
) -> None:
    url = f"{program.server.url}/v1"
    models = [{"model_id": "ours", "model_name": MODEL, "api_base": url, "api_key_name": "ours"}]
    (tmp_path / "extra-openai-models.yaml").write_text(json.dumps(models))  # JSON is YAML.
    assert await run_llm(tmp_path, "-m", "ours", "--key", program.key, "Hello there") == "Echo: Hello there"
    assert await run_llm(tmp_path, "-m", "ours", "--no-stream", "--key", program.key, "Again") == "Echo: Again"
    assert [bool(request.body.get("stream")) for request in model_server.requests] == [True, False]
