"""The real server with a fake model service behind it, and a browser to drive it with."""

import json
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import PIPE
from typing import Dict, Iterator
from urllib.request import Request, urlopen

from tools.chromium import find_chromium
from tools.database import collect_static
from tools.programs import Command, run_quietly
from tools.progress import Failure, step
from tools.repository import BACKEND, CACHE, VENV_PYTHON
from tools.server import free_port, running, wait_for_line
from tools.set_up import build_frontend, set_up_backend, set_up_frontend

START_SECONDS = 60
LOG = CACHE / "e2e-server.log"
LOG_LINES = 30
ADMINISTRATOR = {"username": "root", "email": "root@example.com", "password": "correct-horse-battery"}


@contextmanager
def rehearsal(models: str = "fake-model") -> Iterator[Dict[str, str]]:
    """Set up all of it and give the environment in which Playwright finds it; `models` as in `AI_MODELS`."""
    set_up_backend(development=True)
    set_up_frontend()
    build_frontend()
    collect_static()
    chromium = find_chromium()
    with ExitStack() as stack:
        with step("Fake model service") as outcome:
            fake: Command = [VENV_PYTHON, "-u", "-m", "tests.fakes.model_server", "--port", "0"]
            model_url = wait_for_line(stack.enter_context(running(fake, BACKEND, output=PIPE)), "LISTENING ")
            outcome.note = model_url
        with step("Server") as outcome:
            server_url = _start_server(stack, models)
            _make_administrator(server_url, f"{model_url}/v1")
            outcome.note = server_url
        yield {
            "E2E_BASE_URL": server_url,
            "E2E_MODEL_CONTROL_URL": model_url,
            "E2E_ADMINISTRATOR": ADMINISTRATOR["username"],
            "E2E_PASSWORD": ADMINISTRATOR["password"],
            "CHROMIUM_PATH": chromium,
        }


def end_of_log() -> str:
    """Return where the server's log is, and its last lines."""
    return f"The server's log is {LOG}; its end:\n{_log_end()}"


def _start_server(stack: ExitStack, models: str) -> str:
    data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="e2e-data-")))
    settings = _settings(data_dir, models)
    run_quietly([VENV_PYTHON, "manage.py", "migrate", "--no-input", "-v", "0"], BACKEND, settings)
    port = free_port()
    serve: Command = [VENV_PYTHON, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(port)]
    log = stack.enter_context(LOG.open("w", encoding="utf-8"))
    server = stack.enter_context(running(serve, BACKEND, settings, output=log))
    try:
        server.wait_until_it_answers("127.0.0.1", port, "/api/health/live", START_SECONDS)
    except Failure as failure:
        raise Failure(f"{_log_end()}\n{failure}") from None
    return f"http://127.0.0.1:{port}"


def _make_administrator(server_url: str, model_url: str) -> None:
    """Make the first account, which is the administrator's, and connect the model service with it."""
    _call(server_url, "POST", "/auth/register", ADMINISTRATOR)
    names = {name: ADMINISTRATOR[name] for name in ("username", "password")}
    access = str(_call(server_url, "POST", "/auth/token/pair", names)["access"])
    _call(server_url, "PUT", "/models/service", {"base_url": model_url, "api_key": "key-of-the-rehearsal"}, access)


def _call(server_url: str, method: str, path: str, body: Dict[str, str], access: str = "") -> Dict[str, object]:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {access}"} if access else {})}
    request = Request(f"{server_url}/api{path}", json.dumps(body).encode(), headers, method=method)  # noqa: S310
    with urlopen(request, timeout=START_SECONDS) as response:  # noqa: S310 - our own server, on this machine
        answer: Dict[str, object] = json.load(response)
    return answer


def _settings(data_dir: Path, models: str) -> Dict[str, str]:
    return {
        "DATA_DIR": str(data_dir),
        # Empty: whatever the developer's own file says.
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "ALLOWED_HOSTS": "",
        # Nor here: the model service is set on the screen, as a newcomer does it.
        "OPENAI_BASE_URL": "",
        "OPENAI_API_KEY": "",
        "AI_MODELS": models,
        "EMBEDDED_MODEL": "off",
        "LOCAL_DISCOVERY": "off",
        "REGISTRATION": "open",
        # One address makes all the accounts and sends all the messages.
        **{f"THROTTLE_{name}": "off" for name in ("REGISTER", "LOGIN", "REFRESH", "ANONYMOUS", "USER")},
        "MESSAGE_RATE": "off",
        "UNAUTHENTICATED_SOCKETS_PER_ADDRESS": "off",
    }


def _log_end() -> str:
    return "\n".join(LOG.read_text(encoding="utf-8").splitlines()[-LOG_LINES:])
