"""Frames of what only another version of this server stores."""

import json

import pytest

from apps.chat.events import AnswerStatus, Ending, TerminalEvent
from apps.chat.protocol.encoding import encode_ended

pytestmark = pytest.mark.storeless


def test_an_ending_with_the_code_of_a_later_version_is_sent() -> None:
    ending = Ending(AnswerStatus.ERROR, error_code="FROM_A_LATER_VERSION")
    frame = json.loads(encode_ended("0197d1f2-8a6e-7c3b-9f00-000000000001", TerminalEvent(1, 4, 5, ending)))
    assert frame["code"] == "FROM_A_LATER_VERSION"
    assert frame["error"] == "Something went wrong on the server: try again."
