"""Floods of frames through nginx, with the configuration of the container `web`."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attacks.attack import Finding, attack, skipped
from attacks.kinds.websocket_floods import CONTINUATION, PING, TEXT, TEXT_BEGIN, flood_socket, repeat_frame
from attacks.target import Target
from testkit.ports import free_port
from testkit.raw_connections import masked_frame
from tools.nginx import find_nginx
from tools.programs import running, wait_until_it_answers
from tools.repository import BACKEND

START_SECONDS = 30.0
BEHIND_NGINX = {"TRUSTED_PROXIES": "127.0.0.1"}


@contextmanager
def running_nginx(target: Target) -> Iterator[int | None]:
    """Run nginx in front of the target, and yield its port; None if it is not installed."""
    nginx = find_nginx()
    if nginx is None:
        yield None
        return
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="attacks-nginx-") as folder:
        (Path(folder) / "nginx").symlink_to(nginx)
        settings = {
            "PATH": f"{folder}:/usr/local/bin:/usr/bin:/bin",
            "TMPDIR": folder,
            "API_ADDRESS": f"127.0.0.1:{target.port}",
            "HTTP_PORT": str(port),
            "HTTPS_PORT": "0",
        }
        Path(folder).chmod(0o755)  # Readable for the workers of nginx, which run as another user.
        with running(["sh", "start.sh"], BACKEND / "docker" / "web", settings) as process:
            wait_until_it_answers(process, f"http://127.0.0.1:{port}/web-server-health", START_SECONDS)
            yield port


async def _flood_through_nginx(target: Target, chunk: bytes, first: bytes = b"") -> list[Finding]:
    with running_nginx(target) as port:
        target.restart_measuring()
        if port is None:
            return [skipped("the flood is closed", "nginx is missing")]
        return await flood_socket(port, chunk, first=first)


@attack("pings-through-nginx", settings=BEHIND_NGINX)
async def flood_nginx_with_pings(target: Target) -> list[Finding]:
    """Empty pings at 1.5 MB/s through nginx."""
    return await _flood_through_nginx(target, repeat_frame(masked_frame(PING)))


@attack("continuations-through-nginx", settings=BEHIND_NGINX)
async def flood_nginx_with_continuations(target: Target) -> list[Finding]:
    """Empty continuation frames of one message that never ends, at 1.5 MB/s through nginx."""
    return await _flood_through_nginx(target, repeat_frame(masked_frame(CONTINUATION)), masked_frame(TEXT_BEGIN))


@attack("texts-through-nginx", settings=BEHIND_NGINX)
async def flood_nginx_with_texts(target: Target) -> list[Finding]:
    """Commands that the server does not understand, at 1.5 MB/s through nginx."""
    return await _flood_through_nginx(target, repeat_frame(masked_frame(TEXT, b"{}")))
