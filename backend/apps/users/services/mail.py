"""Mails with one-time links; sent only if `EMAIL_URL` is set."""

from django.conf import settings
from django.core.mail import send_mail

from apps.users.services.links import INVITATION_DAYS, RESET_HOURS

_RESET_SUBJECT = "設定新密碼 / Set a new password"
_RESET_BODY = """請用以下連結設定新密碼。連結在 {hours} 小時內有效，而且只能使用一次：
Use this link to set a new password. It works once, within {hours} hours:

{link}
"""
_INVITATION_SUBJECT = "邀請您加入 / You are invited"
_INVITATION_BODY = """請用以下連結註冊。連結在 {days} 天內有效，而且只能使用一次：
Use this link to register. It works once, within {days} days:

{link}
"""


def is_mail_on() -> bool:
    """Return whether this server can send mail."""
    return bool(settings.EMAIL_URL)


def send_reset_mail(address: str, link: str) -> None:
    """Send a password-reset link; raises OSError if the mail server refuses it."""
    send_mail(_RESET_SUBJECT, _RESET_BODY.format(link=link, hours=RESET_HOURS), None, [address])


def send_invitation_mail(address: str, link: str) -> None:
    """Send an invitation; raises OSError if the mail server refuses it."""
    send_mail(_INVITATION_SUBJECT, _INVITATION_BODY.format(link=link, days=INVITATION_DAYS), None, [address])
