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
def read_log() -> Iterator[ReadLog]:
    """Return a function that returns every line logged since the test began, each parsed from JSON."""
    [handler] = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler, logging.StreamHandler)
        and isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    ]
    stream = StringIO()
    before = handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    handler.setStream(before)
