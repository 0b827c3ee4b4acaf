"""`manage.py reconcile_attachments`: compare the store of attachments with the table, as after a restore."""

from argparse import ArgumentParser
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError

from apps.chat.attachments.reconciliation import reconcile_store


class Command(BaseCommand):
    """Deletes objects without an attachment, and names attachments without their objects."""

    help = "Delete stored files that belong to no attachment, and name attachments whose files are missing."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--even-most", action="store_true", help="Delete even if that is more than half of all stored files."
        )

    @override
    def handle(self, *, even_most: bool, **_: Any) -> None:
        reconciled = reconcile_store(even_most=even_most)
        self.stdout.write(f"Deleted files that belong to no attachment: {reconciled.deleted}")
        self.stdout.write(f"Attachments whose files are missing: {len(reconciled.incomplete)}")
        for attachment_id in reconciled.incomplete:
            self.stdout.write(f"  {attachment_id}")
        if reconciled.refused:
            raise CommandError(f"Files that the store has not deleted: {reconciled.refused}. The log says why.")
        if reconciled.kept:
            raise CommandError(
                f"{reconciled.kept} files, more than half of all, belong to no attachment of this database. They were "
                "not deleted: is it the right database? --even-most deletes them."
            )
