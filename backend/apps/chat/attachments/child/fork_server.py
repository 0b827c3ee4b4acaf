"""The fork server: a process with the decoders imported, which forks a child for each file.

It never reads a file itself. The server sends the descriptors for each child over its standard input, a socket. The
fork server reports to the last of them how the child ended. It ends with the server, or after a while without requests.
"""

import contextlib
import gc
import os
import select
import signal
import socket
import time
from dataclasses import dataclass
from typing import NoReturn

from apps.chat.attachments.child import images
from apps.chat.attachments.child.confinement import confine_resources
from apps.chat.attachments.child.processed_file import describe_cause
from apps.chat.attachments.child.reading import process_input
from apps.chat.attachments.child.requests import REPORT, REQUEST, UNUSED_SECONDS

MAX_DESCRIPTORS = 4


@dataclass(slots=True)
class _Running:
    """A child, where to report its end, and when it has to end."""

    pid: int
    report: int
    deadline: float
    is_late: bool = False


def fork_children() -> None:
    """Fork children until the server ends or needs none."""
    images.prepare_common_formats()
    gc.freeze()  # Otherwise a collection in a child would copy the memory that it shares with the fork server.
    with socket.socket(fileno=0) as connection:
        running: dict[int, _Running] = {}
        while running or select.select([connection], [], [], UNUSED_SECONDS)[0]:
            waited_for: list[socket.socket | int] = [connection, *running]
            next_end = min((child.deadline for child in running.values() if not child.is_late), default=None)
            timeout = None if next_end is None else max(0.0, next_end - time.monotonic())
            ready = select.select(waited_for, [], [], timeout)[0]
            _report_ended(running, [descriptor for descriptor in ready if isinstance(descriptor, int)])
            _end_late(running)
            if connection in ready and not _serve_request(connection, running):
                break
        for child in running:
            signal.pidfd_send_signal(child, signal.SIGKILL)


def _serve_request(connection: socket.socket, running: dict[int, _Running]) -> bool:
    """Fork one child; return False if the server has ended."""
    request, descriptors, _, _ = socket.recv_fds(connection, REQUEST.size, MAX_DESCRIPTORS)
    if not request:
        return False
    *files, report = descriptors
    seconds, only_idle = REQUEST.unpack(request)
    pid = os.fork()
    if not pid:
        _become_child(files, only_idle=only_idle)
    for descriptor in files:
        os.close(descriptor)
    running[os.pidfd_open(pid)] = _Running(pid, report, time.monotonic() + seconds)
    return True


def _become_child(files: list[int], *, only_idle: bool) -> NoReturn:
    status = 1
    try:
        for target, descriptor in enumerate(files):
            os.dup2(descriptor, target)
        os.closerange(len(files), os.sysconf("SC_OPEN_MAX"))
        confine_resources(only_idle=only_idle)
        process_input()
        status = 0
    except BaseException as error:  # noqa: BLE001 - the child must never return to the loop of the fork server
        with contextlib.suppress(OSError):
            os.write(2, describe_cause(error).encode())
    finally:
        os._exit(status)


def _report_ended(running: dict[int, _Running], ended: list[int]) -> None:
    for descriptor in ended:
        child = running.pop(descriptor)
        status = os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])
        with contextlib.suppress(OSError):  # The server has stopped waiting.
            os.write(child.report, REPORT.pack(child.is_late, status))
        os.close(child.report)
        os.close(descriptor)


def _end_late(running: dict[int, _Running]) -> None:
    for descriptor, child in running.items():
        if not child.is_late and child.deadline <= time.monotonic():
            child.is_late = True
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
