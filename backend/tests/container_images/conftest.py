"""Fixtures: the images of production, built without an engine, and their containers."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from testkit.fakes.model_server import ModelServer
from testkit.ports import free_port
from tests.container_images.compose import read_services
from tests.container_images.containers import DOCKER, HOST, Container, Images, Services, running
from tests.container_images.dockerfile import ContextFilter, read_stages
from tests.container_images.native_build import NativeBuilder, programs_of_this_machine
from tools.repository import CACHE, FRONTEND, ROOT


@pytest.fixture(scope="module")
def images(pytestconfig: pytest.Config) -> Iterator[Images]:
    """Build the images; skips the tests if this machine lacks a program that the base images have."""
    if pytestconfig.getoption("services") == "none":
        pytest.skip("production needs PostgreSQL and Redis: --services=postgres")
    if sys.platform != "linux":
        pytest.skip("images are Linux systems")
    uv = shutil.which("uv") or str(CACHE / "uv" / "bin" / "uv")
    for program in (uv, "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"the images are built with {program}, which is not installed: `make setup` installs it")
    nginx = os.environ.get("NGINX_PATH") or shutil.which("nginx")
    folder = Path(tempfile.mkdtemp(prefix="images-"))
    folder.chmod(0o755)  # Readable for nginx, whose workers run as `nobody`.
    builder = NativeBuilder(
        stages=read_stages(DOCKER / "Dockerfile"),
        context=ROOT,
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
    lock, packages = FRONTEND / "package-lock.json", FRONTEND / "node_modules"
    installed = packages / ".installed"
    is_same = installed.is_file() and installed.read_bytes() == lock.read_bytes()
    return {"npm ci --no-audit --no-fund": packages} if is_same else {}


def _wait(process: subprocess.Popen[bytes]) -> None:
    process.wait()


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
