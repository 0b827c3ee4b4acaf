"""The tables of docs/ name what the code has: settings, frames, commands, error codes."""

import re
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from django.conf import settings

from apps.chat.protocol import commands, frames
from apps.chat.protocol.encoding import ENDING_SENTENCES
from apps.core.errors import AppError
from config.api import api

pytestmark = pytest.mark.storeless

READERS = (
    "boolean|choice|http_urls?|integer|limit|number|origins|rate|redis_url|seconds|texts?|"
    "read_base_path|read_host_names|read_networks|read_or_generate_secret|read_required_secret|read_services"
)
READS_SETTING = re.compile(rf'\b(?:{READERS})\(\s*"([A-Z][A-Z_]+)"')
READ_ELSEWHERE = {"DJANGO_SETTINGS_MODULE", "VITE_API_BASE_URL", "VITE_WS_BASE_URL"}
SHARED_FIELDS = {"client_id", "content", "done", "message_id", "run", "seq", "from"}


def read_page(name: str) -> str:
    return (Path(settings.PROJECT_DIR) / "docs" / name).read_text()


def read_section(page: str, number: int) -> str:
    """Return a numbered section without its heading."""
    return re.split(r"^## ", page, flags=re.MULTILINE)[number].partition("\n")[2]


def test_the_settings_read_and_the_settings_documented_are_the_same() -> None:
    folder = Path(settings.BACKEND_DIR)
    read = {name for path in (folder / "config").rglob("*.py") for name in READS_SETTING.findall(path.read_text())}
    # Compose reads some variables itself.
    for name in ("docker-compose.prod.yml", "docker-compose.tls.yml"):
        read |= set(re.findall(r"\$\{([A-Z_]+)", (folder / "docker" / name).read_text()))
    rows = re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", read_page("configuration.md"), re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"[A-Z_]+", row)}
    assert documented - READ_ELSEWHERE == read


@pytest.mark.parametrize("name", ["deployment.md", "deployment.zh-TW.md"])
def test_the_events_that_the_manual_explains_are_logged(name: str) -> None:
    rows = re.findall(r"^\| (`[a-z_]+`[^|]*) \|", read_page(name).partition("| event |")[2], re.MULTILINE)
    explained = {event for row in rows for event in re.findall(r"`([a-z_]+)`", row)}
    folder = Path(settings.BACKEND_DIR)
    code = "".join(path.read_text() for part in ("apps", "server") for path in (folder / part).rglob("*.py"))
    assert explained
    assert {event for event in explained if f'"{event}"' not in code} == set()


def shapes_in(module: ModuleType, base: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    found = [shape for shape in vars(module).values() if isinstance(shape, type) and issubclass(shape, base)]
    return [shape for shape in found if shape is not base]


def test_every_endpoint_is_documented() -> None:
    pages = read_page("api.md") + read_section(read_page("protocol.md"), 9)
    documented = {re.sub(r"\{\w+\}", "{}", path) for path in re.findall(r"/api/[\w/{}.-]*", pages)}
    served = {re.sub(r"\{\w+\}", "{}", path) for path in api.get_openapi_schema()["paths"]}
    assert served - documented == set()


@pytest.mark.parametrize("command", shapes_in(commands, commands.BaseCommand), ids=str)
def test_every_command_is_documented_with_its_fields(command: type[msgspec.Struct]) -> None:
    assert_documented(command, read_section(read_page("protocol.md"), 4))


@pytest.mark.parametrize("frame", shapes_in(frames, frames.Frame), ids=str)
def test_every_frame_is_documented_with_its_fields(frame: type[msgspec.Struct]) -> None:
    page = read_page("protocol.md")
    assert_documented(frame, read_section(page, 5) + read_section(page, 8))


def test_every_error_code_is_documented() -> None:
    api_page = read_page("api.md")
    pages = read_section(read_page("protocol.md"), 6) + read_section(api_page, 2)
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", pages))
    for_programs = read_section(api_page, 10).partition("| status | `code` |")[2]
    documented |= {code.upper() for code in re.findall(r"`([a-z_]+)`", for_programs)}
    codes = AppError.list_codes() | set(ENDING_SENTENCES)
    assert codes - documented == set()


def assert_documented(shape: type[msgspec.Struct], section: str) -> None:
    """Check that `shape` has a row or paragraph, and that each of its fields is in it."""
    tag = shape.__struct_config__.tag
    lines = [line for line in section.splitlines() if re.search(rf"`{tag}[` ]", line)]
    assert lines, f"{tag} is not documented"
    missing = [name for name in names_of(shape) if not any(re.search(rf"\b{name}\b", line) for line in lines)]
    assert missing == [], f"{tag} lacks {missing}"


def names_of(shape: type[msgspec.Struct]) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(shape)} - SHARED_FIELDS
