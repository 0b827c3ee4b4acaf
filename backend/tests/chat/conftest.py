"""Fixtures of all tests of the chat."""

from tests.chat.workers import start_workers

__all__ = ["start_workers"]
