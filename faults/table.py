"""The table of results, as text."""

from collections.abc import Iterator, Sequence
from statistics import median

from faults.journal import IN_FLIGHT, Journal, Kind
from faults.tally import Tally
from faults.verdict import Verdict

_LABEL, _FIGURE = 46, 9
_SHOWN_COMPLAINTS = 20


def forbidden_resets(tally: Tally, journal: Journal) -> int:
    """Return the number of resets that no fault excuses."""
    return sum(count for kind, count in tally.resets.items() if kind not in journal.excusing)


def table(tally: Tally, journal: Journal, verdict: Verdict, kinds: Sequence[Kind]) -> str:
    return "\n".join(
        [*_faults(tally, journal, kinds), "", *_answers(tally, verdict), "", *_times(tally), *_idle(tally)]
    )


def _faults(tally: Tally, journal: Journal, kinds: Sequence[Kind]) -> Iterator[str]:
    counted = journal.counted()
    yield f"{'':{_LABEL}}{'faults':>{_FIGURE}}{'resets':>{_FIGURE}}"
    for kind in kinds:
        must = "" if kind in journal.excusing else "  must be 0"
        yield f"  {kind:{_LABEL - 2}}{counted[kind]:>{_FIGURE}}{tally.resets[kind]:>{_FIGURE}}{must}"
    yield f"  {'nothing was broken':{_LABEL - 2}}{'':{_FIGURE}}{tally.resets[None]:>{_FIGURE}}  must be 0"
    yield f"  (faults that hit at least {IN_FLIGHT} answers in flight)"


def _answers(tally: Tally, verdict: Verdict) -> Iterator[str]:
    yield _line("answers", len(tally.questions))
    for status, count in sorted(verdict.statuses.items()):
        yield _line(f"  {status}", count)
    yield _line("frames", tally.frames)
    yield _line("connections lost", tally.drops)
    must_be_zero = {"lost": tally.lost, "repeated": tally.repeated, "stuck": verdict.stuck}
    must_be_zero["other complaints"] = len(tally.complaints) + len(verdict.complaints)
    for label, count in must_be_zero.items():
        yield _line(label, count) + "  must be 0"
    complaints = [*tally.complaints, *verdict.complaints]
    yield from (f"  {complaint}" for complaint in complaints[:_SHOWN_COMPLAINTS])
    if len(complaints) > _SHOWN_COMPLAINTS:
        yield f"  … and {len(complaints) - _SHOWN_COMPLAINTS} more"


def _times(tally: Tally) -> Iterator[str]:
    for label, seconds in (
        ("worker's death to end or continuation", tally.recoveries),
        ("Redis back to next frame, on other workers", tally.catch_ups),
    ):
        if seconds:
            figures = f"{median(seconds):>{_FIGURE}.2f} s median, {max(seconds):.2f} s maximum, {len(seconds)} seen"
            yield f"{label:{_LABEL}}{figures}"


def _idle(tally: Tally) -> Iterator[str]:
    if tally.idle_seconds:
        yield f"{'an idle socket stayed up':{_LABEL}}{tally.idle_seconds:>{_FIGURE}.0f} s"


def _line(label: str, count: int) -> str:
    return f"{label:{_LABEL}}{count:>{_FIGURE},}"
