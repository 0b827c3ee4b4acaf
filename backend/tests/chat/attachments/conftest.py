"""Fixtures: users who upload files, and a store for each test; a test that asks for `store` runs on both kinds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from tests.chat.attachments.stores import FileStore, ObservedStore, S3Store
from tests.chat.attachments.uploader import Uploader


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """An S3-compatible server in this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["file", "s3"])
def store(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> ObservedStore:
    """The store of this test, once in files and once in S3."""
    is_file = request.param == "file"
    store = FileStore(tmp_path / "attachments") if is_file else S3Store(request.getfixturevalue("s3_endpoint"))
    settings.STORAGES = settings.STORAGES | {"attachments": store.setting}
    return store


@pytest.fixture(autouse=True)
def file_store(settings: Settings, tmp_path: Path) -> FileStore:
    """Files in a folder of this test, unless it asks for `store`."""
    store = FileStore(tmp_path / "attachments")
    settings.STORAGES = settings.STORAGES | {"attachments": store.setting}
    for throttle in ("REGISTER", "LOGIN", "ANONYMOUS", "USER", "UPLOAD"):
        setattr(settings, f"THROTTLE_{throttle}", "off")
    return store


@pytest.fixture
def uploader(db: None, models: list[str]) -> Uploader:
    return Uploader.sign_up()


@pytest.fixture
def other_uploader(db: None, models: list[str]) -> Uploader:
    return Uploader.sign_up()
