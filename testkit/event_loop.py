"""The event loop of async tests, which leaves no connection open."""

import asyncio
from collections.abc import Callable, Mapping

from conformance.transports import abort


class TestLoop(asyncio.SelectorEventLoop):
    """An event loop that aborts its open connections when it closes.

    A client that closes a connection with data still to write waits until the server has read it. Many tests end
    before that; their sockets would be reported as leaked in a later test, whenever the garbage is collected.
    """

    __test__ = False

    def close(self) -> None:
        """Abort each transport, let it close its socket, and close the loop; a second call has no effect."""
        if not self.is_closed():
            for transport in list(self._transports.values()):  # type: ignore[attr-defined]
                abort(transport)
            # Transports close their socket in the next turn of the loop.
            self.call_soon(self.stop)
            self.run_forever()
        super().close()


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"testkit": TestLoop}
