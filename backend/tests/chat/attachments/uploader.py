"""A user who uploads files over HTTP, and reads them back by their signed URLs."""

from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.chat.attachments.links import link_attachments
from apps.chat.models import Attachment, Message
from testkit.accounts import PASSWORD
from tests.chat.rest.accounts import Account, collect
from tests.chat.rest.stored_messages import add_messages
from tests.users.devices import Response


@dataclass
class Uploader(Account):
    """A signed-in user with files."""

    def upload(self, content: bytes, name: str = "file.png", **fields: str) -> Response:
        """Upload a file whose declared type is always the same, and wrong."""
        data = {"file": SimpleUploadedFile(name, content, "application/x-wrong"), **fields}
        headers = {"Authorization": f"Bearer {self.access}"}
        return Response.of(self.client.post("/api/attachments/", data, headers=headers))

    def attach(self, content: bytes, name: str = "file.png", **fields: str) -> Any:
        """Upload a file that is accepted, and return the attachment."""
        response = self.upload(content, name, **fields)
        assert response.status == 201, response
        return response.body

    def read_text(self, content: bytes, name: str) -> str:
        """Upload a file, and return the text that was read from it."""
        return self.fetch(self.attach(content, name)["text_url"])[1].decode()

    def refused_upload(self, content: bytes, name: str = "file.png", **fields: str) -> tuple[int, str]:
        """Upload a file that is refused, and return the status and the code."""
        response = self.upload(content, name, **fields)
        return response.status, response.body["code"]

    def attach_named(self, header: str) -> Any:
        """Upload a text with this parameter of its `Content-Disposition`, which Django's client would alter."""
        head = f'Content-Disposition: form-data; name="file"; {header}\r\n\r\n'
        body = f"--form\r\n{head}text\r\n--form--\r\n".encode()
        response = self.client.post(
            "/api/attachments/",
            body,
            content_type="multipart/form-data; boundary=form",
            headers={"Authorization": f"Bearer {self.access}"},
        )
        assert response.status_code == 201, response.content
        return response.json()

    def put_in_conversation(self, *attachment_ids: str) -> str:
        """Store a question with these attachments and its answer, in a new conversation, and return that one's id."""
        conversation_id = self.new_conversation()
        attachments = [Attachment.objects.get(public_id=key, owner__username=self.name) for key in attachment_ids]
        question = add_messages(conversation_id, ["A question", "An answer"])[0]
        Message.objects.filter(id=question).update(attachment_count=len(attachments))
        link_attachments(Message.objects.get(id=question), attachments)
        return conversation_id

    def delete_account(self) -> None:
        self.ask("DELETE", "/auth/me", {"password": PASSWORD}, status=204)

    def fetch_own(self, path: str) -> bytes:
        """Read `/api{path}` with the user's token."""
        response = self.client.get(f"/api{path}", headers={"Authorization": f"Bearer {self.access}"})
        return collect(response)

    def fetch(self, url: str) -> tuple[int, bytes, dict[str, str]]:
        """Read a URL as an `<img>` does, without a header; return status, body and headers."""
        response = self.client.get(url)
        content = collect(response) if response.streaming else response.content
        return response.status_code, content, dict(response.headers)
