"""A fixture that reads what the process logs."""

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
import structlog

type ReadLog = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def read_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReadLog]:
    """Return a function that returns every line logged since the test began, each parsed from JSON."""
    [handler] = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler, logging.StreamHandler)
        and isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    ]
    monkeypatch.setattr("apps.core.repetitions._seen", {})  # As if no outage had been logged yet.
    stream = StringIO()
    before = handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    handler.setStream(before)


@pytest.fixture
def every_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    """Log each line of an outage, however often it comes."""
    monkeypatch.setattr("apps.core.repetitions.REPEAT_SECONDS", 0.0)
