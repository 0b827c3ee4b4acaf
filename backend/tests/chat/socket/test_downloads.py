"""Downloads that are on their way when their session ends (docs/api.md: A-3.11)."""

import aiohttp
import pytest
from pytest_django import Settings

from testkit.accounts import PASSWORD
from testkit.live import SignedInUser

PROMPT = "x" * 20_000


@pytest.mark.usefixtures("server_with_small_buffer")
@pytest.mark.parametrize("end", ["sign-out", "deletion"])
async def test_an_export_ends_with_its_session(
    user: SignedInUser, end: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SWEEP_SECONDS = 0.02
    for number in range(60):
        await user.new_conversation(title=f"Number {number}", system_prompt=PROMPT)
    async with (
        aiohttp.ClientSession(read_bufsize=4096) as session,
        session.get(f"{user.server.url}/api/export", headers=user.headers) as response,
    ):
        read = bytearray()
        while b"Number 0" not in read:
            read += await response.content.readany()
        if end == "sign-out":
            await user.call("POST", "/auth/logout", expect=200)
            await user.sign_in()
            await user.new_conversation(title="Made after it")
        else:
            await user.call("DELETE", "/auth/me", {"password": PASSWORD}, expect=204)
        with pytest.raises(aiohttp.ClientError):
            await read_into(read, response)
    assert b"Number 59" not in read
    assert b"Made after it" not in read
    assert "download_cut_off" in caplog.text
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def read_into(read: bytearray, response: aiohttp.ClientResponse) -> None:
    while piece := await response.content.readany():
        read += piece
