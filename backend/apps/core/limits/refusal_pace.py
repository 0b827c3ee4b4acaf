"""The pace of refusals (429): without it, a client that repeats refused requests would get thousands per second."""

import asyncio
from collections.abc import Callable

from django.conf import settings

from apps.core.http.asgi import Application, Message, Receive, Scope, Send
from apps.core.http.in_flight import CUT_CONNECTION, Caller, is_refusal
from apps.core.limits.base import Limit
from apps.core.limits.token_buckets import TokenBuckets

ALL_NETWORKS = "networks"
"""The key of the token bucket that all client networks share."""


def pace_refusals(application: Application, find_caller: Callable[[Scope], Caller]) -> Application:
    """Wrap an ASGI application: delay the 429 of a caller beyond `REQUEST_REFUSAL_RATE`.

    Where the delay would exceed `REQUEST_REFUSAL_WAIT_SECONDS`, the connection is closed instead. Client networks are
    many: beyond `NETWORKS_REFUSAL_RATE`, which all of them share, a refusal takes `REQUEST_REFUSAL_SECONDS`.
    """
    buckets = TokenBuckets[str]()

    async def keep_pace(scope: Scope) -> None:
        rate = Limit.parse(settings.REQUEST_REFUSAL_RATE)
        caller = find_caller(scope)
        delay = buckets.reserve(caller.key, 1, rate)
        if delay > settings.REQUEST_REFUSAL_WAIT_SECONDS:
            buckets.reserve(caller.key, -1, rate)
            scope[CUT_CONNECTION]()
            return
        shared = Limit.parse(settings.NETWORKS_REFUSAL_RATE)
        if caller.is_network and buckets.try_to_spend(ALL_NETWORKS, 1, shared):
            delay = max(delay, settings.REQUEST_REFUSAL_SECONDS)
        await asyncio.sleep(delay)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start" and is_refusal(message):
                await keep_pace(scope)
            await send(message)

        await application(scope, receive, send_on)

    return serve
