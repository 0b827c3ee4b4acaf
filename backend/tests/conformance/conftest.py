"""Fixtures of the tests of the conformance suite."""

from tests.chat.workers import start_workers

__all__ = ["start_workers"]
