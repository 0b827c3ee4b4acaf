"""Stores that speak a part of S3's HTTP, in a thread."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class StoreHandler(BaseHTTPRequestHandler):
    """Base of the handlers of requests to a store."""

    protocol_version = "HTTP/1.1"

    def read_body(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode(errors="replace")

    def respond(self, status: int, body: str = "", *, last_modified: str = "") -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if last_modified:
            self.send_header("Last-Modified", last_modified)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@contextmanager
def serve_in_thread(handler: type[StoreHandler]) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


@contextmanager
def run_failing_store(status: int, code: str) -> Iterator[int]:
    """Run a store that refuses every request, as S3 does; yield its port."""

    class FailingStore(StoreHandler):
        def do_GET(self) -> None:
            self.read_body()
            self.respond(status, f"<Error><Code>{code}</Code><Message>No.</Message></Error>")

        do_PUT = do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815 - names of the base class

    with serve_in_thread(FailingStore) as port:
        yield port


@contextmanager
def run_plain_store() -> Iterator[tuple[int, set[str]]]:
    """Run a store that cannot delete many objects by one request; yield its port and the names of its objects."""
    keys: set[str] = set()

    class PlainStore(StoreHandler):
        def do_PUT(self) -> None:
            self.read_body()
            keys.add(self.path)
            self.respond(200)

        def do_DELETE(self) -> None:
            keys.discard(self.path)
            self.respond(204)

        def do_POST(self) -> None:
            self.read_body()
            self.respond(501)

    with serve_in_thread(PlainStore) as port:
        yield port, keys


@contextmanager
def run_read_only_store(names: list[str], *, has_lost_all: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Run a store with these objects, from which nothing can be deleted; yield its port and the requests it got.

    With `has_lost_all`, it only lists them.
    """
    requests: list[str] = []

    class ReadOnlyStore(StoreHandler):
        def do_GET(self) -> None:
            folder = parse_qs(urlsplit(self.path).query)["prefix"][0].removeprefix("chat/")
            folders = {name.partition("/")[0] for name in names}
            files = [name for name in names if folder and name.startswith(folder)]
            listed = "".join(f"<Contents><Key>chat/{name}</Key></Contents>" for name in files)
            if not folder:
                listed = "".join(f"<CommonPrefixes><Prefix>chat/{name}/</Prefix></CommonPrefixes>" for name in folders)
            self._answer(f"<ListBucketResult>{listed}</ListBucketResult>")

        def do_HEAD(self) -> None:
            self._answer("", 404 if has_lost_all else 200)

        def do_POST(self) -> None:
            keys = re.findall("<Key>(.*?)</Key>", self.read_body())
            errors = "".join(f"<Error><Key>{key}</Key><Code>AccessDenied</Code></Error>" for key in keys)
            self._answer(f"<DeleteResult>{errors}</DeleteResult>")

        def _answer(self, body: str, status: int = 200) -> None:
            requests.append(self.command)
            self.respond(status, body, last_modified="Thu, 01 Jan 2026 00:00:00 GMT")

    with serve_in_thread(ReadOnlyStore) as port:
        yield port, requests
