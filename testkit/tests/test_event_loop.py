"""The event loop of async tests leaves no connection open."""

import asyncio
import gc
import socket
import warnings

from testkit.event_loop import TestLoop


async def close_with_unread_data(port: int) -> None:
    """Close a connection that has more to write than the other side reads."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b" " * 32 * 1024 * 1024)
    writer.close()


def test_a_closed_connection_with_unread_data_is_not_leaked() -> None:
    gc.collect()  # Garbage of earlier tests does not count.
    with socket.create_server(("127.0.0.1", 0)) as listener, warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        with asyncio.Runner(loop_factory=TestLoop) as runner:
            runner.run(close_with_unread_data(listener.getsockname()[1]))
        gc.collect()
    assert [str(warning.message) for warning in seen] == []


async def test_async_tests_run_on_this_loop() -> None:
    assert isinstance(asyncio.get_running_loop(), TestLoop)
