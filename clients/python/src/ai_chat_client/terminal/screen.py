"""Output of the terminal: an answer as it is written, and earlier messages."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.markdown import Markdown
from rich.segment import Segment
from rich.text import Text as Line

from ai_chat_client.parts import EndedAnswer, Part, Reasoning, Reset, Text, Waiting
from ai_chat_client.terminal.control_characters import remove_control_characters

REFRESHES_PER_SECOND = 8
ENDINGS = {
    "stopped": "stopped",
    "length": "the model reached its limit: /continue continues",
    "filtered": "ended by the service's filter",
    "interrupted": "interrupted: /continue continues",
}


class AnswerView:
    """An answer being written: its tail while it grows, all of it at the end."""

    def __init__(self, console: Console, is_connected: Callable[[], bool]) -> None:
        self._console = console
        self._is_connected = is_connected
        self._was_connected = False
        self._text = ""
        self._reasoning = ""
        self._waited = 0
        self._live = Live(
            self, console=console, transient=True, refresh_per_second=REFRESHES_PER_SECOND, vertical_overflow="crop"
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._live.stop()

    def add(self, part: Part) -> None:
        """Show a part."""
        match part:
            case Text(text):
                self._text += text
            case Reasoning(text):
                self._reasoning += text
            case Reset():
                self._text = self._reasoning = ""
            case Waiting(seconds):
                self._waited = seconds
            case EndedAnswer():
                self._live.stop()
                show_answer(self._console, part)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the last lines that fit the screen."""
        if self._text:
            shown: Markdown | Line = render_markdown(self._text)
        elif self._reasoning:
            shown = Line(remove_control_characters(self._reasoning), style="dim italic")
        else:
            shown = Line(f"… {self._waited} s" if self._waited else "…", style="dim")
        rows = max(1, console.height - 3)
        for line in console.render_lines(shown, options.update(height=None), pad=False)[-rows:]:
            yield from line
            yield Segment.line()
        is_connected = self._is_connected()
        # Before the first connection, nothing is lost.
        if self._was_connected and not is_connected:
            yield Line("The connection is lost: reconnecting …", style="yellow")
        self._was_connected = self._was_connected or is_connected


def render_markdown(text: str) -> Markdown:
    """Return text of a model as it is shown, with the URLs of its links."""
    return Markdown(remove_control_characters(text), hyperlinks=False)


def show_answer(console: Console, answer: EndedAnswer) -> None:
    """Show an ended answer, and how it ended unless it is complete."""
    if answer.text:
        console.print(render_markdown(answer.text))
    if answer.status == "error":
        console.print(Line(f"[{answer.error_code}] {answer.error}", style="red"))
    elif answer.status in ENDINGS:
        console.print(Line(f"[{ENDINGS[answer.status]}]", style="yellow"))
