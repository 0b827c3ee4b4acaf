"""The images, built without an engine, and their containers as processes of this machine."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from testkit.fakes.model_server import ModelServer
from testkit.ports import free_port
from tests.images.compose import read_services
from tests.images.dockerfile import ContextFilter, read_stages
from tests.images.native_build import Image, NativeBuilder, programs_of_this_machine

PROJECT = Path(__file__).resolve().parents[3]
DOCKER = PROJECT / "backend" / "docker"
PATIENCE_SECONDS = 120.0
END_SECONDS = 60.0

HOST = "chat.example.org"

type Services = dict[str, Any]


@dataclass
class Images:
    """The images of the Dockerfile."""

    api: Image
    web: Image
    development: Image


@pytest.fixture(scope="module")
def images(pytestconfig: pytest.Config) -> Iterator[Images]:
    """Build the images; skips the tests if this machine lacks a program that the base images have."""
    if pytestconfig.getoption("services") == "none":
        pytest.skip("production needs PostgreSQL and Redis: --services=postgres")
    if sys.platform != "linux":
        pytest.skip("images are Linux systems")
    uv = shutil.which("uv") or str(PROJECT / ".cache" / "uv" / "bin" / "uv")
    for program in (uv, "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"the images are built with {program}, which is not installed: `make setup` installs it")
    nginx = os.environ.get("NGINX_PATH") or shutil.which("nginx")
    folder = Path(tempfile.mkdtemp(prefix="images-"))
    folder.chmod(0o755)  # Readable for nginx, whose workers run as `nobody`.
    builder = NativeBuilder(
        stages=read_stages(DOCKER / "Dockerfile"),
        context=PROJECT,
        filter=ContextFilter.read(DOCKER / "Dockerfile.dockerignore"),
        folder=folder,
        programs=programs_of_this_machine(uv=uv, nginx=nginx),
        prebuilt=_packages_of_set_up(),
    )
    try:
        # Only the image that is built last may run programs that contain the path of their build.
        yield Images(**builder.build("web", "api", "development"))
    finally:
        # A hundred thousand files: deleted while other tests run.
        deletion = subprocess.Popen(["rm", "-rf", str(folder)])
        pytestconfig.add_cleanup(lambda: _wait(deletion))


def _packages_of_set_up() -> dict[str, Path]:
    """Return the folder of `npm ci` in this repository if it was made from the same lock file."""
    lock, packages = PROJECT / "frontend" / "package-lock.json", PROJECT / "frontend" / "node_modules"
    installed = packages / ".installed"
    is_same = installed.is_file() and installed.read_bytes() == lock.read_bytes()
    return {"npm ci --no-audit --no-fund": packages} if is_same else {}


def _wait(process: subprocess.Popen[bytes]) -> None:
    process.wait()


@dataclass
class Container:
    """A process, started like the container of an image."""

    image: Image
    additions: dict[str, str]
    process: subprocess.Popen[str]
    log: list[str] = field(default_factory=list)
    _written: threading.Condition = field(default_factory=threading.Condition)

    def is_healthy(self) -> bool:
        return self.image.run(self.image.health_check, self.additions).returncode == 0

    def wait_until_healthy(self) -> None:
        """Repeat the health check until it passes, as an engine does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.is_healthy():
            log = "".join(self.log)
            assert self.process.poll() is None, f"the process ended before it was healthy:\n{log}"
            assert time.monotonic() < deadline, f"the process did not become healthy in time:\n{log}"

    def wait_for_line(self, text: str, times: int) -> None:
        """Wait until `times` lines of its log contain `text`."""
        with self._written:
            enough = self._written.wait_for(lambda: sum(text in line for line in self.log) >= times, PATIENCE_SECONDS)
        assert enough, "".join(self.log)

    def read_log(self) -> None:
        """Keep each line that the process writes, until it ends."""
        for line in self.process.stdout or ():
            with self._written:
                self.log.append(line)
                self._written.notify_all()

    def stop(self) -> None:
        """Send the stop signal of the image, and wait for the end, as an engine does."""
        self.process.send_signal(self.image.stop_signal)
        self.process.wait(END_SECONDS)


@contextmanager
def running(image: Image, command: list[str], additions: dict[str, str]) -> Iterator[Container]:
    process = subprocess.Popen(
        command,
        cwd=image.folder,
        env=image.variables(additions),
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    container = Container(image, additions, process)
    reader = threading.Thread(target=container.read_log, daemon=True)
    reader.start()
    try:
        yield container
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        reader.join()
        if process.stdout:
            process.stdout.close()


@pytest.fixture(scope="module")
def database_url(images: Images) -> Iterator[str]:
    """An empty database, which is dropped after the tests of the module."""
    server = os.environ["DATABASE_URL"]
    name = f"images_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield server.rpartition("/")[0] + f"/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    server = ModelServer().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def services() -> Services:
    """The services of the compose file for production."""
    return read_services(DOCKER / "docker-compose.prod.yml")


@pytest.fixture(scope="module")
def settings(
    services: Services, database_url: str, model: ModelServer, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The API's variables in the compose file, adapted to this machine."""
    folder = tmp_path_factory.mktemp("secrets")
    found = {name: str(value) for name, value in services["api"]["environment"].items()}
    del found["DATA_DIR"]  # The image has it too, and knows its place on this machine.
    for name, value in found.items():
        if value.startswith("/run/secrets/"):
            path = folder / Path(value).name
            path.write_text(secrets.token_urlsafe(48))
            found[name] = str(path)
    return found | {
        "DATABASE_URL": database_url,
        "REDIS_URL": os.environ["REDIS_URL"],
        "PUBLIC_URL": f"https://{HOST}",
        "TRUSTED_PROXIES": "127.0.0.1",
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
        "OPENAI_BASE_URL": model.base_url,
        "AI_MODELS": "fake-model",
    }


@pytest.fixture(scope="module")
def api(images: Images, services: Services, settings: dict[str, str]) -> Iterator[Container]:
    """The API, started as compose does: after the job `migrate` has ended, and until it is healthy."""
    migrate = images.api.run(images.api.start_command(*services["migrate"]["command"]), settings)
    assert migrate.returncode == 0, migrate.stderr
    with running(images.api, images.api.start_command(), settings) as container:
        container.wait_until_healthy()
        yield container


@pytest.fixture
def web_settings(settings: dict[str, str]) -> dict[str, str]:
    """The web server's variables; this machine is the proxy in front of it, which terminates TLS."""
    ports = {"HTTP_PORT": str(free_port()), "HTTPS_PORT": str(free_port())}
    return ports | {"API_ADDRESS": f"127.0.0.1:{settings['PORT']}", "TRUSTED_PROXIES": "127.0.0.1"}


@pytest.fixture
def start_web(images: Images) -> Iterator[Callable[[dict[str, str]], Container]]:
    """Start the web server and wait until it is healthy."""
    if not images.web.path("/usr/local/bin/nginx").exists():
        pytest.skip("the web server is nginx, which is not installed (NGINX_PATH may name it)")
    with ExitStack() as stack:

        def start(settings: dict[str, str]) -> Container:
            container = stack.enter_context(running(images.web, images.web.start_command(), settings))
            container.wait_until_healthy()
            return container

        yield start
