"""A column of search terms: `tsvector` on PostgreSQL, FTS5 on SQLite, one lookup for both."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, override

from django.db import connection as default_connection
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup
from django.db.models.expressions import Col, RawSQL
from django.db.models.sql.compiler import SQLCompiler

from apps.core.search.terms import SearchQuery

if TYPE_CHECKING:
    _Field = models.Field[list[str], list[str]]
    _Lookup = Lookup[SearchQuery]
else:  # generic only for the type checker
    _Field, _Lookup = models.Field, Lookup


class TermsField(_Field):
    """A list of distinct terms, for lookups only.

    On PostgreSQL the column has a GIN index. On SQLite, triggers move its values to an FTS5 table, `<table>_terms`,
    whose rowids equal `id`. A migration creates both.
    """

    @override
    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, _value: object, _compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> str:
        """Build the vector from the terms themselves, without the database's text parser."""
        return "array_to_tsvector(%s::text[])" if connection.vendor == "postgresql" else "%s"

    @override
    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return value if connection.vendor == "postgresql" else " ".join(value)


def repair_terms_index(model: type[models.Model], connection: BaseDatabaseWrapper) -> None:
    """Repair the FTS5 index of `model`; PostgreSQL needs no repair."""
    if connection.vendor == "sqlite":
        index = _quote_index_name(model, connection)
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")  # noqa: S608 - constant names


@contextmanager
def preferring_terms_index(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Make the queries in the block use the index of terms.

    For a frequent term PostgreSQL prefers to read the whole table, but unpacking each row's terms takes longer: 200 ms
    instead of 40 with 100,000 rows.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield


def values_through_index(model: type[models.Model], column: str, query: SearchQuery) -> RawSQL:
    """Return the values of a column of the rows that match, for `__in`; on SQLite only.

    Reads the rows in the order of the index, without a list of their ids first.
    """
    index = _quote_index_name(model, default_connection)
    table = model._meta.db_table
    statement = (
        f"SELECT {table}.{column} FROM {index} CROSS JOIN {table} ON {table}.id = {index}.rowid "  # noqa: S608 - constant names
        f"WHERE {index} MATCH %s"
    )
    return RawSQL(statement, [_fts5_query(query)])  # noqa: S611


def _fts5_query(query: SearchQuery) -> str:
    return " AND ".join([f'"{term}"' for term in query.terms] + [f'"{prefix}"*' for prefix in query.prefixes])


def _quote_index_name(model: type[models.Model], connection: BaseDatabaseWrapper) -> str:
    return connection.ops.quote_name(f"{model._meta.db_table}_terms")


class MatchesTerms(_Lookup):
    """`MatchesTerms(F("terms"), SearchQuery(…))`: has every term, and for every prefix a word that starts with it."""

    prepare_rhs = False

    @override
    def get_db_prep_lookup(self, value: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        assert isinstance(value, SearchQuery)  # noqa: S101 - the type checker cannot know
        if connection.vendor == "postgresql":
            parts = [f"'{term}'" for term in value.terms] + [f"'{prefix}':*" for prefix in value.prefixes]
            return "%s::tsquery", [" & ".join(parts)]
        return "%s", [_fts5_query(value)]

    @override
    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        column, _ = self.process_lhs(compiler, connection)
        query, params = self.process_rhs(compiler, connection)
        return f"{column} @@ {query}", [*params]

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """Query the FTS5 table that belongs to the column."""
        query, params = self.process_rhs(compiler, connection)
        assert isinstance(self.lhs, Col)  # noqa: S101 - a column, not an expression
        quote = connection.ops.quote_name
        index = _quote_index_name(self.lhs.target.model, connection)
        hits = f"SELECT rowid FROM {index} WHERE {index} MATCH {query}"  # noqa: S608 - constant names
        return f"{quote(self.lhs.alias)}.{quote('id')} IN ({hits})", [*params]


class HasTerms(MatchesTerms):
    """Like `MatchesTerms`, but for a few rows found by another condition: on SQLite, it reads the terms of each row."""

    @override
    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        query = self.rhs
        assert isinstance(query, SearchQuery)  # noqa: S101 - the type checker cannot know
        assert isinstance(self.lhs, Col)  # noqa: S101 - a column, not an expression
        quote = connection.ops.quote_name
        index = _quote_index_name(self.lhs.target.model, connection)
        wanted = [f" {term} " for term in query.terms] + [f" {prefix}" for prefix in query.prefixes]
        has_all = " AND ".join(["instr(' ' || terms || ' ', %s)"] * len(wanted))
        row = f"{quote(self.lhs.alias)}.{quote('id')}"
        return f"EXISTS (SELECT 1 FROM {index} WHERE rowid = {row} AND {has_all})", wanted  # noqa: S608 - constant names
