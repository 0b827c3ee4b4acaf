"""REST endpoints under `/api/attachments`: translation only."""

import weakref
from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from ninja import Query, Router, Status

from apps.chat.attachments import selectors, services
from apps.chat.attachments.attachment_view import AttachmentView, sign_attachments, view_attachment
from apps.chat.attachments.objects import Part, open_object, stream_object
from apps.chat.edges.rest.attachment_schemas import AttachmentPatch, AttachmentQuery, AttachmentsOut
from apps.chat.edges.rest.downloads import end_with_session
from apps.chat.edges.rest.signed_urls import SignedFor, SignedURL
from apps.chat.edges.rest.uploads import read_upload
from apps.chat.models import Attachment
from apps.core.database import release_connection
from apps.core.errors import NotFoundError
from apps.core.http.running_requests import request_slot_released
from apps.core.limits.throttles import throttle_key
from apps.users.auth import BearerAuth, SignedInRequest

attachments_router = Router(tags=["attachments"], auth=BearerAuth())

UPLOAD_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "id": {"type": "string", "format": "uuid"},
        "description": {"type": "string", "maxLength": 1000},
    },
}
UPLOAD_REQUEST = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": UPLOAD_FORM}}}}
HEAD_METHODS = ["HEAD"]
FILE_RESPONSE = {"responses": {200: {"description": "The file", "content": {"*/*": {}}}}}
NAME_ENDINGS = {"image/png": (".png",), "image/jpeg": (".jpg", ".jpeg"), "image/webp": (".webp",)}
# No content of a file can run, load or submit anything when a browser shows it.
SANDBOX_POLICY = "default-src 'none'; sandbox"


class SignedRequest(HttpRequest):
    """A request to a signed URL."""

    auth: SignedFor


@attachments_router.post("/", response={200: AttachmentView, 201: AttachmentView}, openapi_extra=UPLOAD_REQUEST)
def upload_attachment(request: SignedInRequest) -> Status[AttachmentView]:
    """Store a file; a repeat with the same `id` returns the existing one."""
    throttle_key(f"upload:{request.auth.user_id.hex}", settings.THROTTLE_UPLOAD)
    content, fields = read_upload(request)
    with content.file:
        attachment, is_new = services.store_attachment(
            owner_id=request.auth.user_id, content=content, public_id=fields.id, description=fields.description
        )
    return Status(201 if is_new else 200, _show(attachment, request))


@attachments_router.get("/", response=AttachmentsOut)
def list_attachments(request: SignedInRequest, query: Query[AttachmentQuery]) -> dict[str, object]:
    """List the user's attachments, and the space they use."""
    owner_id = request.auth.user_id
    page = selectors.list_attachments(owner_id, page=query.page, page_size=query.page_size, order=query.order)
    views = [view_attachment(attachment) for attachment in page.rows]
    return {
        "attachments": sign_attachments(views, request.auth.session_id),
        "used": selectors.count_used_bytes(owner_id),
        "texts": max(0, selectors.read_text_bytes(owner_id)),
        "limit": settings.STORAGE_PER_USER,
        "total": page.total,
        "page": page.page,
        "page_size": page.page_size,
        "has_more": page.has_more,
    }


@attachments_router.get("/{attachment_id}", response=AttachmentView)
def show_attachment(request: SignedInRequest, attachment_id: UUID) -> AttachmentView:
    """Show one attachment, with newly signed URLs."""
    return _show(selectors.find_attachment(request.auth.user_id, attachment_id), request)


@attachments_router.patch("/{attachment_id}", response=AttachmentView)
def describe_attachment(request: SignedInRequest, attachment_id: UUID, payload: AttachmentPatch) -> AttachmentView:
    """Set the description of an attachment."""
    described = services.describe_attachment(
        owner_id=request.auth.user_id, public_id=attachment_id, description=payload.description
    )
    return _show(described, request)


@attachments_router.delete("/{attachment_id}", response={204: None})
def delete_attachment(request: SignedInRequest, attachment_id: UUID) -> Status[None]:
    """Delete an attachment that no message uses."""
    services.delete_attachment(owner_id=request.auth.user_id, public_id=attachment_id)
    return Status(204, None)


