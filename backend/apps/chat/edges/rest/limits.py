"""`/api/limits`: the limits that a client's forms check before the server does."""

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema

from apps.chat.edges.rest.conversation_schemas import SEARCH_LENGTH, SYSTEM_PROMPT_LENGTH
from apps.chat.models import DESCRIPTION_LENGTH, TITLE_LENGTH
from apps.users.auth import PublicAccess
from apps.users.models import USERNAME_MAX_LENGTH, USERNAME_MIN_LENGTH
from apps.users.schemas import PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH

limits_router = Router(tags=["limits"], auth=PublicAccess("limits", "THROTTLE_ANONYMOUS"))


class LimitsOut(Schema):
    """The limits of this server: lengths in code points, the size of a file in bytes."""

    message_max: int
    answer_max: int
    title_max: int
    system_prompt_max: int
    search_max: int
    username_min: int
    username_max: int
    password_min: int
    password_max: int
    attachment_max_bytes: int
    attachments_per_message: int
    description_max: int


@limits_router.get("", response=LimitsOut)
def show_limits(request: HttpRequest) -> LimitsOut:
    """Show the limits of this server; `MAX_MESSAGE_LENGTH` and `MAX_ANSWER_LENGTH` set two of them."""
    return LimitsOut(
        message_max=settings.MAX_MESSAGE_LENGTH,
        answer_max=settings.MAX_ANSWER_LENGTH,
        title_max=TITLE_LENGTH,
        system_prompt_max=SYSTEM_PROMPT_LENGTH,
        search_max=SEARCH_LENGTH,
        username_min=USERNAME_MIN_LENGTH,
        username_max=USERNAME_MAX_LENGTH,
        password_min=PASSWORD_MIN_LENGTH,
        password_max=PASSWORD_MAX_LENGTH,
        attachment_max_bytes=settings.ATTACHMENT_MAX_BYTES,
        attachments_per_message=settings.ATTACHMENTS_PER_MESSAGE,
        description_max=DESCRIPTION_LENGTH,
    )
