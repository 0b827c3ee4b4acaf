"""Responses to requests for files, as tests compare them."""

from collections.abc import Mapping
from typing import NamedTuple


class Response(NamedTuple):
    """A response with its body as bytes, which may be compressed."""

    status: int
    headers: Mapping[str, str]
    content: bytes
