"""Requests that are cheap to send but could be expensive to answer."""

import asyncio
import time
from collections import Counter
from contextlib import suppress
from http import HTTPStatus
from itertools import count

import aiohttp

from attacks.attack import Finding, at_most, attack, must_be
from attacks.client import attacking_session, attacking_user
from attacks.target import Target

FLOOD_SECONDS = 5.0
PUBLIC_PATHS = ["/", "/c/nowhere", "/admin/login/", "/admin/", "/api/nowhere", "/v1/models", "/api/openapi.json"]
HEALTH_PATHS = ["/api/health/", "/api/health/live", "/api/health/ready"]
ASKING_CLIENTS = 200
SIGN_INS = 60
LIVE_SESSIONS = 50
SERVER_ERROR_STATUSES = {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}


@attack("api-description")
async def ask_for_the_api_description(target: Target) -> list[Finding]:
    """`/api/openapi.json` as often as it is answered, by an unknown client on one connection."""
    statuses: Counter[int] = Counter()
    async with attacking_session(limit=1) as http:
        over = time.monotonic() + FLOOD_SECONDS
        while time.monotonic() < over:
            async with http.get(f"{target.url}/api/openapi.json") as response:
                await response.read()
                statuses[response.status] += 1
    return [at_most("descriptions sent", statuses[HTTPStatus.OK], 120, "descriptions")]


@attack("asking-again")
async def ask_again_immediately(target: Target) -> list[Finding]:
    """200 connections of one network without a session, each of which asks again as soon as it is answered."""
    return _check_server_errors(await _ask_again_immediately(target, ["/api/auth/me"]))


@attack("page-flood", max_requests_ms=100)
async def ask_for_pages_again_immediately(target: Target) -> list[Finding]:
    """200 connections of one network ask for pages and paths that need no session, again as soon as answered."""
    async with attacking_session() as http:
        for path in PUBLIC_PATHS:  # A worker loads the administration at the first request for it.
            await (await http.get(target.url + path)).read()
    target.restart_measuring()
    statuses = await _ask_again_immediately(target, PUBLIC_PATHS)
    refused = statuses[HTTPStatus.TOO_MANY_REQUESTS] + statuses[HTTPStatus.SERVICE_UNAVAILABLE]
    return [*_check_server_errors(statuses), must_be("the flood is refused", refused > 0, wanted=True)]


@attack("health-flood", max_requests_ms=100)
async def ask_for_health_again_immediately(target: Target) -> list[Finding]:
    """200 connections of one network ask for the three health checks, again as soon as they are answered."""
    return _check_server_errors(await _ask_again_immediately(target, HEALTH_PATHS))


def _check_server_errors(statuses: Counter[int]) -> list[Finding]:
    server_errors = sum(number for status, number in statuses.items() if status in SERVER_ERROR_STATUSES)
    return [at_most("5xx responses", server_errors, 0, "responses")]


async def _ask_again_immediately(target: Target, paths: list[str]) -> Counter[int]:
    """Ask for `paths` on 200 connections without pause; return how often each status was the answer."""
    statuses: Counter[int] = Counter()
    async with attacking_session(limit=ASKING_CLIENTS) as http:

        async def ask(first: int) -> None:
            for number in count(first):
                with suppress(aiohttp.ServerDisconnectedError):
                    async with http.get(f"{target.url}{paths[number % len(paths)]}", allow_redirects=False) as response:
                        await response.read()
                        statuses[response.status] += 1

        with suppress(TimeoutError):
            async with asyncio.timeout(FLOOD_SECONDS):
                await asyncio.gather(*(ask(first) for first in range(ASKING_CLIENTS)))
    return statuses


@attack(
    "sessions-without-end",
    settings={"THROTTLE_LOGIN": "off", "THROTTLE_PASSWORD": "off", "THROTTLE_USER": "off"},
    max_memory_mib=96,
)
async def open_sessions_without_end(target: Target) -> list[Finding]:
    """Many sign-ins of one account."""
    async with attacking_user(target) as attacker:  # It has signed in once.
        for _ in range(SIGN_INS - 1):
            await attacker.sign_in()
        sessions = await attacker.call("GET", "/auth/sessions/", expect=200)
    return [must_be("live sessions", len(sessions["sessions"]), LIVE_SESSIONS)]
