"""Row writes: INSERT and UPDATE statements that are compiled once, for the rows of each turn of a chat."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from types import NoneType
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import (
    BigAutoField,
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    FloatField,
    ForeignKey,
    Model,
    PositiveBigIntegerField,
    PositiveIntegerField,
    PositiveSmallIntegerField,
    TextField,
    UUIDField,
)
from django.db.models.sql import InsertQuery

from apps.core.database import this_connection, uses_sqlite
from apps.core.round_trips import LazyRows, read_later, write, write_for_row, write_later
from apps.core.statements import make_instance, mark_stored

_PASSED_THROUGH: dict[type, tuple[type, ...]] = {
    BigAutoField: (int, NoneType),
    BooleanField: (bool,),
    CharField: (str, NoneType),
    FloatField: (float, NoneType),
    PositiveBigIntegerField: (int, NoneType),
    PositiveIntegerField: (int, NoneType),
    PositiveSmallIntegerField: (int, NoneType),
    TextField: (str, NoneType),
}
"""Types of values that Django, too, passes unchanged to the drivers of both databases, by class of field."""


def new_row[M: Model](model: type[M], **values: Any) -> M:  # noqa: ANN401 - the model's fields decide
    """Return a new row as `model(**values)` does, with the defaults of its fields looked up once."""
    defaults = {name: default() if callable(default) else default for name, default in _list_defaults(model)}
    row = make_instance(model, defaults)
    for name, value in values.items():
        if isinstance(value, Model):  # Setting the attribute does the same, in a dozen function calls.
            row.__dict__[f"{name}_id"] = value.pk
            row._state.fields_cache[name] = value
        else:
            setattr(row, name, value)
    return row


@cache
def _list_defaults(model: type[Model]) -> list[tuple[str, Any]]:
    return [
        (field.attname, field.default if field.has_default() and callable(field.default) else field.get_default())
        for field in model._meta.concrete_fields
    ]


def insert_row(row: Model, *, needs_key: bool = True) -> None:
    """Store a new row as `save(force_insert=True)` does, without signals.

    Set the key that the database creates, if `needs_key`.
    """
    model = type(row)
    has_key = row.pk is not None
    returns_key = needs_key and not has_key
    sql, columns = _compile_insertion(model, has_key=has_key, returns_key=returns_key)
    values = _prepare_values(row, columns, add=True)
    if returns_key:
        (row.pk,) = write_for_row(sql, values)
    else:
        write(sql, values)
    mark_stored(row)


def update_row(row: Model, *names: str) -> None:
    """Store the fields `names` of a row that exists, as `save(update_fields=names)` does, without its signals."""
    sql, columns = _compile_update(type(row), names)
    write(sql, _prepare_values(row, columns, add=False))


def update_row_if(condition: str, row: Model, *names: str) -> bool:
    """Store the fields `names` as `update_row` does if the stored row meets `condition`; return whether it does."""
    sql, columns = _compile_update(type(row), names)
    values = _prepare_values(row, columns, add=False)
    return bool(write_later(f"{sql} AND {condition} RETURNING 1", values, tuple).all())


class _Column(NamedTuple):
    """A column to write: its field, and which conversions of the field can be skipped.

    `unchanged` are the types of values that the field hands to the driver as they are. `is_text`: the database has no
    type for ids, which become their hexadecimal digits, or times. Without a `plain_name`, the field itself reads its
    value from the row.
    """

    field: "Field[Any, Any]"
    plain_name: str | None
    unchanged: tuple[type, ...]
    is_text: bool


def _describe_column(field: "Field[Any, Any]") -> _Column:
    native = connection.features.has_native_uuid_field
    target = field
    while isinstance(target, ForeignKey):
        target = target.target_field
    unchanged = _PASSED_THROUGH.get(type(target), ())
    is_own_type = type(target) in {UUIDField, DateTimeField}
    if is_own_type:
        unchanged = (UUID, datetime, NoneType) if native else (NoneType,)
    is_plain = type(field).pre_save is Field.pre_save and not field.has_db_default()
    if type(field) is DateTimeField:
        is_plain = not (field.auto_now or field.auto_now_add or field.has_db_default())
    return _Column(field, field.attname if is_plain else None, unchanged, is_text=is_own_type and not native)


def _prepare_values(row: Model, columns: Sequence[_Column], *, add: bool) -> list[Any]:
    """Return the values of a row as `get_db_prep_save` of the fields does; most values stay unchanged."""
    known = row.__dict__
    values = []
    for field, name, unchanged, is_text in columns:
        # Reading a foreign key's attribute from the row would call Django's descriptor.
        value = known[name] if name in known else field.pre_save(row, add=add) if name is None else getattr(row, name)
        kind = type(value)
        if kind is UUID and is_text:
            value = value.hex
        elif kind is datetime and is_text and value.tzinfo is UTC:
            value = str(value.replace(tzinfo=None))
        elif kind not in unchanged and not (str in unchanged and isinstance(value, str)):  # Members of enums are texts.
            value = field.get_db_prep_save(value, connection=this_connection())
        values.append(value)
    return values


@cache
def _compile_insertion(model: type[Model], *, has_key: bool, returns_key: bool) -> tuple[str, list[_Column]]:
    meta = model._meta
    key = None if has_key else meta.pk
    fields = [field for field in meta.local_concrete_fields if field is not key]
    query: Any = InsertQuery(model)
    query.insert_values(fields, [model()])
    compiler = query.get_compiler(connection=connection)
    compiler.returning_fields = [key] if returns_key else []
    ((sql, _),) = compiler.as_sql()
    return sql, [_describe_column(field) for field in fields]


@cache
def _compile_update(model: type[Model], names: tuple[str, ...]) -> tuple[str, list[_Column]]:
    meta = model._meta
    fields = [field for name in names if isinstance(field := meta.get_field(name), Field)]
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    sql = f"UPDATE {quote(meta.db_table)} SET {columns} WHERE {quote(str(meta.pk.column))} = %s"  # noqa: S608 - the model's names
    return sql, [_describe_column(field) for field in (*fields, meta.pk)]


def next_key_later(model: type[Model]) -> LazyRows[int] | None:
    """Read the next key of a table, so that it is known before the new row is stored; None on SQLite."""
    if uses_sqlite():
        return None
    table = model._meta.db_table
    return read_later("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table], lambda row: int(row[0]))
