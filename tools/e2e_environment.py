"""The environment of the tests in `frontend/e2e`: new servers, a fake model service and a browser."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import PIPE

from testkit.ports import free_port
from testkit.server_environment import LIMITS
from tools.chromium import find_chromium
from tools.programs import Command, make, run_quietly, running, wait_for_line, wait_until_it_answers
from tools.progress import Failure, step
from tools.repository import BACKEND, CACHE, ROOT, VENV_PYTHON

START_SECONDS = 60
LOG = CACHE / "e2e-server.log"
LOG_BELOW_PATH = CACHE / "e2e-server-below-path.log"
LOG_LINES = 30
BASE_PATH = "/team/chat"
KEPT_LIMITS = {"REQUESTS_IN_FLIGHT", "SOCKETS_PER_USER", "STORAGE_PER_USER", "THROTTLE_UPLOAD"}
DATABASE = "chat.sqlite3"
ADMINISTRATOR = ("createsuperuser", "--no-input", "--username", "root", "--email", "root@example.com")


@contextmanager
def e2e_environment(models: str = "fake-model") -> Iterator[dict[str, str]]:
    """Start everything, and yield the variables that Playwright needs; `models` as in `AI_MODELS`.

    One server has no accounts; the other is below a path, and has an administrator.
    """
    make("setup", "pages", ".cache/static-files")
    chromium = find_chromium()
    with ExitStack() as stack:
        with step("Fake model service") as outcome:
            fake: Command = [VENV_PYTHON, "-u", "-m", "testkit.fakes", "--port", "0", "--models", models]
            model_url = wait_for_line(stack.enter_context(running(fake, ROOT, output=PIPE)), "LISTENING ")
            outcome.note = model_url
        with step("Databases"):
            settings = _settings(_new_folder(stack), models)
            service = {"OPENAI_BASE_URL": f"{model_url}/v1", "OPENAI_API_KEY": "key-for-e2e"}
            below_path = {**_settings(_new_folder(stack), models), "BASE_PATH": BASE_PATH, **service}
            _make_databases(settings, below_path)
        with step("Servers") as outcome:
            server = _Server(stack, settings, LOG)
            server_below_path = _Server(stack, below_path, LOG_BELOW_PATH)
            for each in (server, server_below_path):
                each.wait()
            outcome.note = f"{server.url}, {server_below_path.url}{BASE_PATH}"
        yield {
            "E2E_BASE_URL": server.url,
            "E2E_BELOW_PATH_URL": server_below_path.url,
            "E2E_MODEL_CONTROL_URL": model_url,
            "CHROMIUM_PATH": chromium,
        }


def end_of_log() -> str:
    """Return the path of the server's log and its last lines."""
    return f"The server's log is {LOG}; its end:\n{_log_end(LOG)}"


def _new_folder(stack: ExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="e2e-data-")))


def _make_databases(settings: dict[str, str], below_path: dict[str, str]) -> None:
    """Make an empty database and a copy of it, which gets an administrator."""
    run_quietly([VENV_PYTHON, "manage.py", "migrate", "--no-input", "-v", "0"], BACKEND, settings)
    # Only the database: each server generates its own secrets.
    shutil.copy(Path(settings["DATA_DIR"], DATABASE), below_path["DATA_DIR"])
    password = {"DJANGO_SUPERUSER_PASSWORD": "correct-horse-battery"}
    run_quietly([VENV_PYTHON, "manage.py", *ADMINISTRATOR], BACKEND, {**below_path, **password})


class _Server:
    """A server that is starting, or runs until the end of `stack`."""

    def __init__(self, stack: ExitStack, settings: dict[str, str], log: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = log
        serve: Command = [VENV_PYTHON, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(port)]
        output = stack.enter_context(log.open("w", encoding="utf-8"))
        self._process = stack.enter_context(running(serve, BACKEND, settings, output=output))

    def wait(self) -> None:
        """Return when it answers; raise Failure with the end of its log if it does not."""
        try:
            wait_until_it_answers(self._process, f"{self.url}/api/health/live", START_SECONDS)
        except Failure as failure:
            raise Failure(f"{_log_end(self._log)}\n{failure}") from None


def _settings(data_dir: Path, models: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "testkit.development_settings",
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(data_dir),
        # Empty, so that the developer's file has no effect.
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "ALLOWED_HOSTS": "",
        # Set by the administrator: e2e/first-run.setup.ts.
        "OPENAI_BASE_URL": "",
        "OPENAI_API_KEY": "",
        "AI_MODELS": models,
        "EMBEDDED_MODEL": "off",
        "LOCAL_DISCOVERY": "off",
        "REGISTRATION": "open",
        # All accounts and messages of the tests come from one address.
        **dict.fromkeys(set(LIMITS) - KEPT_LIMITS, "off"),
    }


def _log_end(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8").splitlines()[-LOG_LINES:])
