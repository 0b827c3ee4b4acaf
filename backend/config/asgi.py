"""The ASGI application: HTTP, sockets, and the lifespan of the process."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")

import django
import structlog

django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter  # noqa: E402

from apps.chat.edges.sockets.consumers import websocket_application  # noqa: E402
from apps.chat.process.lifetime import ChatLifetime  # noqa: E402
from apps.core.http.asgi import Receive, Scope, Send  # noqa: E402
from apps.core.http.base_path import add_base_path, remove_base_path  # noqa: E402
from apps.core.http.body_limit import limit_bodies  # noqa: E402
from apps.core.http.handler import MemoryBodyHandler  # noqa: E402
from apps.core.http.in_flight import limit_requests  # noqa: E402
from apps.core.http.staged_uploads import stage_uploads  # noqa: E402
from apps.core.http.static_files import StaticFiles  # noqa: E402
from apps.core.limits.refusal_pace import pace_refusals  # noqa: E402
from apps.core.outages import log_failure  # noqa: E402
from apps.users.callers import find_caller, find_caller_user, find_refusal  # noqa: E402

logger = structlog.get_logger(__name__)

http_application: Any = MemoryBodyHandler()  # Django types the events of ASGI more narrowly.


async def lifespan(_: Scope, receive: Receive, send: Send) -> None:
    """Start and stop the chat with the server (ASGI lifespan)."""
    lifetime = ChatLifetime()
    await receive()
    try:
        await lifetime.start()
    except Exception as error:  # noqa: BLE001 - the server stops with this sentence
        log_failure(logger, "start_failed", error)
        await send({"type": "lifespan.startup.failed", "message": f"The server cannot start: {error}"})
        return
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await lifetime.stop()
    await send({"type": "lifespan.shutdown.complete"})


limited_application = limit_requests(add_base_path(http_application), find_caller, find_refusal)
paced_application = pace_refusals(stage_uploads(limited_application, find_caller_user), find_caller)

application = ProtocolTypeRouter(
    {
        "http": remove_base_path(StaticFiles(limit_bodies(paced_application))),
        "websocket": remove_base_path(websocket_application),
        "lifespan": lifespan,
    }
)
