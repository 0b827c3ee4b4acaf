"""`manage.py serve` refuses unsafe settings with exit code 1, and a sentence for each."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import stores
from tests.images.compose import read_services

pytestmark = pytest.mark.storeless

BACKEND = Path(__file__).resolve().parents[2]
EXAMPLE = BACKEND / ".env.example"
SECRET = "k3Jx9-qLw2Zt7_vBn5Rm8sYd1Hf4Gc6PaTe0"
SAFE = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": SECRET,
    "JWT_SECRET_KEY": SECRET[::-1],
    "PUBLIC_URL": "https://chat.example.org",
    "TRUSTED_PROXIES": "127.0.0.1",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def serve(folder: Path, command: str = "serve", /, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Start the server as production does, without the developer's settings; None removes a variable."""
    blank = {"DATABASE_URL": "", "DEBUG": "", "ALLOWED_HOSTS": "", "CORS_ALLOWED_ORIGINS": "", "WEB_CONCURRENCY": ""}
    arguments = ["manage.py", command, *(["--port", "1"] if command == "serve" else [])]
    return run_python(folder, *arguments, **(blank | SAFE | changes))


def run_python(folder: Path, *arguments: str, **settings: str | None) -> subprocess.CompletedProcess[str]:
    """Run Python with `DATA_DIR` and these settings alone; None removes a variable."""
    settings = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **settings}
    return subprocess.run(
        [sys.executable, *arguments],
        check=False,
        cwd=BACKEND,
        env={name: value for name, value in settings.items() if value is not None},
        capture_output=True,
        text=True,
    )


def expect_refusal(output: str, result: subprocess.CompletedProcess[str]) -> None:
    assert result.returncode == 1
    assert result.stdout == ""
    assert output in result.stderr
    assert len(result.stderr.splitlines()) == 1


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
    expect_refusal(output, serve(tmp_path, **changes))


def test_containers_of_several_machines_need_a_store_that_they_share(tmp_path: Path) -> None:
    compose = read_services(BACKEND / "docker" / "docker-compose.prod.yml")["api"]["environment"]
    settings = {name: compose[name] for name in ("API_REPLICAS", "ATTACHMENT_STORAGE")}
    expect_refusal("set ATTACHMENT_STORAGE to s3", serve(tmp_path, **settings, SEVERAL_MACHINES="true"))


@pytest.mark.parametrize("name", ["SECRET_KEY", "JWT_SECRET_KEY"])
@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_development_refuses_a_short_secret_too(tmp_path: Path, name: str, command: str) -> None:
    short = {"DJANGO_SETTINGS_MODULE": "config.settings.development", name: "x" * 31}
    expect_refusal(
        f"{name} is too short: give it a random text of at least 32 bytes, or leave it empty, so that one is generated",
        serve(tmp_path, command, **short),
    )


def test_development_generates_secrets_in_place_of_the_examples(tmp_path: Path) -> None:
    example = dict(line.split("=", 1) for line in EXAMPLE.read_text().splitlines() if "SECRET_KEY=your-" in line)
    assert len(example) == 2
    result = serve(tmp_path, "check", DJANGO_SETTINGS_MODULE="config.settings.development", **example)
    assert result.returncode == 0, result.stderr
    assert {path.name for path in tmp_path.glob("*.txt")} == {"secret_key.txt", "jwt_secret_key.txt"}


def test_development_fills_the_empty_file_of_a_process_that_was_killed(tmp_path: Path) -> None:
    kept = tmp_path / "secret_key.txt"
    kept.touch(0o600)
    result = serve(tmp_path, "check", SECRET_KEY=None, DJANGO_SETTINGS_MODULE="config.settings.development")
    assert result.returncode == 0, result.stderr
    assert len(kept.read_text()) == 64


