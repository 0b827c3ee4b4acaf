"""`manage.py serve` refuses unsafe settings with exit code 1, and a sentence for each."""

import os
from pathlib import Path

import pytest

from tests.config.processes import SECRET, assert_refused, serve
from tests.container_images.compose import read_services
from tools.repository import BACKEND

pytestmark = pytest.mark.storeless


@pytest.mark.parametrize(
    ("changes", "output"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set, or still has the value of the example: give it a random text"),
        ({"JWT_SECRET_KEY": ""}, "JWT_SECRET_KEY is not set"),
        ({"SECRET_KEY": "your-django-secret-key"}, "SECRET_KEY is not set, or still has the value of the example"),
        ({"JWT_SECRET_KEY": "your-jwt-secret-key"}, "JWT_SECRET_KEY is not set, or still has the value of the example"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short: give it a random text of at least 32 bytes."),
        ({"JWT_SECRET_KEY": "abc" * 20}, "JWT_SECRET_KEY is easily guessed"),
        ({"SECRET_KEY": f"django-insecure-{SECRET}"}, "SECRET_KEY is easily guessed"),
        ({"DEBUG": "true"}, "DEBUG is on, which shows the internals of this server to every visitor: set it to false."),
        ({"API_REPLICAS": "2"}, "Several machines serve (API_REPLICAS, SEVERAL_MACHINES), and each would keep its"),
        ({"SEVERAL_MACHINES": "true"}, "set ATTACHMENT_STORAGE to s3, or to file if DATA_DIR is one folder that all"),
        ({"ATTACHMENT_STORAGE": "s3"}, "name the bucket in ATTACHMENT_S3_BUCKET."),
        ({"ATTACHMENT_STORAGE": "tape"}, "ATTACHMENT_STORAGE is 'tape': write one of file, s3."),
        ({"PUBLIC_URL": ""}, "ALLOWED_HOSTS is not set"),
        ({"ALLOWED_HOSTS": "chat.example.org,*"}, "ALLOWED_HOSTS has a wildcard"),
        ({"ALLOWED_HOSTS": "chat.example.org:8080"}, "ALLOWED_HOSTS has 'chat.example.org:8080': write each host as"),
        ({"REDIS_URL": "redis://:secret@host:port/0"}, "REDIS_URL is not the URL of a Redis: write redis://"),
        ({"PORT": "65536"}, "PORT is 65536: it must be at most 65535."),
        ({"CORS_ALLOWED_ORIGINS": "*"}, "CORS_ALLOWED_ORIGINS has '*': write each origin as https://host"),
        ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "TRUSTED_PROXIES has 0.0.0.0/0, which contains every address"),
        ({"TRUSTED_PROXIES": "proxy"}, "TRUSTED_PROXIES has 'proxy': write networks such as 10.0.0.0/8"),
        ({"BASE_PATH": "chat"}, "BASE_PATH is 'chat': write a path such as /chat, of letters, digits and . _ ~ -."),
        ({"BASE_PATH": "/a/../b"}, "BASE_PATH is '/a/../b': write a path such as /chat"),
        ({"BASE_PATH": "/chat?a"}, "BASE_PATH is '/chat?a': write a path such as /chat"),
        ({"BASE_PATH": "/api/chat"}, "BASE_PATH is '/api/chat', but the server has paths below /api"),
        (
            {"PUBLIC_URL": "https://a.example/chat"},
            "PUBLIC_URL has the path /chat, and BASE_PATH is not set: give",
        ),
        ({"DATA_DIR": "/dev/null/data"}, "DATA_DIR /dev/null/data cannot be created"),
    ],
)
def test_unsafe_settings_are_refused(tmp_path: Path, changes: dict[str, str], output: str) -> None:
    assert_refused(output, serve(tmp_path, **changes))


