"""The built-in model; tests that run it need it installed."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from blockbuster import blockbuster_ctx
from pytest_django import Settings

from apps.chat.events import Delta
from apps.chat.prompt_values import Prompt, PromptMessage
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.chat.providers.embedded.process import EmbeddedProcess
from apps.chat.providers.embedded.provider import MODEL_ID, EmbeddedProvider, find_weights
from apps.chat.providers.errors import ProviderError, ProviderUnavailableError
from tests.chat.providers.asking import ask

pytestmark = pytest.mark.storeless

needs_the_model = pytest.mark.skipif(find_weights() is None, reason="the built-in model is not installed")
BACKEND = Path(__file__).parents[3]
HOUSE_PROMPT = "You are a helpful assistant. Answer in the language that the user writes in."


def prompt(text: str, *, system: str = HOUSE_PROMPT, max_tokens: int | None = 40) -> Prompt:
    """Return a prompt at temperature 0: at a higher one, a model this small sometimes answers nonsense."""
    messages = (PromptMessage("system", system), PromptMessage("user", text))
    return Prompt(MODEL_ID, messages, temperature=0.0, max_tokens=max_tokens)


@pytest.fixture
async def model(tmp_path: Path) -> AsyncIterator[EmbeddedProvider]:
    """The built-in model, which is still loading."""
    provider = EmbeddedProvider(folder=tmp_path, first_token_timeout=60, plain_prompt=HOUSE_PROMPT)
    provider.start()
    yield provider
    await provider.aclose()


@needs_the_model
async def test_the_built_in_model_answers_even_while_it_is_loading(model: EmbeddedProvider) -> None:
    answer = await ask(model, prompt("What is the capital of France?"))
    assert "Paris" in answer.content
    assert len(answer.deltas) > 3
    assert answer.finish.reason == "stop"
    assert answer.finish.usage is not None


@needs_the_model
async def test_concurrent_answers_do_not_block_the_event_loop(model: EmbeddedProvider) -> None:
    with blockbuster_ctx():
        answers = await asyncio.gather(
            *(ask(model, prompt(f"Tell me about the number {n}.", max_tokens=10)) for n in range(5))
        )
    assert all(answer.content for answer in answers)


@needs_the_model
async def test_a_killed_model_is_started_again(model: EmbeddedProvider, tmp_path: Path) -> None:
    await ask(model, prompt("Hello", max_tokens=1))
    (child,) = children_of(os.getpid())
    answer = model.stream(prompt("Write a very long story.", max_tokens=1500))
    await anext(answer)
    os.kill(child, signal.SIGKILL)
    with pytest.raises(ProviderError):
        await anext(after async for after in answer if not isinstance(after, Delta))
    assert "Paris" in (await ask(model, prompt("What is the capital of France?"))).content


@needs_the_model
async def test_stopped_answers_release_the_model(model: EmbeddedProvider) -> None:
    for _ in range(8):
        answer = model.stream(prompt("Write a very long story.", max_tokens=1500))
        await anext(answer)
        await answer.aclose()
    assert "Paris" in (await ask(model, prompt("What is the capital of France?"))).content


@needs_the_model
async def test_closing_ends_the_process_and_removes_its_access(model: EmbeddedProvider, tmp_path: Path) -> None:
    await ask(model, prompt("Hello", max_tokens=1))
    (child,) = children_of(os.getpid())
    await model.aclose()
    assert children_of(os.getpid()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    assert not (tmp_path / "embedded.json").exists()


@needs_the_model
async def test_the_model_listens_on_loopback_and_has_a_secret_key(model: EmbeddedProvider, tmp_path: Path) -> None:
    await ask(model, prompt("Hello", max_tokens=1))
    assert (tmp_path / "embedded.json").stat().st_mode & 0o777 == 0o600
    access = await EmbeddedProcess(tmp_path, Path("unused")).wait_for_access(within=5)
    assert urlsplit(access.base_url).hostname == "127.0.0.1"
    assert len(access.api_key) >= 32


@needs_the_model
def test_workers_share_one_process_which_ends_with_them(tmp_path: Path) -> None:
    first, second = start_worker(tmp_path), None
    try:
        access = read_line(first)
        second = start_worker(tmp_path)
        assert read_line(second) == access
        (child,) = children_of(first.pid)
        assert children_of(second.pid) == []
        ended = os.pidfd_open(child)
        first.kill()
        os.waitid(os.P_PID, first.pid, os.WEXITED | os.WNOWAIT)
        # The first worker was killed: its model ends with it, and the second worker starts another.
        assert wait_for_end(ended)
        assert read_line(second) != access
        (heir,) = children_of(second.pid)
        heir_ended = os.pidfd_open(heir)
        second.kill()
        assert wait_for_end(heir_ended)
    finally:
        for worker in filter(None, (first, second)):
            worker.kill()
            worker.communicate()


async def test_a_model_that_is_not_installed_is_listed_and_says_so(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "class Without:\n"
        "    def __init__(self, finder): self.finder = finder\n"
        "    def find_spec(self, name, *rest):\n"
        "        return None if name == 'xllamacpp' else self.finder.find_spec(name, *rest)\n"
        "    def __getattr__(self, name): return getattr(self.finder, name)\n"
        "sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]\n"
        "from pathlib import Path\n"
        "from apps.chat.providers.embedded.provider import EmbeddedProvider\n"
        "provider = EmbeddedProvider(folder=Path('.'), first_token_timeout=1, plain_prompt='')\n"
        "provider.start()\n"
        "print(provider.model.available, provider.model.why)\n"
    )
    run = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], cwd=BACKEND, capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("False the built-in model is not installed")


@pytest.mark.parametrize(
    ("changes", "listed"),
    [
        ({}, True),
        ({"OPENAI_API_KEY": "x"}, False),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, False),
        ({"OPENAI_API_KEY": "x", "EMBEDDED_MODEL": "on"}, True),
        ({"EMBEDDED_MODEL": "off"}, False),
    ],
)
def test_settings_decide_whether_the_model_is_listed(settings: Settings, changes: dict[str, str], listed: bool) -> None:
    for name, value in ({"OPENAI_API_KEY": "", "OPENAI_BASE_URL": "", "EMBEDDED_MODEL": "auto"} | changes).items():
        setattr(settings, name, value)
    get_catalogue.cache_clear()
    try:
        catalogue = get_catalogue()
        assert (catalogue.find_model(MODEL_ID) is not None) is listed
        if not changes and find_weights() is not None:
            assert catalogue.default_model() == MODEL_ID
            assert catalogue.list_models()[1].why == "OPENAI_API_KEY is not set"
        if "OPENAI_API_KEY" in changes:
            assert catalogue.default_model() == "gpt-4o"
    finally:
        get_catalogue.cache_clear()


async def test_a_model_that_does_not_start_is_reported_unavailable(tmp_path: Path) -> None:
    with pytest.raises(ProviderUnavailableError):
        await EmbeddedProcess(tmp_path, Path("missing")).wait_for_access(within=0.2)


def start_worker(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.chat.providers.embedded_worker", str(folder)]
    return subprocess.Popen(command, cwd=BACKEND, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def read_line(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    return next(line for line in worker.stdout if line.startswith("http"))


def wait_for_end(process: int) -> bool:
    """Return whether the process of this descriptor ends within a minute."""
    try:
        return bool(select.select([process], [], [], 60)[0])
    finally:
        os.close(process)


def children_of(parent: int) -> list[int]:
    """Return the ids of the model processes that `parent` started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, status = (folder / "cmdline").read_bytes(), (folder / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if b"embedded/child.py" in command and int(status.rpartition(")")[2].split()[1]) == parent:
            found.append(int(folder.name))
    return found
