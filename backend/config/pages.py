"""The built front end: one page for every path outside the API, the administration and the files."""

import re
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

NONCE_PLACEHOLDER = "__CSP_NONCE__"
OWN_ADDRESS = re.compile(r'(?<= )(src|href|content)="/(?!/)')
"""The start of a URL in the page, which is built for the root of a host."""

NOT_BUILT = "The front end has not been built: run `make run` in the project's folder, or `npm run dev` in frontend/."


@require_safe
def show_application(request: HttpRequest) -> HttpResponse:
    """Return the page with this response's nonce for its style elements."""
    page = read_index_page()
    if page is None:
        return HttpResponse(NOT_BUILT, status=503, content_type="text/plain; charset=utf-8")
    nonce: str = request.csp_nonce  # type: ignore[attr-defined]
    response = HttpResponse(page.replace(NONCE_PLACEHOLDER, nonce))
    response.headers["Cache-Control"] = "no-cache"
    return response


@cache
def read_index_page() -> str | None:
    """Return the HTML of the page, with URLs below the base path; None if the front end is not built."""
    path = settings.FRONTEND_DIST / "index.html"
    if not path.is_file():
        return None
    return OWN_ADDRESS.sub(rf'\1="{settings.BASE_PATH}/', path.read_text())
