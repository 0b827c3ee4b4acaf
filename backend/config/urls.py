"""URLs of the product."""

from django.urls import path, re_path

from config.administration import ADMINISTRATION
from config.api import api
from config.api_errors import not_found
from config.pages import show_application

urlpatterns = [
    path("api/", api.urls),
    re_path(r"^api(?:/|$)", not_found),
    path("admin/", ADMINISTRATION),
    re_path(r"^(?!api/|admin/|static/|assets/|ws/).*$", show_application),
]
