"""The client side of the conformance suite itself: its scripted server and its command line."""

import asyncio
import gc
import shlex
import socket
import sys
from contextlib import suppress

import aiohttp
import pytest

from conformance.client.__main__ import main
from conformance.client.adapter import AdapterError
from conformance.client.frames import CONVERSATION
from conformance.client.runner import check_client
from conformance.client.scenario import Scenario, Step, load_scenarios
from conformance.client.server import ScriptedServer

pytestmark = [pytest.mark.storeless, pytest.mark.timeout(120)]


async def test_a_posted_command_belongs_to_the_newest_stream() -> None:
    """The server may notice later that the client has left the previous one."""
    signed_in: list[Step] = [{"expect": {"type": "auth"}}, {"send": {"type": "auth.success"}}]
    asked: list[Step] = [{"expect": {"type": "chat.message"}}, {"answer": {"json": {"stream": 2}}}]
    scripted = ScriptedServer(Scenario("own", "", [], [], [signed_in, [*signed_in, *asked]], [], fallback=True))
    async with scripted.serve(), aiohttp.ClientSession(scripted.url) as http:
        url = f"/api/conversations/{CONVERSATION}"
        async with http.get(f"{url}/events") as left, http.get(f"{url}/events") as newest:
            assert [(await stream.content.readline())[:6] for stream in (left, newest)] == [b"data: ", b"data: "]
            async with http.post(f"{url}/commands", json={"type": "chat.message"}) as response:
                assert await response.json() == {"stream": 2}
    assert scripted.violations == []


@pytest.mark.parametrize("turns", range(6))
async def test_a_connection_that_arrives_as_the_server_stops_is_closed(turns: int) -> None:
    """A connection that is lost instead would be reported as an unclosed transport."""
    scripted = ScriptedServer(Scenario("own", "", [], [], [], []))
    with socket.socket() as late:
        late.setblocking(False)
        async with scripted.serve():
            late.connect_ex(("127.0.0.1", int(scripted.url.rpartition(":")[2])))
            for _ in range(turns):
                await asyncio.sleep(0)
        with suppress(ConnectionResetError):
            assert await asyncio.get_running_loop().sock_recv(late, 1) == b""
    gc.collect()


async def test_an_adapter_that_does_not_start_fails_the_suite() -> None:
    with pytest.raises(AdapterError):
        await check_client(shlex.join([sys.executable, "missing.py"]), load_scenarios().values(), lambda _: None)


def test_the_command_line_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(load_scenarios())
    assert main(["--only", "nothing"]) == 2
    assert "nothing" in capsys.readouterr().err
