"""The size of a text in bytes, as a database expression."""

from typing import Any, override

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, IntegerField
from django.db.models.sql.compiler import SQLCompiler


class TextBytes(Func):
    """`TextBytes("field")`: the bytes of a text in UTF-8; neither database reads the text to find it."""

    function = "OCTET_LENGTH"
    arity = 1
    output_field = IntegerField()

    @override
    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        # SQLite has OCTET_LENGTH from 3.43 on.
        return self.as_sql(compiler, connection, template="LENGTH(CAST(%(expressions)s AS BLOB))", **context)
