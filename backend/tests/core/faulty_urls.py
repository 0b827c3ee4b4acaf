"""URLs whose views fail."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

SECRET = "a-confidential-text"


def fail_with_text(request: HttpRequest) -> HttpResponse:
    try:
        return HttpResponse(int(SECRET))
    except ValueError as error:
        raise RuntimeError(f"again: {SECRET}") from error


def fail_harmlessly(request: HttpRequest) -> HttpResponse:
    raise ConnectionRefusedError("port 1 is closed")


urlpatterns = [path("text", fail_with_text), path("harmless", fail_harmlessly)]
