"""Addresses whose views fail."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

SECRET = "what-somebody-wrote-in-confidence"


def fail_with_text(request: HttpRequest) -> HttpResponse:
    try:
        return HttpResponse(int(SECRET))
    except ValueError as error:
        raise RuntimeError(f"again: {SECRET}") from error


def fail_harmlessly(request: HttpRequest) -> HttpResponse:
    raise ConnectionRefusedError("nobody listens on port 1")


urlpatterns = [path("text", fail_with_text), path("harmless", fail_harmlessly)]
