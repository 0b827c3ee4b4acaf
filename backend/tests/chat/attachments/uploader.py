"""A user who uploads files over HTTP, and reads them back by their signed addresses."""

from dataclasses import dataclass
from typing import Any

from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.chat.rest.accounts import Account, Answer


@dataclass
class Uploader(Account):
    """A signed-in user with files."""

    def upload(self, content: bytes, name: str = "file.png", **fields: str) -> Answer:
        """Upload a file whose declared type is always the same, and wrong."""
        data = {"file": SimpleUploadedFile(name, content, "application/x-wrong"), **fields}
        headers = {"Authorization": f"Bearer {self.access}"}
        response = self.client.post("/api/attachments/", data, headers=headers)
        return Answer(response.status_code, response.json(), dict(response.headers))

    def attach(self, content: bytes, name: str = "file.png", **fields: str) -> Any:
        """Upload a file that is taken, and return the attachment."""
        answer = self.upload(content, name, **fields)
        assert answer.status == 201, answer
        return answer.body

    def refused_upload(self, content: bytes, name: str = "file.png", **fields: str) -> tuple[int, str]:
        """Upload a file that is refused, and return the status and the code."""
        answer = self.upload(content, name, **fields)
        return answer.status, answer.body["code"]

    def fetch(self, address: str) -> tuple[int, bytes, dict[str, str]]:
        """Read an address as an `<img>` does, without a header; return status, body and headers."""
        response = self.client.get(address)
        content = _collect(response) if response.streaming else response.content
        return response.status_code, content, dict(response.headers)


@async_to_sync
async def _collect(response: Any) -> bytes:
    return b"".join([piece async for piece in response])
