"""Django's request, whose `headers` read only what is looked up."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, override

from django.core.handlers.asgi import ASGIRequest
from django.http.request import HttpHeaders


class LazyHeaders(HttpHeaders):
    """Looks a header up in `request.META`; reads all of them only if the caller iterates."""

    def __init__(self, meta: Mapping[str, Any]) -> None:
        self._meta = meta

    @override
    def __getitem__(self, name: str) -> str:
        value: str = self._meta[self.to_wsgi_name(name)]
        return value

    @cached_property
    def _store(self) -> dict[str, tuple[str, str]]:  # type: ignore[override]  # it is never set
        return HttpHeaders(self._meta)._store  # noqa: SLF001 - `HttpHeaders` is the base class


class LazyHeadersRequest(ASGIRequest):
    """A request with `LazyHeaders`."""

    @cached_property
    def headers(self) -> HttpHeaders:
        return LazyHeaders(self.META)
