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
PATIENCE = 120.0
END_SECONDS = 60.0

HOST = "chat.example.org"

type Services = dict[str, Any]


@dataclass
class Images:
    """All that the Dockerfile is for."""

    api: Image
    web: Image
    development: Image


@pytest.fixture(scope="module")
def images(pytestconfig: pytest.Config) -> Iterator[Images]:
    """Build them; skips where a program is missing that the base images have."""
    if pytestconfig.getoption("services") == "none":
        pytest.skip("production stands on PostgreSQL and Redis: --services=postgres")
    if sys.platform != "linux":
        pytest.skip("images are Linux systems")
    uv = shutil.which("uv") or str(PROJECT / ".cache" / "uv" / "bin" / "uv")
    for program in (uv, "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"the images are built with {program}, which is not here: `make setup` installs it")
    nginx = os.environ.get("NGINX_PATH") or shutil.which("nginx")
    folder = Path(tempfile.mkdtemp(prefix="images-"))
    folder.chmod(0o755)  # nginx, started as root, reads as nobody
    builder = NativeBuilder(
        stages=read_stages(DOCKER / "Dockerfile"),
        context=PROJECT,
        filter=ContextFilter.read(DOCKER / "Dockerfile.dockerignore"),
        folder=folder,
        programs=programs_of_this_machine(uv=uv, nginx=nginx),
    )
    try:
        # The last one may use programs by the paths that they were built at.
        yield Images(**builder.build("web", "api", "development"))
    finally:
        # A hundred thousand files, which go while other tests run.
        deletion = subprocess.Popen(["rm", "-rf", str(folder)])
        pytestconfig.add_cleanup(lambda: _wait(deletion))


def _wait(process: subprocess.Popen[bytes]) -> None:
    process.wait()


@dataclass
class Container:
    """A process that was started as an image's container would be."""

    image: Image
    additions: dict[str, str]
    process: subprocess.Popen[str]
    log: list[str] = field(default_factory=list)
    _written: threading.Condition = field(default_factory=threading.Condition)

    def is_healthy(self) -> bool:
        return self.image.run(self.image.health_check, self.additions).returncode == 0

    def wait_until_healthy(self) -> None:
        """Run the health check again and again, as an engine does."""
        deadline = time.monotonic() + PATIENCE
        while not self.is_healthy():
            said = "".join(self.log)
            assert self.process.poll() is None, f"it ended before it was healthy:\n{said}"
            assert time.monotonic() < deadline, f"waited in vain until it was healthy:\n{said}"

    def wait_for_line(self, text: str, times: int) -> None:
        """Wait until so many lines of its log have `text`."""
        with self._written:
            enough = self._written.wait_for(lambda: sum(text in line for line in self.log) >= times, PATIENCE)
        assert enough, "".join(self.log)

    def read_log(self) -> None:
        """Keep what it writes, to its end."""
        for line in self.process.stdout or ():
            with self._written:
                self.log.append(line)
                self._written.notify_all()

    def stop(self) -> None:
        """As an engine does: the signal that the image names, then patience."""
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
    """An empty database of its own."""
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
    """What the compose file for production says."""
    return read_services(DOCKER / "docker-compose.prod.yml")


@pytest.fixture(scope="module")
def settings(
    services: Services, database_url: str, model: ModelServer, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The API's variables in the compose file, with those that have to be others on this machine."""
    folder = tmp_path_factory.mktemp("secrets")
    found = {name: str(value) for name, value in services["api"]["environment"].items()}
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
    """What compose starts first: the job `migrate`, to its end, then the API, until it is healthy."""
    migrate = images.api.run(images.api.start_command(*services["migrate"]["command"]), settings)
    assert migrate.returncode == 0, migrate.stderr
    with running(images.api, images.api.start_command(), settings) as container:
        container.wait_until_healthy()
        yield container


@pytest.fixture
def web_settings(settings: dict[str, str]) -> dict[str, str]:
    """The web server's variables; this machine is the proxy before it, which ends TLS."""
    ports = {"HTTP_PORT": str(free_port()), "HTTPS_PORT": str(free_port())}
    return ports | {"API_ADDRESS": f"127.0.0.1:{settings['PORT']}", "TRUSTED_PROXIES": "127.0.0.1"}


@pytest.fixture
def start_web(images: Images) -> Iterator[Callable[[dict[str, str]], Container]]:
    """Start the web server and wait until it is healthy."""
    if not images.web.path("/usr/local/bin/nginx").exists():
        pytest.skip("the web server is nginx, which is not here (NGINX_PATH says where it is)")
    with ExitStack() as stack:

        def start(settings: dict[str, str]) -> Container:
            container = stack.enter_context(running(images.web, images.web.start_command(), settings))
            container.wait_until_healthy()
            return container

        yield start
