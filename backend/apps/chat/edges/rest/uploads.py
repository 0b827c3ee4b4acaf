"""Reading of an upload from a multipart form."""

import os
from typing import IO, Any, cast, override

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict
from pydantic import ValidationError

from apps.chat.attachments.errors import AttachmentTooLargeError
from apps.chat.attachments.services import UploadedContent
from apps.chat.attachments.upload_handler import FILE_FIELD, AttachmentUploadHandler
from apps.chat.edges.rest.attachment_schemas import UploadFields
from apps.chat.models import ATTACHMENT_NAME_LENGTH
from apps.core.errors import InvalidInputError
from apps.core.http.body_limit import CUT_OFF
from apps.core.http.staged_uploads import UPLOAD
from apps.core.text import remove_controls

DEFAULT_FILE_NAME = "file"
ESCAPED_QUOTE = "%22"
"""A quotation mark in a name, as browsers write it into a form."""


def read_upload(request: HttpRequest) -> tuple[UploadedContent, UploadFields]:
    """Return the file of an upload and the other fields of its form.

    Raises:
        AttachmentTooLargeError: it has more than `ATTACHMENT_MAX_BYTES`.
        InvalidInputError: the form is broken, has no file, or an invalid field.
    """
    handler = AttachmentUploadHandler()
    try:
        return _read(request, handler)
    except BaseException:
        handler.discard()
        raise


def _read(request: HttpRequest, handler: AttachmentUploadHandler) -> tuple[UploadedContent, UploadFields]:
    scope: dict[str, Any] = getattr(request, "scope", {})
    if scope.get(CUT_OFF):
        raise AttachmentTooLargeError
    form, files = _parse(request, scope.get(UPLOAD), handler)
    if handler.is_too_large:
        raise AttachmentTooLargeError
    file = files.get(FILE_FIELD)
    if not isinstance(file, UploadedFile) or file.file is None:
        raise InvalidInputError("The form has no file in the field 'file'.")
    fields = _read_fields({name: form[name] for name in UploadFields.model_fields if name in form})
    return UploadedContent(file=file.file, name=file.name or DEFAULT_FILE_NAME, size=file.size or 0), fields


def _parse(
    request: HttpRequest, staged: IO[bytes] | None, handler: AttachmentUploadHandler
) -> "tuple[QueryDict, MultiValueDict[str, UploadedFile[Any]]]":
    """Return the fields and the files of a form, from the file in which the server has staged it, if it has."""
    meta = dict(request.META)
    if staged is not None:
        meta["CONTENT_LENGTH"] = os.fstat(staged.fileno()).st_size
    source: Any = request if staged is None else staged
    try:
        parsed = _FormParser(meta, source, [handler], request.encoding).parse()
    except (MultiPartParserError, UnreadablePostError):
        raise InvalidInputError("The form cannot be read.") from None
    return cast("tuple[QueryDict, MultiValueDict[str, UploadedFile[Any]]]", parsed)


def _read_fields(given: dict[str, object]) -> UploadFields:
    try:
        return UploadFields.model_validate(given)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        raise InvalidInputError(detail=[{**detail, "loc": ["form", *detail["loc"]]} for detail in details]) from None


class _FormParser(MultiPartParser):
    """Names files by our own rule: Django's removes every space but ASCII's, and drops a file without a usable name."""

    @override
    def sanitize_file_name(self, file_name: str) -> str:
        """Return a name without folders, control and bidirectional characters; a long one is cut before its ending."""
        base = file_name.replace("\\", "/").rpartition("/")[2].replace(ESCAPED_QUOTE, '"')
        shown = remove_controls(base).strip()
        if shown in {"", ".", ".."}:
            return DEFAULT_FILE_NAME
        stem, dot, ending = shown.rpartition(".")
        if len(shown) > ATTACHMENT_NAME_LENGTH and dot and len(ending) < ATTACHMENT_NAME_LENGTH // 2:
            return f"{stem[: ATTACHMENT_NAME_LENGTH - len(ending) - 1]}.{ending}"
        return shown[:ATTACHMENT_NAME_LENGTH]
