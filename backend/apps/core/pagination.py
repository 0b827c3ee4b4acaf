"""Pages of lists, with exact totals and bounded sizes."""

from dataclasses import dataclass
from typing import Annotated, Any, cast

from django.db.models import Count, Model, QuerySet, Window
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


def read_page_at_once[M: Model](rows: QuerySet[M], page: int, page_size: int) -> Page[M]:
    """`read_page` in one query, for rows that take longer to find than to count and sort."""
    start = (page - 1) * page_size
    counted = rows.annotate(rows_in_all=Window(Count("*")))
    found = list(counted[start : start + page_size])
    beyond = start > 0 and not found
    total = rows.count() if beyond else sum(cast("Any", row).rows_in_all for row in found[:1])
    return Page(rows=found, total=total, page=page, page_size=page_size)
