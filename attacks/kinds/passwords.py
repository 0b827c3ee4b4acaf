"""Floods of password checks, which are slow on purpose."""

import asyncio
import secrets
import time
from collections import Counter
from http import HTTPStatus
from ipaddress import IPv4Address

from attacks.attack import Finding, at_most, attack
from attacks.client import attacking_session
from attacks.target import Target
from testkit.api_user import PASSWORD, ApiUser

GUESSING_SECONDS = 10.0
CONNECTIONS = 40
REAL_HASHING = {
    "DJANGO_SETTINGS_MODULE": "config.settings.development",
    "THROTTLE_PASSWORD": "off",
    "THROTTLE_USER": "off",
    "TRUSTED_PROXIES": "127.0.0.2",
}
"""The real hasher, without the limits per account; the attack's many networks evade the others."""


@attack("sign-in-burst", settings=REAL_HASHING, max_memory_mib=96)
async def sign_in_without_pause(target: Target) -> list[Finding]:
    """40 connections sign in without pause, each time from another network."""
    body = {"username": "nobody", "password": PASSWORD}
    return await _check_passwords(target, "token/pair", body, is_signed_in=False)


@attack("password-change-burst", settings=REAL_HASHING, max_memory_mib=96)
async def change_passwords_without_pause(target: Target) -> list[Finding]:
    """40 connections of one account check its password without pause, each time from another network."""
    body = {"current": "wrong", "new": PASSWORD}
    return await _check_passwords(target, "password", body, is_signed_in=True)


async def _check_passwords(target: Target, path: str, body: dict[str, str], *, is_signed_in: bool) -> list[Finding]:
    async with attacking_session(limit=0) as http:
        attacker, other = [ApiUser(target, name, http=http) for name in ("attacker", "other")]
        for user in (attacker, other):
            await user.sign_up()
        credentials = attacker.headers if is_signed_in else {}
        statuses: Counter[int] = Counter()
        waits: list[float] = []
        url = f"{target.url}/api/auth/{path}"
        deadline = time.monotonic() + GUESSING_SECONDS

        async def attack_without_pause() -> None:
            while time.monotonic() < deadline:
                forwarded = {"X-Forwarded-For": str(IPv4Address(secrets.randbits(32)))}
                async with http.post(url, json=body, headers=credentials | forwarded) as response:
                    statuses[response.status] += 1

        async def request_as_other_user() -> None:
            while time.monotonic() < deadline:
                began = time.monotonic()
                await other.request("GET", "/auth/me")
                waits.append((time.monotonic() - began) * 1000)
                await asyncio.sleep(0.05)

        await asyncio.gather(request_as_other_user(), *(attack_without_pause() for _ in range(CONNECTIONS)))
    server_errors = sum(count for status, count in statuses.items() if status >= HTTPStatus.INTERNAL_SERVER_ERROR)
    return [
        at_most("5xx responses", server_errors, 0, "responses"),
        at_most("requests of another user, p95", sorted(waits)[int(len(waits) * 0.95)], 250, "ms"),
    ]
