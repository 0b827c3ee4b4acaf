"""Authentication by a signed URL, because an `<img>` cannot send a token."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from apps.chat.attachments.attachment_view import is_signature_valid
from apps.chat.attachments.objects import Part
from apps.core.errors import NotFoundError
from apps.core.limits.throttles import throttle_key, throttle_unauthenticated
from apps.users.selectors import find_session_user_id


@dataclass(frozen=True, slots=True)
class SignedFor:
    """The user and the session for whom a URL was signed, and the whole seconds for which it is still valid."""

    user_id: UUID
    session_id: UUID
    attachment_id: UUID
    seconds_left: int


class SignedURL:
    """Accepts requests whose URL is signed for `part` while the session is active; all others are 404."""

    def __init__(self, part: Part) -> None:
        self._part = part

    def __call__(self, request: HttpRequest) -> SignedFor:
        signed_for = self._read_signature(request)
        if signed_for is None:
            throttle_unauthenticated(request)
            raise NotFoundError
        throttle_key(f"files:{signed_for.user_id.hex}", settings.THROTTLE_USER)
        return signed_for

    def _read_signature(self, request: HttpRequest) -> SignedFor | None:
        try:
            attachment_id = UUID(request.path_info.split("/")[3])
            session_id = UUID(request.GET.get("session", ""))
            until = int(request.GET.get("until", "")[:20])
        except ValueError:
            return None
        if not is_signature_valid(attachment_id, self._part, session_id, until, request.GET.get("signature", "")):
            return None
        user_id = find_session_user_id(session_id)
        if user_id is None:
            return None
        return SignedFor(user_id, session_id, attachment_id, max(0, until - int(timezone.now().timestamp())))
