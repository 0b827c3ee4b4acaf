"""`manage.py reconcile_attachments`: compare the store of attachments with the table, as after a restore."""

from typing import Any, override

from django.core.management.base import BaseCommand

from apps.chat.attachments.reconciliation import reconcile_store


class Command(BaseCommand):
    """Deletes objects without an attachment, and names attachments without their objects."""

    help = "Delete stored files that belong to no attachment, and name attachments whose files are missing."

    @override
    def handle(self, **_: Any) -> None:
        reconciled = reconcile_store()
        self.stdout.write(f"{reconciled.deleted} files without an attachment were deleted.")
        self.stdout.write(f"{len(reconciled.incomplete)} attachments lack a file.")
        for attachment_id in reconciled.incomplete:
            self.stdout.write(f"  {attachment_id}")
