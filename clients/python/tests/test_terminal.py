"""`ai-chat` in a terminal and in a pipe, against the real server with the fake model."""

import asyncio
import codecs
import contextlib
import io
import os
import pty
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from rich.console import Console

from ai_chat_client import Client, EndedAnswer, Position, Reasoning, Text
from ai_chat_client.terminal.__main__ import main
from ai_chat_client.terminal.screen import AnswerView
from ai_chat_client.tokens import TokenFile, Tokens
from conformance.client.frames import CONVERSATION
from conformance.client.scenario import Scenario
from conformance.client.server import ScriptedServer
from testkit.accounts import PASSWORD
from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser

pytestmark = pytest.mark.store_independent

SOURCE = Path(__file__).resolve().parent.parent / "src"


class Terminal:
    """A pseudo-terminal with a program in it."""

    def __init__(self, process: asyncio.subprocess.Process, number: int) -> None:
        self._process = process
        self._number = number
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")  # A read may end within a character.
        self.shown = ""

    @classmethod
    async def start(cls, *arguments: str, **variables: str) -> "Terminal":
        ours, theirs = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80", "LINES": "24", "PYTHONPATH": str(SOURCE)}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "ai_chat_client.terminal",
            *arguments,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment | variables,
            start_new_session=True,
            # Ctrl+C becomes a signal only in the program's controlling terminal.
            preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),
        )
        os.close(theirs)
        return cls(process, ours)

    async def until(self, text: str) -> None:
        """Read until the terminal has shown this."""
        try:
            async with asyncio.timeout(40):
                while text not in self.shown:
                    try:
                        more = await asyncio.to_thread(os.read, self._number, 4096)
                    except OSError:
                        more = b""
                    assert more, self.shown
                    self.shown += self._decoder.decode(more)
        except TimeoutError:
            self._process.kill()  # Or else the thread would read for ever.
            raise AssertionError(self.shown) from None

    def type(self, text: str) -> None:
        os.write(self._number, text.encode())

    async def end(self) -> int:
        code = await self._process.wait()
        with contextlib.suppress(OSError):  # On Linux, the end of a terminal is an error.
            while more := os.read(self._number, 4096):
                self.shown += self._decoder.decode(more)
        os.close(self._number)
        return code


async def test_a_chat_streams_stops_and_is_continued(
    user: SignedInUser, model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.script(tokens=4, gate="")
    terminal = await Terminal.start("--url", user.server.url, XDG_CONFIG_HOME=str(tmp_path))
    await terminal.until("User name or email: ")
    terminal.type(f"{user.name}\n")
    await terminal.until("Password: ")
    terminal.type(f"{PASSWORD}\n")
    await terminal.until("/help shows")
    terminal.type("Go\n")
    model_server.open(2)
    await terminal.until("w1 w2")
    terminal.type("\x03")
    await terminal.until("[stopped]")
    model_server.open(10)
    terminal.type("/continue\n")
    await terminal.until("w1 w2 w3 w4")
    terminal.type("/quit\n")
    assert await terminal.end() == 0
    assert PASSWORD not in terminal.shown
    assert (tmp_path / "ai-chat" / "tokens.json").stat().st_mode & 0o777 == 0o600


STOPS_NOTHING: list[dict[str, Any]] = [
    {"expect": {"type": "auth"}},
    {"send": {"type": "auth.success"}},
    {"expect": {"type": "chat.message", "client_id": "$id"}},
    {"send": {"type": "chat.accepted", "client_id": "$id"}},
    {"send": {"type": "chat.stream", "content": "w1 w2", "from": 0, "seq": 2}},
    {"expect": {"type": "chat.stop"}},
    {"send": {"type": "chat.stream", "content": " w3", "from": 2, "seq": 3}},
    {"quiet": 60},
]


async def test_a_second_ctrl_c_comes_back_to_the_prompt() -> None:
    """When the server does not end the answer; Ctrl+D leaves the shell a line for itself."""
    server = ScriptedServer(Scenario("stop", "It stops nothing", [], [], [STOPS_NOTHING], []))
    async with server.serve():
        options = ("--url", server.url, "--conversation", CONVERSATION)
        terminal = await Terminal.start(*options, AI_CHAT_TOKEN="access-1")
        await terminal.until("/help shows")
        terminal.type("Go\n")
        await terminal.until("w1 w2")
        terminal.type("\x03")
        await terminal.until("w3")
        terminal.shown = ""
        terminal.type("\x03")
        await terminal.until("› ")
        terminal.type("\x04")
        assert await terminal.end() == 0
        assert terminal.shown.endswith("› \r\n")


async def test_the_files_of_a_refused_question_go_with_the_next_one(
    user: SignedInUser, settings: Settings, model_server: ModelServer, tmp_path: Path
) -> None:
    settings.MAX_MESSAGE_LENGTH = 10
    model_server.script(tokens=2)
    notes = tmp_path / "notes.txt"
    notes.write_text("Milk")
    conversation_id = await user.new_conversation()
    terminal = await Terminal.start(
        "--url", user.server.url, "--conversation", str(conversation_id), AI_CHAT_TOKEN=user.access
    )
    await terminal.until("/help shows")
    terminal.type(f"/file {notes}\n")
    await terminal.until("notes.txt goes with")
    terminal.type("Much too long\n")
    await terminal.until("MESSAGE_TOO_LONG")
    await terminal.until("/file removes them")
    for question in ("With", "Without"):
        terminal.shown = ""
        terminal.type(f"{question}\n")
        await terminal.until("w1 w2")
    terminal.type("/quit\n")
    assert await terminal.end() == 0
    questions = [message for message in await user.messages(conversation_id) if message["role"] == "user"]
    assert [len(question["attachments"]) for question in questions] == [1, 0]


@pytest.mark.storeless
def test_a_model_cannot_control_the_terminal() -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=80)
    text = "before\x1b]0;title\x07 \x9b31m\x1b[2Jafter\r\x08"
    with AnswerView(console, lambda: True) as view:
        for part in (Reasoning(text), Text(text), EndedAnswer(Position("id", 1, 3), text, text, "complete")):
            view.add(part)
            console.print(view)
    shown = written.getvalue()
    assert "after" in shown
    assert not re.search("\x1b\\]|\x07|\x9b|\x1b\\[2J|\x08", shown)


