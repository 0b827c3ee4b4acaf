"""`manage.py migrate`: Django's command; if the database cannot be used, one sentence says why."""

from typing import Any, override

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import DatabaseError, connections
from django.db.migrations.exceptions import MigrationSchemaMissing

from apps.core.outages import is_outage
from server.database_problems import describe_failure, find_database_problems


class Command(migrate.Command):
    """Checks the database before it migrates."""

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        if problems := list(find_database_problems(will_migrate=True)):
            raise CommandError("\n".join(problems))
        try:
            super().handle(*args, **options)
        except DatabaseError as error:
            outage = error.__context__ if isinstance(error, MigrationSchemaMissing) else error
            if not isinstance(outage, DatabaseError) or not is_outage(outage):
                raise
            raise CommandError(describe_failure(outage, connections[options["database"]])) from error
