"""`manage.py serve`: serves the product in one process or, with `WEB_CONCURRENCY`, in several."""

import argparse
import errno
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from server.serve import serve
from server.setup_notice import setup_notice
from server.start_checks import check_start
from server.supervisor import Supervisor

BACKLOG = 2048

_ADDRESS_ADVICE = {
    errno.EADDRINUSE: "end the program that serves there, or set PORT to another port",
    errno.EACCES: "set PORT to 1024 or more",
}


class Command(BaseCommand):
    """Serve the API, the sockets and the built front end on one address."""

    help = "Serves the product until SIGINT or SIGTERM."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Define the options; HOST and PORT of the environment are the default address."""
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument(
            "--reached-at", default=None, help="the host at which users reach the server, if not --host"
        )
        parser.add_argument("--migrate", action="store_true", help="apply the migrations that the database lacks first")
        parser.add_argument("--fd", type=int, default=None, help="serve on this open listening socket, as one worker")
        parser.add_argument("--supervisor-fd", type=int, default=None, help="the open socket to the supervisor")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve, or say in one sentence why that is impossible."""
        reached_at = options["reached_at"] or options["host"]
        check_start(host=reached_at, will_migrate=options["migrate"])
        address = options["host"], options["port"]
        if options["fd"] is None:
            _check_address(*address)
        if options["migrate"]:
            call_command("migrate", interactive=False, verbosity=0)
        if options["fd"] is None:
            self.stdout.write(setup_notice(host=address[0]), ending="")
            if self.stdout.isatty():
                self.stdout.write(f"\n  {settings.PUBLIC_URL}  (Ctrl+C ends it)\n")
            self.stdout.flush()
            if settings.WEB_CONCURRENCY > 1:
                sys.exit(_supervise(*address, reached_at=reached_at))
        serve(host=address[0], port=address[1], fd=options["fd"], supervisor_fd=options["supervisor_fd"])


def _supervise(host: str, port: int, *, reached_at: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=BACKLOG) as listener:
        arguments = [sys.argv[0], "serve", "--host", host, "--port", str(port), "--reached-at", reached_at]
        return Supervisor(listener=listener, count=settings.WEB_CONCURRENCY, arguments=arguments).run()


def _check_address(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            advice = _ADDRESS_ADVICE.get(error.errno or 0, "set HOST to an address of this machine")
            raise CommandError(f"{host}:{port} cannot be served ({error.strerror}): {advice}.") from error
