"""A column of search terms: `tsvector` on PostgreSQL, FTS5 on SQLite, one lookup for both."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, override

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

from apps.core.search.terms import SearchQuery

if TYPE_CHECKING:
    _Field = models.Field[list[str], list[str]]
    _Lookup = Lookup[SearchQuery]
else:  # generic for the type checker alone
    _Field, _Lookup = models.Field, Lookup


class TermsField(_Field):
    """A list of different terms, to be looked up and not to be read.

    On SQLite an FTS5 table called `<table>_terms` stands beside it, with rowids equal to `id`; triggers move there what
    the column is given; on PostgreSQL it has a GIN index. Both are made by a migration.
    """

    @override
    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, _value: object, _compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> str:
        """Build the vector from the terms themselves: no parser of the database looks at them."""
        return "array_to_tsvector(%s::text[])" if connection.vendor == "postgresql" else "%s"

    @override
    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return value if connection.vendor == "postgresql" else " ".join(value)


def repair_terms_index(model: type[models.Model], connection: BaseDatabaseWrapper) -> None:
    """Repair the index of the FTS5 table beside `model`; PostgreSQL keeps its own in order."""
    if connection.vendor == "sqlite":
        index = _index_of(model, connection)
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")  # noqa: S608 - names of our own


@contextmanager
def preferring_terms_index(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Have the queries within look terms up rather than read them.

    PostgreSQL takes a frequent term for a reason to read the whole table, and does not see that unpacking each row's
    terms is what takes the time: 200 ms instead of 40 in 100,000 rows.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield


def _index_of(model: type[models.Model], connection: BaseDatabaseWrapper) -> str:
    return connection.ops.quote_name(f"{model._meta.db_table}_terms")  # noqa: SLF001 - Django documents `_meta`


class MatchesTerms(_Lookup):
    """`MatchesTerms(F("terms"), SearchQuery(…))`: every term and the beginning of a word for every prefix is there."""

    prepare_rhs = False

    @override
    def get_db_prep_lookup(self, value: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        assert isinstance(value, SearchQuery)  # noqa: S101 - what the type checker cannot see in a keyword
        if connection.vendor == "postgresql":
            parts = [f"'{term}'" for term in value.terms] + [f"'{prefix}':*" for prefix in value.prefixes]
            return "%s::tsquery", [" & ".join(parts)]
        parts = [f'"{term}"' for term in value.terms] + [f'"{prefix}"*' for prefix in value.prefixes]
        return "%s", [" AND ".join(parts)]

    @override
    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        column, _ = self.process_lhs(compiler, connection)
        query, params = self.process_rhs(compiler, connection)
        return f"{column} @@ {query}", [*params]

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """Ask the FTS5 table beside the column's own."""
        query, params = self.process_rhs(compiler, connection)
        assert isinstance(self.lhs, Col)  # noqa: S101 - of a column, and not of an expression
        quote = connection.ops.quote_name
        index = _index_of(self.lhs.target.model, connection)
        hits = f"SELECT rowid FROM {index} WHERE {index} MATCH {query}"  # noqa: S608 - names of our own
        return f"{quote(self.lhs.alias)}.{quote('id')} IN ({hits})", [*params]