@pytest.mark.parametrize("content", [b"short", b"\xff" * 64], ids=["short", "not-text"])
def test_development_refuses_a_damaged_secret(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret_key.txt").write_bytes(content)
    expect_refusal(
        f"{tmp_path}/secret_key.txt is damaged: delete it (everyone signs in again) or set SECRET_KEY.",
        serve(tmp_path, SECRET_KEY=None, DJANGO_SETTINGS_MODULE="config.settings.development"),
    )


def test_processes_that_start_at_the_same_time_agree_on_every_secret(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from config.signing_keys import read_or_generate_secret
print("ready", flush=True)
input()
print(*(read_or_generate_secret(f"SECRET_{{number}}", Path({str(tmp_path)!r})) for number in range(100)))
"""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=BACKEND,
            env={"PATH": os.environ["PATH"]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    pipes = [(process.stdin, process.stdout) for process in processes if process.stdin and process.stdout]
    assert {reading.readline() for _, reading in pipes} == {"ready\n"}
    for writing, _ in pipes:
        writing.write("start\n")
        writing.flush()
    printed = {process.communicate()[0] for process in processes}
    assert len(printed) == 1
    assert len(set(printed.pop().split())) == 100


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_data_folder_that_is_not_writable_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    expect_refusal(f"DATA_DIR {tmp_path} is not writable", serve(tmp_path))


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
    expect_refusal("TRUSTED_PROXIES is not set, so every request would be redirected", result)


def test_a_database_without_tables_is_refused(tmp_path: Path) -> None:
    result = serve(tmp_path, DATABASE_URL=os.environ["DATABASE_URL"])
    expect_refusal("run `python manage.py migrate` once, then start the workers.", result)


def test_an_unreachable_database_is_refused(tmp_path: Path) -> None:
    result = serve(tmp_path, DATABASE_URL="postgresql://chat:secret@127.0.0.1:1/chat")
    expect_refusal("The database of DATABASE_URL cannot be used (connection failed", result)
    assert "secret" not in result.stderr


def test_debug_on_a_public_address_is_refused(tmp_path: Path) -> None:
    development = {"DJANGO_SETTINGS_MODULE": "config.settings.development", "DEBUG": "true"}
    result = serve(tmp_path, **development, HOST="0.0.0.0")  # noqa: S104 - that it is refused is the point
    expect_refusal("DEBUG is on, which shows the internals of this server to every visitor at 0.0.0.0", result)


def test_secrets_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "real").write_text(f"{SECRET}\n")
    (tmp_path / "example").write_text("your-jwt-secret-key\n")

    def serve_with(jwt_file: str) -> subprocess.CompletedProcess[str]:
        return serve(
            tmp_path,
            SECRET_KEY=None,
            JWT_SECRET_KEY=None,
            SECRET_KEY_FILE=str(tmp_path / "real"),
            JWT_SECRET_KEY_FILE=str(tmp_path / jwt_file),
        )

    expect_refusal("JWT_SECRET_KEY is not set, or still has the value of the example", serve_with("example"))
    expect_refusal(f"JWT_SECRET_KEY_FILE names {tmp_path}/missing, which", serve_with("missing"))


def test_the_password_of_a_database_is_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text("p@ss/word\n")
    monkeypatch.setenv("DATABASE_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://chat@db:5432/chat")
    assert stores.configure_database(tmp_path, threads=1)["PASSWORD"] == "p@ss/word"
    monkeypatch.setenv("DATABASE_URL", "postgresql://chat:own@db:5432/chat")
    assert stores.configure_database(tmp_path, threads=1)["PASSWORD"] == "own"


def test_options_in_database_url_take_precedence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://chat@db:5432/chat?sslmode=verify-full&connect_timeout=2")
    options = stores.configure_database(tmp_path, threads=1)["OPTIONS"]
    assert isinstance(options, dict)
    assert options["sslmode"] == "verify-full"
    assert options["connect_timeout"] == 2
    assert options["keepalives"] == 1
    assert options["pool"]["max_size"] == 2


@pytest.mark.parametrize(("preload", "is_sent"), [(None, False), ("true", True)])
def test_preload_of_hsts_is_sent_only_if_the_setting_asks_for_it(
    preload: str | None, tmp_path: Path, *, is_sent: bool
) -> None:
    code = "from django.conf import settings; print(settings.SECURE_HSTS_PRELOAD)"
    output = run_python(tmp_path, "-c", code, **SAFE | {"SECURE_HSTS_PRELOAD": preload})
    assert output.stdout.strip() == str(is_sent)