@attachments_router.get("/{attachment_id}/image", auth=SignedURL(Part.IMAGE), openapi_extra=FILE_RESPONSE)
@attachments_router.api_operation(
    HEAD_METHODS, "/{attachment_id}/image", auth=SignedURL(Part.IMAGE), include_in_schema=False
)
def read_image(request: SignedRequest, attachment_id: UUID) -> HttpResponseBase:
    """Read an image; the URL is signed (`url`)."""
    return _serve(request, Part.IMAGE)


@attachments_router.get("/{attachment_id}/thumbnail", auth=SignedURL(Part.THUMBNAIL), openapi_extra=FILE_RESPONSE)
@attachments_router.api_operation(
    HEAD_METHODS, "/{attachment_id}/thumbnail", auth=SignedURL(Part.THUMBNAIL), include_in_schema=False
)
def read_thumbnail(request: SignedRequest, attachment_id: UUID) -> HttpResponseBase:
    """Read the thumbnail of an image; the URL is signed (`thumbnail_url`)."""
    return _serve(request, Part.THUMBNAIL)


@attachments_router.get("/{attachment_id}/original", auth=SignedURL(Part.ORIGINAL), openapi_extra=FILE_RESPONSE)
@attachments_router.api_operation(
    HEAD_METHODS, "/{attachment_id}/original", auth=SignedURL(Part.ORIGINAL), include_in_schema=False
)
def read_original(request: SignedRequest, attachment_id: UUID) -> HttpResponseBase:
    """Download a document as it was uploaded; the URL is signed (`url`)."""
    return _serve(request, Part.ORIGINAL)


@attachments_router.get("/{attachment_id}/text", auth=SignedURL(Part.TEXT), openapi_extra=FILE_RESPONSE)
@attachments_router.api_operation(
    HEAD_METHODS, "/{attachment_id}/text", auth=SignedURL(Part.TEXT), include_in_schema=False
)
def read_text(request: SignedRequest, attachment_id: UUID) -> HttpResponseBase:
    """Read the part of a document's text that the model gets; the URL is signed (`text_url`)."""
    return _serve(request, Part.TEXT)


def _show(attachment: Attachment, request: SignedInRequest) -> AttachmentView:
    return sign_attachments([view_attachment(attachment)], request.auth.session_id)[0]


def _fit_ending(name: str, mime: str) -> str:
    """Return the name under which a browser saves an image, which may have been encoded again as another type."""
    if name.lower().endswith(NAME_ENDINGS[mime]):
        return name
    return (name.rpartition(".")[0] or name) + NAME_ENDINGS[mime][0]


def _serve(request: SignedRequest, part: Part) -> HttpResponseBase:
    signed_for = request.auth
    attachment = selectors.find_attachment(signed_for.user_id, signed_for.attachment_id)
    release_connection()
    try:
        with request_slot_released():
            opened = open_object(attachment.id, part)
    except FileNotFoundError:
        raise NotFoundError from None
    is_image = part in {Part.IMAGE, Part.THUMBNAIL}
    types: Mapping[Part, str] = {Part.THUMBNAIL: "image/webp", Part.TEXT: "text/plain; charset=utf-8"}
    content_type = types.get(part, attachment.mime)
    filename = _fit_ending(attachment.name, content_type) if is_image else attachment.name
    disposition = content_disposition_header(as_attachment=not is_image, filename=filename)
    headers = {
        "Content-Type": content_type,
        "Content-Length": str(opened.size),
        # A URL expires within minutes, so a client could rarely resume a download.
        "Accept-Ranges": "none",
        "Cache-Control": f"private, max-age={signed_for.seconds_left}",
        "Content-Security-Policy": SANDBOX_POLICY,
        "Content-Disposition": disposition or "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    if request.method == "HEAD":
        opened.close()
        return HttpResponse(headers=headers)
    pieces = end_with_session(stream_object(opened), signed_for.session_id, request)
    response = StreamingHttpResponse(pieces, headers=headers)
    # A generator that has not begun closes nothing: the client may leave before the first piece.
    weakref.finalize(response, opened.close)
    return response
