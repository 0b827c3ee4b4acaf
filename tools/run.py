"""`make run`: from a new clone to a chat in the browser; later starts do only what has changed."""

import os
import time

from tools.database import collect_static, data_dir, migrate
from tools.env_file import read_setting
from tools.node_finder import find_node
from tools.programs import Command
from tools.progress import Failure, run_command
from tools.repository import BACKEND, VENV_PYTHON
from tools.server import free_port, is_free, running
from tools.set_up import build_frontend, set_up_backend, set_up_frontend

START_SECONDS = 60
HIGHEST_PORT = 65535
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  told apart, not bound
LOOPBACK = ("127.0.0.1", "::1", "localhost", *EVERYWHERE)


def main() -> int:
    """Set up, build, migrate, and serve until Ctrl+C; return the server's exit code."""
    started = time.monotonic()
    host = read_setting("HOST") or "127.0.0.1"
    port = _port()
    # Checked before anything that takes long.
    _check_port(host, port)
    _check_data_dir()
    find_node()
    print("Starting AI Chat", flush=True)
    set_up_backend(development=False)
    set_up_frontend()
    build_frontend()
    migrate()
    collect_static()
    _check_port(host, port)
    serve: Command = [VENV_PYTHON, "manage.py", "serve", "--host", host, "--port", str(port)]
    try:
        with running(serve, BACKEND, {"DATA_DIR": str(data_dir())}) as server:
            asked = "127.0.0.1" if host in EVERYWHERE else host
            server.wait_until_it_answers(asked, port, "/api/health/live", START_SECONDS)
            shown = "localhost" if host in LOOPBACK else host
            url = f"http://{shown}:{port}{read_setting('BASE_PATH') or ''}"
            print(f"\n  Ready after {time.monotonic() - started:.1f} s:  {url}  (Ctrl+C ends it)\n", flush=True)
            return server.wait_while_parent_lives()
    except KeyboardInterrupt:
        print("\nEnded.")
        return 0


def _port() -> int:
    text = read_setting("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) <= HIGHEST_PORT:
        raise Failure(f"PORT is {text!r}: it must be a number from 1 to {HIGHEST_PORT}.")
    return int(text)


def _check_port(host: str, port: int) -> None:
    if not is_free(host, port):
        raise Failure(
            f"Port {port} of {host} is taken, or this user may not use it: end what uses it, or choose another, "
            f"for example `PORT={free_port()} make run`."
        )


def _check_data_dir() -> None:
    folder = data_dir()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError:
        writable = False
    if not writable:
        raise Failure(f"The data folder {folder} is not writable: change its owner, or name another one with DATA_DIR.")


if __name__ == "__main__":
    run_command(main)
