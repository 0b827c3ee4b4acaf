"""Fixtures that read what the process logs, at the usual level or in every detail."""

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
import structlog

type ReadLog = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def read_log() -> Iterator[ReadLog]:
    """Return a function that returns the lines logged since the test began, parsed: all, or only for some events."""
    [handler] = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler, logging.StreamHandler)
        and isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    ]
    stream = StringIO()
    before = handler.setStream(stream)

    def read(*events: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in stream.getvalue().splitlines()]
        return [line for line in lines if not events or line["event"] in events]

    yield read
    handler.setStream(before)


@pytest.fixture
def debug_level() -> Iterator[None]:
    """Log at level DEBUG, libraries too."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(before)
