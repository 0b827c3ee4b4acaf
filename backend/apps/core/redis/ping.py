"""A check whether Redis answers."""

from redis import Redis


def ping(url: str, patience: float) -> None:
    """Return once Redis at `url` has answered, on a separate connection.

    Django's cache would open one per thread and leave it to the garbage collector.

    Raises:
        RedisError: no answer within `patience` seconds.
    """
    with Redis.from_url(url, socket_timeout=patience, socket_connect_timeout=patience) as redis:
        redis.ping()
