"""`CompactTransaction`: a transaction in few round trips to PostgreSQL, without Django's layers."""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, override

from django.db import DEFAULT_DB_ALIAS
from django.db.transaction import Atomic

from apps.core.database import this_connection, uses_sqlite
from apps.core.round_trips import is_watched, round_trips


class CompactTransaction(Atomic):
    """A transaction like `atomic`, whose statements are sent in `round_trips`, all of them by the end of the block.

    Django makes 50 to 70 function calls to begin and commit. An outermost block that succeeds makes few; all other
    blocks, and all failures, go through Django.
    """

    def __init__(self, *, savepoint: bool = True) -> None:
        super().__init__(DEFAULT_DB_ALIAS, savepoint=savepoint, durable=False)
        self._bypasses_django = False
        self._trips: AbstractContextManager[None] | None = None if uses_sqlite() else round_trips(commits=True)

    @override
    def __enter__(self) -> None:
        database = this_connection()
        self._bypasses_django = _can_bypass_django(database)
        if self._bypasses_django:
            with database.wrap_database_errors:
                if uses_sqlite():
                    database.connection.execute("BEGIN IMMEDIATE")
                else:
                    # The first statements begin the transaction. Psycopg's own setter makes a dozen calls for this.
                    database.connection._autocommit = False  # noqa: SLF001
            database.commit_on_exit, database.needs_rollback = True, False
            database.autocommit, database.in_atomic_block = False, True
            database.atomic_blocks.append(self)
        else:
            super().__enter__()
        if self._trips is not None:
            self._trips.__enter__()

    @override
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        database = this_connection()
        try:
            if self._trips is not None:
                self._trips.__exit__(kind, error, traceback)
            has_succeeded = error is None and not (database.needs_rollback or database.closed_in_transaction)
            if self._bypasses_django and has_succeeded and not database.run_on_commit:
                with database.wrap_database_errors:
                    database.connection.commit()
                    if not uses_sqlite():
                        database.connection._autocommit = True  # noqa: SLF001 - as above
                database.atomic_blocks.pop()
                database.autocommit, database.in_atomic_block, database.errors_occurred = True, False, False
                return
        except BaseException as failure:
            super().__exit__(type(failure), failure, failure.__traceback__)
            raise
        super().__exit__(kind, error, traceback)


def _can_bypass_django(database: Any) -> bool:  # noqa: ANN401 - its types lack the checks
    """Return whether a transaction begins on an open connection that Django need neither check nor watch."""
    is_checked = database.health_check_done or not database.health_check_enabled
    is_outermost = database.autocommit and not database.in_atomic_block
    return is_outermost and database.connection is not None and is_checked and not is_watched(database)
