"""Django's ASGI handler, with request bodies in memory."""

from io import BytesIO
from typing import IO, override

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler

from apps.core.http.asgi import Receive


class MemoryBodyHandler(ASGIHandler):
    """Handles requests as Django does, but without a temporary file for each body.

    Bodies that arrive here have at most a few megabytes (`limit_bodies`, `stage_uploads`). Django leaves its file open
    if a request is cancelled, for example because the server shuts down.
    """

    @override
    async def read_body(self, receive: Receive) -> IO[bytes]:
        body = BytesIO()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise RequestAborted
            body.write(message.get("body", b""))
            if not message.get("more_body", False):
                body.seek(0)
                return body
