"""An idle socket on a worker that is never killed: it must survive every fault of the stores."""

import asyncio

from websockets.exceptions import WebSocketException

from faults.tally import Tally
from faults.users import DrillUser
from faults.workers import WorkerProcess
from testkit.socket_client import ChatSocket


class IdleSocket:
    """An idle socket, opened before the first fault and checked after the last."""

    def __init__(self, worker: WorkerProcess, tally: Tally) -> None:
        self._worker = worker
        self._tally = tally
        self._socket: ChatSocket | None = None
        self._since = 0.0

    async def open(self, user: DrillUser) -> None:
        """Open the socket and sign in; it sends nothing afterwards."""
        url = f"{self._worker.socket_url}/ws/chat/{await user.new_conversation()}/"
        self._socket = await ChatSocket.open(url, ping_interval=None)
        await self._socket.sign_in(user.access)
        self._since = asyncio.get_running_loop().time()

    async def check(self) -> None:
        """Note how long the socket has been open; complain if it is closed."""
        assert self._socket is not None  # noqa: S101  (for mypy: it was opened)
        idle_seconds = asyncio.get_running_loop().time() - self._since
        try:
            await self._socket.send("ping")
            await self._socket.expect("pong")
        except (WebSocketException, TimeoutError) as error:
            self._tally.complaints.append(f"a socket that was idle for {idle_seconds:.0f} s is gone: {error!r}")
        else:
            self._tally.idle_seconds = idle_seconds
        await self._socket.drop()
