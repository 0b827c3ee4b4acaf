"""`manage.py create_reset_link`: lets one user set a new password."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.users import selectors
from apps.users.services.links import RESET_HOURS, create_reset_link
from apps.users.services.mail import is_mail_on, send_reset_mail


class Command(BaseCommand):
    """Prints the link once: only its hash is kept."""

    help = f"Make a link with which a user can set a new password within {RESET_HOURS} hours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="user name or email address")
        parser.add_argument(
            "--send", action="store_true", help="send it to the account's address too (needs EMAIL_URL)"
        )

    def handle(self, *args: object, account: str, send: bool, **options: object) -> None:
        user = selectors.find_account(account)
        if user is None:
            raise CommandError(f"No account is named {account}.")
        if send and not is_mail_on():
            raise CommandError("--send needs a server with EMAIL_URL set.")
        link = settings.PUBLIC_URL + create_reset_link(user)
        self.stdout.write(link)
        if send:
            send_reset_mail(user.email, link)
