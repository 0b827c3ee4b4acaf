"""`BASE_PATH`: removed from the paths of requests, and added again for Django, which writes links with it.

Some proxies pass the base path on, others remove it; both kinds of requests are served.
"""

from django.conf import settings

from apps.core.http.asgi import Application, Receive, Scope, Send


def without_base_path(path: str) -> str:
    """Return the path of a request as the server's own paths are written, such as `/api/auth/me`."""
    base: str = settings.BASE_PATH
    return path[len(base) :] if base and path.startswith(f"{base}/") else path


def remove_base_path(application: Application) -> Application:
    """Wrap an ASGI application, so that it is asked for paths below `/`; the base path itself leads to its page."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == settings.BASE_PATH:
            await _redirect(send, f"{settings.BASE_PATH}/", scope["query_string"])
        else:
            await application({**scope, "path": without_base_path(scope["path"])}, receive, send)

    return serve if settings.BASE_PATH else application


def add_base_path(application: Application) -> Application:
    """Wrap Django's ASGI application: it expects paths below `FORCE_SCRIPT_NAME`."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await application({**scope, "path": settings.BASE_PATH + scope["path"]}, receive, send)

    return serve if settings.BASE_PATH else application


async def _redirect(send: Send, path: str, query: bytes) -> None:
    location = path.encode() + (b"?" + query if query else b"")
    headers = [(b"location", location), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 307, "headers": headers})
    await send({"type": "http.response.body"})
