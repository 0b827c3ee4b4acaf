"""The file of `AI_SERVICES_FILE`: all its problems are reported at startup, each with its line."""

import re
from pathlib import Path

import pytest

from config.env import SettingError
from config.services_file import read_services_file
from tests.config.processes import serve

pytestmark = pytest.mark.storeless

GOOD = """
# The models of the first service have their names as ids.
[[services]]
name = "OpenAI"
base_url = "https://api.openai.com/v1/"
api_key = "sk-1"
models = ["gpt-5.5", "gpt-4o", "gpt-5.5"]

[services.limits."gpt-4o"]
context_window = 64000

[[services]]
name = "本機"
base_url = "http://127.0.0.1:11434/v1"
api_key_file = "key"
"""


def write_services_file(folder: Path, text: str) -> str:
    path = folder / "services.toml"
    path.write_text(text)
    return str(path)


def problems(folder: Path, text: str) -> list[str]:
    """Return the problems of a file, without its path."""
    path = write_services_file(folder, text)
    with pytest.raises(SettingError) as raised:
        read_services_file(path)
    return [line.replace(f"{path}, ", "") for line in str(raised.value).splitlines()[1:]] or [str(raised.value)]


def test_a_valid_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-2\n")
    assert read_services_file(write_services_file(tmp_path, GOOD)) == [
        {
            "name": "OpenAI",
            "base_url": "https://api.openai.com/v1",
            "api_key": "sk-1",
            "models": ("gpt-5.5", "gpt-4o"),
            "limits": (("gpt-4o", 64_000, None),),
        },
        {"name": "本機", "base_url": "http://127.0.0.1:11434/v1", "api_key": "sk-2", "models": (), "limits": ()},
    ]


def test_without_a_file_there_are_no_services() -> None:
    assert read_services_file("") == []


def test_all_problems_are_reported_with_their_lines(tmp_path: Path) -> None:
    text = GOOD.replace('"https://api', '"ftp://api').replace('name = "本機"', 'name = "openai"').replace("64000", "10")
    text = text.replace("api_key =", "api-key =")
    lines = problems(tmp_path, text)
    assert [re.match(r"line (\d+): ", line)[1] for line in lines] == ["5", "6", "10", "13", "15"]  # type: ignore[index]
    assert "base_url cannot be used: write an address such as https://host/v1" in lines[0]
    assert "'api-key' is not known: use api_key, api_key_file, base_url" in lines[1]
    assert "context_window of 'gpt-4o': write a number of tokens" in lines[2]
    assert "name 'openai' is also on line 4: change one." in lines[3]
    assert "api_key_file names key, which cannot be read." in lines[4]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", "line 1: no service is described: begin each with [[services]]."),
        ("services = 3", "line 1: no service is described"),
        ("[[service]]\nname = 'x'", "line 1: 'service' is not known: write services as [[services]]."),
        ("[[services]]\n", "line 1: base_url is missing: write an address such as https://host/v1"),
        ("[[services]]\nname = 7\nbase_url = 'http://x'", "line 2: name cannot be used: write a name"),
        ("[[services]]\nname = 'x'\nbase_url = 'http://x'\nmodels = 'a'", "line 4: models cannot be used"),
        (
            "[[services]]\nname = 'x'\nbase_url = 'http://x'\napi_key = 'ä'",
            "line 4: the key contains an invalid character",
        ),
        ("[[services]]\nname = 'x'\nbase_url = 'http://x'\nlimits = 7", "line 4: limits cannot be used"),
        ("[[services]\n", "which is not TOML: "),
        ("a = 1\n[[services]]\nname == 1", "(at line 3, column 7)"),
    ],
)
def test_a_problem_says_what_to_do(tmp_path: Path, text: str, lines: str) -> None:
    assert any(lines in line for line in problems(tmp_path, text))


def test_a_problem_never_quotes_a_key(tmp_path: Path) -> None:
    assert "schlüssel" not in str(problems(tmp_path, "[[services]]\nname = 'x'\napi_key = 'schlüssel'"))


def test_the_server_refuses_to_start_with_an_unusable_file(tmp_path: Path) -> None:
    path = write_services_file(tmp_path, "[[services]]\nname = 'x'")
    result = serve(tmp_path, AI_SERVICES_FILE=path)
    assert result.returncode == 1
    assert result.stdout == ""
    assert f"{path}, line 1: base_url is missing" in result.stderr
    missing = serve(tmp_path, AI_SERVICES_FILE=str(tmp_path / "none.toml"))
    assert "which cannot be read (No such file or directory)." in missing.stderr
