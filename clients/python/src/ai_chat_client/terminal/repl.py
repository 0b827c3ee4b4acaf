"""The read-eval-print loop of the terminal: reads lines, runs commands, asks questions and shows their answers."""

import contextlib
import signal
import sys
from collections.abc import Iterator

import aiohttp
from rich.console import Console
from rich.text import Text as Line

from ai_chat_client.errors import ChatError, RefusedError
from ai_chat_client.sync import AnswerStream, Client, Conversation
from ai_chat_client.terminal.control_characters import remove_control_characters
from ai_chat_client.terminal.screen import AnswerView, render_markdown
from ai_chat_client.wire import AttachmentView

with contextlib.suppress(ImportError):
    import readline  # noqa: F401  lets `input` edit lines and remember them

SHOWN_MESSAGES = 20
HELP = """/again      another answer in place of the last one
/continue   continue the last answer
/edit TEXT  ask the last question again, with this text
/file PATH  send a file with the next question
/file       send no files with it
/new        begin a new conversation
/quit       leave (Ctrl+D)

Ctrl+C stops an answer that is being written, and keeps its text."""


class Repl:
    """Reads lines until the user leaves; `/new` begins another conversation."""

    def __init__(self, client: Client, conversation: Conversation) -> None:
        self._client = client
        self._conversation = conversation
        self._console = Console()
        self._attachments: list[str] = []
        """The ids of the attachments of the next question."""

    def show_history(self) -> None:
        """Show the last messages, and follow the answer that is being written."""
        messages = self._conversation.messages()
        for message in messages[-SHOWN_MESSAGES:]:
            if message["role"] == "user":
                self._console.print(Line(f"› {remove_control_characters(message['content'])}", style="bold"))
            elif message["status"] not in {"pending", "streaming"}:
                self._console.print(render_markdown(message["content"]))
        active = self._conversation.follow_active()
        if active is not None:
            self._show(active)

    def run(self) -> None:
        """Read lines until the user leaves."""
        self._console.print(Line("/help shows the commands, Ctrl+D leaves.", style="dim"))
        while True:
            try:
                line = input("› ").strip()
            except KeyboardInterrupt:
                self._console.print()
                continue
            except EOFError:
                self._console.print()
                return
            if line == "/quit":
                return
            try:
                self._execute(line)
            except KeyboardInterrupt:
                self._console.print()
            except (ChatError, aiohttp.ClientError, OSError) as error:
                self._console.print(Line(str(error), style="red"))

    def _execute(self, line: str) -> None:
        name, _, rest = line.partition(" ")
        if name == "/new":
            self._conversation.close()
            self._conversation = self._client.create_conversation()
        elif name == "/file" and not rest.strip():
            self._attachments = []
        elif name == "/file":
            self.attach(self._client.upload(rest.strip()))
        elif name == "/again":
            self._show(self._conversation.regenerate(self._last("assistant")))
        elif name == "/continue":
            self._show(self._conversation.continue_(self._last("assistant")))
        elif name == "/edit":
            self._show(self._conversation.edit(self._last("user"), rest))
        elif name.startswith("/"):
            self._console.print(HELP)
        elif line:
            self.ask(line)

    def _last(self, role: str) -> str:
        found = [message["id"] for message in self._conversation.messages() if message["role"] == role]
        if not found:
            raise ChatError("This conversation is still empty.")
        return found[-1]

    def attach(self, upload: AttachmentView) -> None:
        """Send an uploaded file with the next question."""
        self._attachments.append(upload["id"])
        self._console.print(
            Line(f"{remove_control_characters(upload['name'])} goes with the next question.", style="dim")
        )

    def ask(self, question: str) -> bool:
        """Ask, and show the answer; return whether there is one."""
        attachments, self._attachments = self._attachments, []
        try:
            return self._show(self._conversation.ask(question, attachments=attachments))
        except RefusedError:
            self._attachments = attachments
            if attachments:
                self._console.print(Line("The files go with the next question; /file removes them.", style="dim"))
            raise

    def _show(self, stream: AnswerStream) -> bool:
        """Show an answer as it is written; Ctrl+C stops it, a second one leaves it to the server."""
        if not sys.stdout.isatty():
            answer = stream.read()
            if answer.text:
                print(answer.text, end="" if answer.text.endswith("\n") else "\n")
            if answer.error:
                print(answer.error, file=sys.stderr)
            return answer.status != "error"
        with AnswerView(self._console, lambda: self._conversation.is_connected) as view, _stopping(stream):
            for part in stream:
                view.add(part)
        return stream.answer is not None and stream.answer.status != "error"


@contextlib.contextmanager
def _stopping(stream: AnswerStream) -> Iterator[None]:
    """Let Ctrl+C stop an answer during the block; a second one raises KeyboardInterrupt.

    An exception instead of a handler could come between two instructions, and lose a part that was just received.
    """

    def stop(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stream.stop()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
