"""Our server passes its own conformance suite: in memory, and with two workers on PostgreSQL and Redis."""

from datetime import timedelta

import jwt
import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from pytest_django import Settings

from apps.users.tokens import ALGORITHM
from conformance.checks import load_checks
from conformance.context import Target
from conformance.report import format_table
from conformance.runner import Outcome, run_checks
from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser
from testkit.services import several_workers
from tests.chat.workers import StartWorkers
from tests.conformance.breaking_proxy import BreakingProxy, Fault
from tests.conformance.users import ENDLESS_QUESTION, MAX_PROMPT_LENGTH, MODELS, REASONING_QUESTION, sign_in_again

pytestmark = pytest.mark.timeout(400)

PATIENCE_SECONDS = 45.0


RATES = 60, 10
"""Tokens per second of the model; with the second, checks look again at answers that ended too soon for them."""


async def find_skipped(target: Target, model: ModelServer) -> set[str]:
    """Run the whole suite, and return which checks could not look; every other one must pass."""
    checks, skipped = list(load_checks().values()), set[str]()
    for rate in RATES:
        model.script(rate=rate, max_prompt_length=MAX_PROMPT_LENGTH)
        results = await run_checks(target, checks, lambda _: False)
        assert not [result for result in results if result.outcome is Outcome.FAILED], format_table(results)
        unseen = [result for result in results if result.outcome is Outcome.SKIPPED]
        # On a busy machine, answers end before a check has looked.
        checks = [result.check for result in unseen if "ended too soon" in result.text]
        skipped |= {result.check.name for result in unseen if result.check not in checks}
    return skipped | {check.name for check in checks}


def soon_expired(access: str) -> str:
    """Return the same access token as it would be if it expired soon."""
    key = django_settings.JWT_SECRET_KEY
    claims = jwt.decode(access, key, algorithms=[ALGORITHM], options={"verify_aud": False})
    return jwt.encode(claims | {"exp": timezone.now() + timedelta(seconds=60)}, key, ALGORITHM)


@pytest.mark.store_independent
async def test_the_server_in_memory_conforms(
    user: SignedInUser, other_user: SignedInUser, settings: Settings, model_server: ModelServer
) -> None:
    """Through the proxy of the broken servers, which without a fault changes nothing that a check sees."""
    settings.MESSAGE_RATE = "off"
    settings.SOCKET_PING_INTERVAL = 1
    settings.SOCKET_AUTH_TIMEOUT = 10
    async with BreakingProxy(user.server.url, Fault()).serve() as proxy:
        target = Target(
            proxy.url,
            user.access,
            "fake-model",
            other_user.access,
            soon_expired(await sign_in_again(user)),
            await sign_in_again(user),
            PATIENCE_SECONDS,
            ENDLESS_QUESTION,
            REASONING_QUESTION,
            user.refresh,
        )
        assert await find_skipped(target, model_server) == {"the_rate_of_questions_is_limited"}


@several_workers
async def test_a_server_of_two_workers_conforms(start_workers: StartWorkers, model_server: ModelServer) -> None:
    model_server.models = MODELS
    [server] = await start_workers(
        1,
        WEB_CONCURRENCY="2",
        MESSAGE_RATE="off",
        SOCKET_PING_INTERVAL="1",
        SOCKET_AUTH_TIMEOUT="10",
        AI_MODELS=",".join(MODELS),
        **{f"THROTTLE_{name}": "off" for name in ("REGISTER", "LOGIN", "ANONYMOUS", "USER")},
    )
    users = [await SignedInUser.register(server) for _ in range(2)]
    target = Target(
        server.url,
        users[0].access,
        "fake-model",
        users[1].access,
        disposable_token=await sign_in_again(users[0]),
        patience=PATIENCE_SECONDS,
        endless_question=ENDLESS_QUESTION,
        reasoning_question=REASONING_QUESTION,
        refresh_token=users[0].refresh,
    )
    skipped = {"the_rate_of_questions_is_limited", "the_expiry_of_an_access_token_closes_nothing"}
    assert await find_skipped(target, model_server) == skipped
