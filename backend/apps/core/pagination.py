"""Pages of lists, with totals and bounded sizes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from django.db.models import Model, QuerySet
from pydantic import Field

MAX_PAGE_SIZE = 100
# Beyond any real list; bounded because databases limit the offset.
MAX_PAGE = 1_000_000

type PageNumber = Annotated[int, Field(ge=1, le=MAX_PAGE)]
type Offset = Annotated[int, Field(ge=0, le=MAX_PAGE * MAX_PAGE_SIZE)]
type PageSize = Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)]


@dataclass(frozen=True, slots=True)
class Page[M: Model]:
    """Rows of one page; `has_more` says whether another follows."""

    rows: list[M]
    total: int
    page: int
    page_size: int

    @property
    def has_more(self) -> bool:
        return self.page * self.page_size < self.total


def read_page[M: Model](rows: QuerySet[M], page: int, page_size: int) -> Page[M]:
    """Return page `page`, counted from 1, of ordered `rows`; a page beyond the end is empty."""
    start = (page - 1) * page_size
    return Page(rows=list(rows[start : start + page_size]), total=rows.count(), page=page, page_size=page_size)


def read_page_found[M: Model](found: Sequence[object], rows: QuerySet[M], page: int, page_size: int) -> Page[M]:
    """Return a page of `found`, the keys of some of `rows` in their order; whole rows are read for this page alone."""
    start = (page - 1) * page_size
    keys = found[start : start + page_size]
    by_key = rows.in_bulk(keys)
    # A row that was deleted since it was found is left out.
    return Page([by_key[key] for key in keys if key in by_key], total=len(found), page=page, page_size=page_size)
