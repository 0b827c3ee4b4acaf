"""The failures of Redis: which of them are outages, and what the refusal of a command means."""

from redis import AuthenticationError, BusyLoadingError, InvalidResponse, RedisError, ResponseError
from redis import ConnectionError as RedisConnectionError
from redis import TimeoutError as RedisTimeoutError

from apps.core.outages import declare_outage

REFUSALS = {
    "BUSY": "Redis is busy with a script.",
    "CLUSTERDOWN": "The Redis cluster is down.",
    "LOADING": "Redis is loading its data.",
    "MASTERDOWN": "Redis is a replica without its primary.",
    "MISCONF": "Redis cannot save its data: its disk may be full.",
    "NOAUTH": "Redis requires a password: add it to REDIS_URL.",
    "NOPERM": "Redis does not allow this to the user in REDIS_URL.",
    "NOREPLICAS": "Redis has too few replicas to take writes.",
    "OOM": "Redis is full: raise its maxmemory.",
    "READONLY": "Redis is a replica, which takes no writes: REDIS_URL must name the primary.",
    "TRYAGAIN": "The Redis cluster is being rearranged.",
    "WRONGPASS": "Redis refuses the user or password in REDIS_URL.",
}
"""Codes of refusals that are outages: not the command is at fault, but the state or the configuration of Redis."""


class ReplicaError(RedisConnectionError):
    """This Redis has become a replica: its name may lead to another one by now."""


def make_refusal(message: str) -> RedisError:
    """Return the error for the reply that refuses one command; a connection error if another connection may help."""
    code = message.partition(" ")[0]
    kind = {"LOADING": BusyLoadingError, "READONLY": ReplicaError}.get(code, ResponseError)
    return kind(message, status_code=code)


def explain(error: RedisError) -> str:
    """Return what the refusal of a command means, without its arguments, which Redis may quote."""
    if not isinstance(error, ResponseError):
        if isinstance(error, AuthenticationError):  # The package gives it no code.
            return REFUSALS["WRONGPASS"]
        return REFUSALS.get(error.status_code or "", "Redis does not answer: check that it runs, and REDIS_URL.")
    return REFUSALS.get(_code_of(error)) or str(error).partition(", with args")[0]


def _is_outage(error: RedisError) -> bool:
    if isinstance(error, ResponseError):
        return _code_of(error) in REFUSALS
    return isinstance(error, RedisConnectionError | RedisTimeoutError | InvalidResponse)


def _code_of(error: ResponseError) -> str:
    """Return the code of a refusal; the redis package leaves unknown codes in the message."""
    return error.status_code or str(error).partition(" ")[0]


declare_outage(RedisError, when=_is_outage, explain=explain)