def test_containers_of_several_machines_need_a_store_that_they_share(tmp_path: Path) -> None:
    compose = read_services(BACKEND / "docker" / "docker-compose.prod.yml")["api"]["environment"]
    settings = {name: compose[name] for name in ("API_REPLICAS", "ATTACHMENT_STORAGE")}
    assert_refused("set ATTACHMENT_STORAGE to s3", serve(tmp_path, **settings, SEVERAL_MACHINES="true"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_data_folder_that_is_not_writable_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert_refused(f"DATA_DIR {tmp_path} is not writable", serve(tmp_path))


def test_all_values_that_cannot_be_used_are_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "services.toml").write_text("services = 3")
    result = serve(
        tmp_path,
        PORT="eighty",
        SECRET_KEY="short",
        JWT_SECRET_KEY=None,
        JWT_SECRET_KEY_FILE="/dev/null/key",
        DATABASE_URL="nonsense",
        BASE_PATH="chat",
        PUBLIC_URL="https://chat.example.org/chat",
        MESSAGE_RATE="20 per minute",
        ANSWERS_PER_USER="-1",
        TITLES="perhaps",
        ALLOWED_HOSTS="https://chat.example.org",
        REDIS_URL="localhost:6379",
        LOCAL_DISCOVERY_URLS="127.0.0.1:1234",
        OPENAI_BASE_URL="http://host:port/v1",
        DRAIN_SECONDS="nan",
        SOCKET_PING_TIMEOUT="inf",
        AI_SERVICES_FILE=str(tmp_path / "services.toml"),
    )
    assert result.returncode == 1
    assert sorted(result.stderr.splitlines()) == [
        f"{tmp_path}/services.toml, line 1: no service is described: begin each with [[services]].",
        "AI_SERVICES_FILE cannot be used:",
        "ALLOWED_HOSTS has 'https://chat.example.org': write each host as chat.example.org, without scheme and port.",
        "ANSWERS_PER_USER is -1: it must be at least 1.",
        "BASE_PATH is 'chat': write a path such as /chat, of letters, digits and . _ ~ -.",
        "DATABASE_URL cannot be used: write postgresql://user:password@host:5432/name or sqlite:////path/to/file.",
        "DRAIN_SECONDS is nan: it must be at least 0.",
        "JWT_SECRET_KEY_FILE names /dev/null/key, which cannot be read.",
        "LOCAL_DISCOVERY_URLS has '127.0.0.1:1234', which is not a URL: write each as http://host:port/v1.",
        "MESSAGE_RATE is '20 per minute': write count/seconds, such as 20/60, or off.",
        "OPENAI_BASE_URL is not a URL: write it as https://host/v1.",
        "PORT is 'eighty': write a number.",
        "REDIS_URL is not the URL of a Redis: write redis://:password@host:6379/0, or rediss://.",
        "SECRET_KEY is too short: give it a random text of at least 32 bytes.",
        "SOCKET_PING_TIMEOUT is inf: it must be at most 31622400.",
        "TITLES is 'perhaps': write true or false.",
    ]


def test_all_settings_that_do_not_fit_together_are_reported_at_once(tmp_path: Path) -> None:
    result = serve(tmp_path, WEB_CONCURRENCY="2", REDIS_URL="", TRUSTED_PROXIES="")
    assert result.returncode == 1
    assert [line.partition(",")[0] for line in result.stderr.splitlines()] == [
        "CommandError: WEB_CONCURRENCY is over 1",
        "WEB_CONCURRENCY is over 1",
        "TRUSTED_PROXIES is not set",
    ]


def test_an_endless_redirect_to_https_is_refused(tmp_path: Path) -> None:
    result = serve(tmp_path, TRUSTED_PROXIES="")
    assert_refused("TRUSTED_PROXIES is not set, so every request would be redirected", result)


def test_a_database_without_tables_is_refused(tmp_path: Path) -> None:
    result = serve(tmp_path, DATABASE_URL=os.environ["DATABASE_URL"])
    assert_refused("run `python manage.py migrate` once, then start the workers.", result)


def test_an_unreachable_database_is_refused(tmp_path: Path) -> None:
    result = serve(tmp_path, DATABASE_URL="postgresql://chat:secret@127.0.0.1:1/chat")
    assert_refused("The database of DATABASE_URL cannot be used (connection failed", result)
    assert "secret" not in result.stderr


def test_debug_on_a_public_address_is_refused(tmp_path: Path) -> None:
    development = {"DJANGO_SETTINGS_MODULE": "config.settings.development", "DEBUG": "true"}
    result = serve(tmp_path, **development, HOST="0.0.0.0")  # noqa: S104 - that it is refused is the point
    assert_refused("DEBUG is on, which shows the internals of this server to every visitor at 0.0.0.0", result)
