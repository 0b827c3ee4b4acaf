"""Token counts: exact for known encodings, estimated otherwise, and without a network."""

import asyncio
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx

from apps.chat.providers.tokens import count_tokens, estimate_tokens, warm_up

pytestmark = pytest.mark.storeless

CODE = Path(__file__).read_text()
SAMPLES = {
    "english": "The quick brown fox jumps over the lazy dog; no one expected it to lead to counterproductive outcomes. "
    * 3,
    "chinese": "今天的天氣非常好，我們一起去公園散步吧。人工智慧正在改變我們的生活，從醫療、教育到交通，無所不在。",
    "simplified": "今天的天气非常好，我们一起去公园散步吧。人工智能正在改变我们的生活方式。",
    "classical": "學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？人不知而不慍，不亦君子乎？",
    "code": CODE,
    "markdown": "| a | b |\n|---|---|\n| 1 | **2** |\n\n- [x] done\n\n```js\nconst f = (x) => x?.y ?? [];\n```\n",
    "emoji": "😀🎉👨‍👩‍👧‍👦🇹🇼",
}


def load(model: str) -> None:
    """Load the encoding of `model`, and wait for the threads that do so."""
    warm_up(model)
    for thread in threading.enumerate():
        if thread.name.startswith("load-"):
            thread.join()


@pytest.mark.parametrize(
    ("model", "text", "tokens"),
    [
        ("gpt-4o", "hello world", 2),
        ("gpt-4o-mini", "人工智慧", 2),
        ("openai/gpt-4o", "hello world", 2),
        ("gpt-4-turbo", "人工智慧", 6),
        ("gpt-3.5-turbo", "hello world", 2),
        ("gpt-4o", "", 0),
        ("gpt-4o", "<|endoftext|>", 7),
        ("gpt-3.5-turbo", "<|endoftext|>", 7),
    ],
)
def test_tokens_of_known_models_are_counted_exactly(model: str, text: str, tokens: int) -> None:
    load(model)
    counted = count_tokens(model, text)
    assert counted.is_exact
    assert counted.tokens == tokens


@pytest.mark.parametrize("text", ["\ud83d", "\0", "a\ud83db\udfff", "\uffff\U0010ffff", "\r\n\x1c"])
@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4", "llama3:8b", ""])
def test_counting_never_fails(model: str, text: str) -> None:
    load(model)
    assert count_tokens(model, text).tokens > 0


@pytest.mark.parametrize("model", ["llama3:8b", "smollm2-135m", "fake-model"])
def test_tokens_of_unknown_models_are_estimated(model: str) -> None:
    load(model)
    assert count_tokens(model, "hello world") == (estimate_tokens("hello world"), False)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_estimate_is_never_below_the_count(name: str) -> None:
    load("gpt-4o")
    load("gpt-4")
    newer, older = (count_tokens(model, SAMPLES[name]) for model in ("gpt-4o", "gpt-4"))
    assert newer.is_exact
    assert older.is_exact
    assert max(newer.tokens, older.tokens) <= estimate_tokens(SAMPLES[name]) <= 2.2 * older.tokens


@pytest.mark.parametrize("piece", ["a", " ", "\n", "你", "ab", "1", "!", "\u0301"])
def test_long_repetitions_are_counted(piece: str) -> None:
    load("gpt-4o")
    text = piece * (200_000 // len(piece))
    counted = count_tokens("gpt-4o", text)
    assert counted.is_exact
    assert 0 < counted.tokens <= estimate_tokens(text) * 2


def in_new_process(code: str, folder: Path) -> str:
    """Return the output of `code` in a new interpreter, which has loaded no encoding."""
    preamble = (
        "from django.conf import settings; from pathlib import Path\n"
        f"settings.configure(DATA_DIR=Path({str(folder)!r}))\n"
        "import sys, threading; from apps.chat.providers.tokens import count_tokens, warm_up\n"
    )
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", preamble + code]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.strip()


WAIT = "[t.join() for t in threading.enumerate() if t.name.startswith('load-')]\n"


def test_tokens_are_estimated_until_the_encoding_is_loaded(tmp_path: Path) -> None:
    count = "print(count_tokens('gpt-4o', 'hello world').is_exact)\n"
    assert in_new_process(count + WAIT + count, tmp_path).split() == ["False", "True"]


def test_encodings_load_without_a_network(tmp_path: Path) -> None:
    code = (
        "import socket\n"
        "def refuse(*a, **k): raise OSError('no network')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        f"warm_up('gpt-4o'); warm_up('gpt-4')\n{WAIT}"
        "print(count_tokens('gpt-4o', 'hello world'), count_tokens('gpt-4', 'hello world'))"
    )
    assert re.findall(r"is_exact=(\w+)", in_new_process(code, tmp_path)) == ["True", "True"]
    assert len(list((tmp_path / "tiktoken").iterdir())) == 2


def test_a_damaged_copy_of_an_encoding_is_replaced(tmp_path: Path) -> None:
    code = f"warm_up('gpt-4')\n{WAIT}print(count_tokens('gpt-4', 'hello world').is_exact)"
    in_new_process(code, tmp_path)
    (copy,) = (tmp_path / "tiktoken").iterdir()
    copy.write_bytes(copy.read_bytes()[:1000])
    assert in_new_process(code, tmp_path) == "True"


def test_tokens_are_estimated_if_the_cache_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "tiktoken").write_text("not a folder")
    code = f"warm_up('gpt-4')\n{WAIT}print(count_tokens('gpt-4', 'hello world').is_exact)"
    assert in_new_process(code, tmp_path).endswith("False")


def test_other_models_do_not_load_the_tokenizer(tmp_path: Path) -> None:
    code = "count_tokens('smollm2-135m', 'x'); warm_up('smollm2-135m'); print('tiktoken' in sys.modules)"
    assert in_new_process(code, tmp_path) == "False"


async def test_warming_up_does_not_block_the_event_loop(tmp_path: Path) -> None:
    with blockbuster_ctx():
        warm_up("gpt-4-turbo")
        await asyncio.to_thread(load, "gpt-4-turbo")
    assert count_tokens("gpt-4-turbo", "x").is_exact
