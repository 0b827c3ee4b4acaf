"""The examples of the README work, against the real server with the fake model."""

import asyncio
import re
from pathlib import Path
from textwrap import indent

import pytest

from testkit.accounts import PASSWORD
from testkit.live import SignedInUser

pytestmark = pytest.mark.store_independent

README = Path(__file__).resolve().parent.parent / "README.md"
EXAMPLES = re.findall(r"^## ([^\n]+)\n.*?^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
SHOWN = {
    "Ask": "Echo: Why is the sky blue?",
    "The whole answer, regenerating and continuing": "INVALID_MESSAGE",
    "Files": "What is on my list?",
    "Continue after the program itself was restarted": "sky blue?",
    "Without `async`": "Echo: Why is the sky blue?",
}

IN_MAIN = """
import asyncio
async def main():
{}
asyncio.run(main())
"""
WITH_CLIENT = """
from ai_chat_client import Client
async with Client(URL, username=USERNAME, password=PASSWORD) as client:
{}
"""


def complete(code: str) -> str:
    """Return an example with its surroundings: some run inside an `async def`, some inside an `async with` too."""
    if "await " not in code:
        return code
    if not re.search("^async with Client", code, re.MULTILINE) or "client." in code.partition("async with Client")[0]:
        code = WITH_CLIENT.format(indent(code, "    "))
    return IN_MAIN.format(indent(code, "    "))


def test_every_example_is_run() -> None:
    assert dict(EXAMPLES).keys() == SHOWN.keys()
    assert all(len(code.strip().splitlines()) <= 10 for _, code in EXAMPLES)


@pytest.mark.parametrize(("title", "code"), EXAMPLES)
async def test_each_example_prints_its_result(
    title: str, code: str, user: SignedInUser, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"URL": user.server.url, "USERNAME": user.name, "PASSWORD": PASSWORD}
    # On a thread, because an example starts an event loop.
    await asyncio.to_thread(exec, compile(complete(code), title, "exec"), names)
    assert SHOWN[title] in capsys.readouterr().out
