"""The tally of a run: what its clients saw."""

from collections import Counter
from dataclasses import dataclass, field

from faults.journal import Kind
from faults.users import DrillUser


@dataclass
class Question:
    """A question as its client knows it; `answer` is the text that the model sends."""

    owner: DrillUser
    conversation_id: str
    client_id: str
    text: str
    answer: str
    attachment_id: str | None = None
    answer_id: str | None = None

    @property
    def attachments(self) -> list[str]:
        return [] if self.attachment_id is None else [self.attachment_id]


@dataclass
class SeenAnswer:
    """An ended answer as one client saw it."""

    answer_id: str
    conversation_id: str
    status: str
    run: int
    content: str


@dataclass
class Tally:
    """Counts of all clients together."""

    frames: int = 0
    lost: int = 0
    """Deltas that never arrived."""
    repeated: int = 0
    """Deltas that arrived again."""
    resets: Counter[Kind | None] = field(default_factory=Counter)
    drops: int = 0
    """Connections that were lost."""
    questions: list[Question] = field(default_factory=list)
    seen_answers: list[SeenAnswer] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    """Seconds from a worker's death to the end or continuation of its answer, as clients saw it."""
    catch_ups: list[float] = field(default_factory=list)
    """Seconds from the return of Redis to the next frame, for clients on another worker than the writer."""
    writers: dict[str, int] = field(default_factory=dict)
    """The port of the worker that writes an answer, until that worker dies."""
    in_flight: int = 0
    idle_seconds: float = 0.0
    """Seconds for which the idle socket stayed open."""
