"""Starting a call through /v1, in a task that outlives the connection of the client."""

import asyncio

from apps.chat.answers.errors import ServerDrainingError
from apps.chat.answers.running import running_answers
from apps.chat.completions.errors import NoSuchModelError
from apps.chat.completions.records import store_call
from apps.chat.completions.request import CompletionRequest
from apps.chat.completions.running import RunningCall, running_calls
from apps.chat.completions.write import CallWriter
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.chat.providers.errors import ProviderUnavailableError
from apps.core.database import run_in_database
from apps.core.ids import uuid7
from apps.core.tasks import spawn
from apps.users.auth import KeyPrincipal


async def start_call(principal: KeyPrincipal, request: CompletionRequest) -> tuple[RunningCall, CallWriter]:
    """Store that a call begins, and make it in a task; await the call's `begun` for the result.

    Raises:
        ServerDrainingError: this worker is about to end.
        NoSuchModelError: the model is not in the catalogue, or cannot be used.
        AuthenticationError, RateLimitError: as `store_call` does.
    """
    if not running_answers.is_open:
        raise ServerDrainingError
    try:
        provider = get_catalogue().get_provider(request.model)
    except ProviderUnavailableError:
        raise NoSuchModelError from None
    loop = asyncio.get_running_loop()
    call = RunningCall(
        call_id=uuid7(),
        owner_id=principal.user_id,
        key_id=principal.key_id,
        model=request.model,
        begun=loop.create_future(),
        seen_at=loop.time(),
    )
    await run_in_database(store_call, call, running_answers.worker_id)
    writer = CallWriter(call, request)
    running_calls.add(call)
    call.task = spawn(writer.run(provider), name=f"completion-{call.call_id}")
    return call, writer
