"""Rows for a database of the product, written many at a time: copies of a model's instance that differ in few columns.

Django has to be set up.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

BATCH_SIZE = 5000
"""Rows per transaction on SQLite, where a server that runs must get its turn to write."""


class Copies:
    """Copies of one instance, which differ in the named columns."""

    def __init__(self, original: models.Model, *differing: str) -> None:
        """Take the other columns from `original`."""
        every: list[Any] = list(original._meta.concrete_fields)
        fields = [field for field in every if not isinstance(field, models.BigAutoField)]
        names = [field.attname for field in fields]
        self._table = original._meta.db_table
        self._columns = [field.column for field in fields]
        self._values = [field.get_db_prep_save(field.pre_save(original, add=True), connection) for field in fields]
        self._places = [names.index(name) for name in differing]

    def insert(self, rows: Iterable[Sequence[Any]]) -> None:
        """Insert a copy for each of `rows`, which have the values of the differing columns in their order."""
        if connection.vendor == "postgresql":
            self._copy(rows)
            return
        marks = ", ".join(["%s"] * len(self._columns))
        statement = f"INSERT INTO {self._table} ({', '.join(self._columns)}) VALUES ({marks})"  # noqa: S608 - names of our own
        connection.disable_constraint_checking()  # As below. Has no effect within a transaction.
        for batch in batched(self._fill(rows), BATCH_SIZE):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(statement, batch)

    def _copy(self, rows: Iterable[Sequence[Any]]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            # The rows are correct, so their foreign keys need not be checked one by one.
            cursor.execute("SET LOCAL session_replication_role = replica")
            copy: Any = cursor.copy(f"COPY {self._table} ({', '.join(self._columns)}) FROM STDIN")
            with copy as target:
                for row in self._fill(rows):
                    target.write_row(row)

    def _fill(self, rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
        for row in rows:
            filled = self._values.copy()
            for place, value in zip(self._places, row, strict=True):
                filled[place] = value
            yield filled


def stored_id(value: UUID | None) -> Any:  # noqa: ANN401 - what the driver of the database takes
    """Return an id as the database has it."""
    return value.hex if value is not None and connection.vendor == "sqlite" else value


def stored_terms(terms: list[str]) -> str:
    """Return distinct search terms as a column of terms has them."""
    return " ".join(f"'{term}'" for term in terms) if connection.vendor == "postgresql" else " ".join(terms)


@contextmanager
def without_terms_index() -> Iterator[None]:
    """Build the index of search terms on PostgreSQL at the end of the block, which is quicker than row by row."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE %s", ["%USING gin (terms)%"])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '256MB'")
        for _, definition in indexes:
            cursor.execute(definition)


def analyze() -> None:
    """Let the database update its statistics now; otherwise it does so later."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
