"""URLs of the product."""

from django.urls import include, path, re_path

from apps.chat.edges.openai.views import answer_unknown_path
from config.administration import ADMINISTRATION
from config.api import api
from config.api_errors import not_found
from config.pages import show_application

urlpatterns = [
    path("api/", api.urls),
    re_path(r"^api(?:/|$)", not_found),
    path("v1/", include("apps.chat.edges.openai.urls")),
    path("v1", answer_unknown_path),
    path("admin/", ADMINISTRATION),
    re_path(r"^(?!api/|v1/|admin/|static/|assets/|ws/).*$", show_application),
]