async def run_in_pipe(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = await asyncio.to_thread(main, arguments)
    captured = capsys.readouterr()
    return code, captured.out + captured.err


async def test_a_question_on_the_command_line_is_answered_in_a_pipe(
    user: SignedInUser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("AI_CHAT_URL", user.server.url)
    monkeypatch.setenv("AI_CHAT_TOKEN", user.access)
    notes = tmp_path / "notes.txt"
    notes.write_text("Milk")
    assert await run_in_pipe(capsys, "What", "now?") == (0, "Echo: What now?\n")
    assert (await run_in_pipe(capsys, "--continue", "--file", str(notes), "And", "then?"))[1].endswith("And then?\n")
    code, listed = await run_in_pipe(capsys, "--list")
    assert code == 0
    assert len(listed.splitlines()) == 1
    assert await run_in_pipe(capsys, "[[text=Line\n]]") == (0, "Line\n")
    monkeypatch.setenv("AI_CHAT_TOKEN", "expired")
    code, printed = await run_in_pipe(capsys, "--list")
    assert code == 1
    assert printed == "The session has ended: sign in again.\n"


async def test_only_the_chat_needs_rich(
    user: SignedInUser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AI_CHAT_URL", user.server.url)
    monkeypatch.setenv("AI_CHAT_TOKEN", user.access)
    monkeypatch.setitem(sys.modules, "ai_chat_client.terminal.repl", None)
    assert await run_in_pipe(capsys, "--list") == (0, "")
    code, printed = await run_in_pipe(capsys, "Hi")
    assert code == 1
    assert "pip install 'ai-chat-client[terminal]'" in printed
    assert await run_in_pipe(capsys, "--sign-out") == (0, "")


async def test_a_file_that_cannot_be_used_is_named(
    user: SignedInUser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("AI_CHAT_URL", user.server.url)
    monkeypatch.setenv("AI_CHAT_TOKEN", user.access)
    missing = tmp_path / "missing.pdf"
    printed = await run_in_pipe(capsys, "--file", str(missing), "Hi")
    assert printed == (1, f"{missing}: No such file or directory\n")
    async with Client(user.server.url, access_token=user.access) as client:
        assert [found async for found in client.conversations()] == []
    monkeypatch.delenv("AI_CHAT_TOKEN")
    no_folder = tmp_path / "file"
    no_folder.touch()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(no_folder))
    assert await run_in_pipe(capsys, "Hi") == (1, f"{no_folder}/ai-chat/tokens.json: Not a directory\n")


@pytest.mark.parametrize("session", ["live", "ended", "none"])
async def test_signing_out_asks_for_nothing(
    user: SignedInUser,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    session: str,
) -> None:
    monkeypatch.setenv("AI_CHAT_URL", user.server.url)
    monkeypatch.delenv("AI_CHAT_TOKEN", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    kept = TokenFile(tmp_path / "ai-chat" / "tokens.json", user.server.url)
    if session != "none":
        kept.save(Tokens(access=user.access if session == "live" else "ended"))
    assert await run_in_pipe(capsys, "--sign-out") == (0, "")
    assert kept.load() == Tokens()
    await user.call("GET", "/auth/me", expect=401 if session == "live" else 200)
