"""`manage.py create_invitation`: lets one user register where registration is by invitation."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from apps.users.models import Invitation
from apps.users.services.links import INVITATION_DAYS, issue_invitation
from apps.users.services.mail import is_mail_on, send_invitation_mail


class Command(BaseCommand):
    """Prints the link once: only its hash is kept."""

    help = f"Make a link with which one user can register within {INVITATION_DAYS} days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", default="", help="bind the invitation to this address")
        parser.add_argument("--send", action="store_true", help="send it there too (needs EMAIL_URL)")

    def handle(self, *args: object, email: str, send: bool, **options: object) -> None:
        if email:
            _check_address(email)
        if send and not (email and is_mail_on()):
            raise CommandError("--send needs --email and a server with EMAIL_URL set.")
        link = settings.PUBLIC_URL + issue_invitation(Invitation(email=email))
        self.stdout.write(link)
        if send:
            send_invitation_mail(email, link)


def _check_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"{email} is not an email address.") from None
