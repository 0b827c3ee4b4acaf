"""Pages of lists, with exact totals and bounded sizes."""

from dataclasses import dataclass
from typing import Annotated

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


def read_page_found[M: Model](found: QuerySet[M], rows: QuerySet[M], page: int, page_size: int) -> Page[M]:
    """Return a page of ordered `found`, a subset of `rows` that is slow to search.

    The search runs once, for ids only; whole rows are read for this page alone. To sort and count ten thousand whole
    rows would take a third longer.
    """
    start = (page - 1) * page_size
    counted = list(found.values_list("pk", Window(Count("*")))[start : start + page_size])
    beyond = start > 0 and not counted
    total = found.count() if beyond else sum(in_all for _, in_all in counted[:1])
    by_key = rows.in_bulk([key for key, _ in counted])
    # A row that was deleted between the two queries is left out.
    return Page([by_key[key] for key, _ in counted if key in by_key], total=total, page=page, page_size=page_size)
