"""Streamed files, which end with their session: a slow client could read for hours."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

import structlog
from django.conf import settings
from django.http import HttpRequest

from apps.core.database import run_in_database
from apps.core.http.in_flight import CUT_CONNECTION
from apps.users.selectors import find_ended_sessions

logger = structlog.get_logger(__name__)


async def end_with_session[Piece: (str, bytes)](
    pieces: AsyncGenerator[Piece], session_id: UUID, request: HttpRequest
) -> AsyncGenerator[Piece]:
    """Yield `pieces` until the session ends; then cut the connection, so that no client takes a part for the file.

    Raises:
        CancelledError: the session has ended; Django stops as if the client had disconnected.
    """
    checked_at = time.monotonic()
    async with aclosing(pieces):
        async for piece in pieces:
            now = time.monotonic()
            if now - checked_at >= settings.SWEEP_SECONDS:
                checked_at = now
                if await run_in_database(find_ended_sessions, {session_id}):
                    logger.info("download_cut_off", session_id=str(session_id))
                    getattr(request, "scope", {}).get(CUT_CONNECTION, _keep_connection)()
                    raise asyncio.CancelledError
            yield piece


def _keep_connection() -> None:
    """Do nothing: this server cannot cut a connection."""
