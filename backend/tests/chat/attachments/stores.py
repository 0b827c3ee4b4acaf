"""The two kinds of attachment stores (files, S3), with access for tests."""

import threading
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, override
from uuid import uuid4

import boto3
from botocore.config import Config

from apps.chat.attachments.file_store import PrivateFileStorage


class ObservedStore(ABC):
    """A store of attachments for one test."""

    @property
    @abstractmethod
    def setting(self) -> dict[str, Any]:
        """The entry of Django's `STORAGES`."""

    @abstractmethod
    def names(self) -> list[str]:
        """Return the names of all objects."""

    @abstractmethod
    def put(self, name: str, content: bytes) -> None:
        """Write an object without going through the product."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Delete an object without going through the product."""


class FileStore(ObservedStore):
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def setting(self) -> dict[str, Any]:
        backend = "apps.chat.attachments.file_store.PrivateFileStorage"
        return {"BACKEND": backend, "OPTIONS": {"location": str(self.folder)}}

    def names(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())

    def put(self, name: str, content: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def remove(self, name: str) -> None:
        (self.folder / name).unlink()


class JointStorage(PrivateFileStorage):
    """A store of files that waits until two files are to be written, and writes both at the same moment."""

    both = threading.Barrier(2, timeout=60)

    @override
    def _save(self, name: str, content: Any) -> str:
        self.both.wait()
        return super()._save(name, content)


class S3Store(ObservedStore):
    """A bucket that no other test uses, at an S3-compatible server."""

    def __init__(self, endpoint: str) -> None:
        self.bucket = f"bucket-{uuid4().hex}"
        self._access = {"endpoint_url": endpoint, "region_name": "us-east-1"}
        keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
        self._client: Any = boto3.client("s3", **self._access, **keys)
        self._client.create_bucket(Bucket=self.bucket)

    @property
    def setting(self) -> dict[str, Any]:
        return _s3_setting(bucket_name=self.bucket, **self._access)

    @staticmethod
    def setting_at(port: int, *, patience: float = 0.5) -> dict[str, Any]:
        """Return the entry of a store at a port, with seconds to wait for it."""
        limits = Config(connect_timeout=patience, read_timeout=patience, retries={"total_max_attempts": 1})
        endpoint = f"http://127.0.0.1:{port}"
        return _s3_setting(bucket_name="bucket", region_name="us-east-1", endpoint_url=endpoint, client_config=limits)

    def names(self) -> list[str]:
        listed = self._client.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return sorted(entry["Key"].removeprefix("chat/") for entry in listed)

    def put(self, name: str, content: bytes) -> None:
        self._client.put_object(Bucket=self.bucket, Key=f"chat/{name}", Body=content)

    def remove(self, name: str) -> None:
        self._client.delete_object(Bucket=self.bucket, Key=f"chat/{name}")


def _s3_setting(**options: object) -> dict[str, Any]:
    keys = {"access_key": "key", "secret_key": "secret"}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"location": "chat", "default_acl": None, **options, **keys},
    }
