"""`/api/health`: public, never throttled, never held up by a store that hangs."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings


@pytest.fixture
def silent_address() -> Iterator[str]:
    """Return an address that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.django_db(transaction=True)
def test_all_is_well(settings: Settings) -> None:
    answer = Client().get("/api/health/")
    assert answer.status_code == 200
    redis = "ok" if settings.REDIS_URL else "off"
    assert answer.json() == {"status": "healthy", "database": "ok", "redis": redis, "version": settings.VERSION}


@pytest.mark.parametrize("host", ["127.0.0.1:1", "silent"])
@pytest.mark.django_db(transaction=True)
def test_a_redis_that_is_gone_or_silent_is_an_error(settings: Settings, silent_address: str, host: str) -> None:
    url = f"redis://{silent_address if host == 'silent' else host}/0"
    settings.REDIS_URL = url
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}}
    answer = Client().get("/api/health/")
    assert answer.status_code == 503
    assert answer.json() | {"version": ""} == {
        "status": "unhealthy",
        "database": "ok",
        "redis": "error",
        "version": "",
    }
