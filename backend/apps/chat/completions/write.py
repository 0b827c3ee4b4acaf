"""The task of a call: writes the service's answer to the stream log or returns it at once, and stores its usage."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

import structlog

from apps.chat.completions.errors import (
    CLIENT_LEFT,
    INTERNAL_ERROR,
    KEY_ENDED,
    WORKER_ENDED,
    CallFailedError,
    CallRefusedError,
    explain_failure,
)
from apps.chat.completions.records import store_call_end
from apps.chat.completions.request import CompletionRequest
from apps.chat.completions.running import CallState, RunningCall, running_calls
from apps.chat.events import AnswerStatus, AnswerText, Delta, Ending, Usage
from apps.chat.log.base import LogWriter
from apps.chat.log.registry import get_stream_log
from apps.chat.providers.base import ForwardedAnswer, Provider
from apps.chat.providers.errors import ProviderError, ProviderInterruptedError
from apps.chat.providers.forwarding.forwarded_chunks import list_choices
from apps.chat.providers.reading.json_objects import encode_object
from apps.chat.providers.reading.usage_json import read_usage
from apps.core.database import run_in_database
from apps.core.outages import log_failure

logger = structlog.get_logger(__name__)

CALL_RUN = 1
"""A call is one run: no other worker can continue it."""

MAX_CALL_LENGTH = 16 * 1024 * 1024
"""Code points of all chunks of a call."""

_STOPPED_BY = {
    CLIENT_LEFT: AnswerStatus.STOPPED,
    KEY_ENDED: AnswerStatus.STOPPED,
    WORKER_ENDED: AnswerStatus.INTERRUPTED,
}


class CallWriter:
    """Makes one call, and stores its ending; `completion` is the answer to a request without a stream."""

    def __init__(self, call: RunningCall, request: CompletionRequest) -> None:
        self._call = call
        self._request = request
        self._log: LogWriter | None = None
        self._length = 0
        self._usage: Usage | None = None
        self.completion: dict[str, Any] = {}

    async def run(self, provider: Provider) -> None:
        """Make the call; a failure before the first chunk is the result of `begun`, a later one ends the stream."""
        failure: CallFailedError | CallRefusedError | None = None
        try:
            if self._call.state is CallState.STOPPING:
                raise asyncio.CancelledError  # noqa: TRY301 - stopped before its first step
            self._call.move_to(CallState.RUNNING)
            async with provider.forward(self._request.fields | {"model": self._request.model}) as answer:
                await (self._read_stream if self._request.is_stream else self._read_completion)(answer)
        except asyncio.CancelledError:
            failure = CallFailedError(self._call.stop_code or CLIENT_LEFT)
        except ProviderError as error:
            logger.info(
                "completion_failed",
                error=type(error).__name__,
                failure=error.failure,
                service_status=error.status,
                service_code=error.service_code,
            )
            failure = explain_failure(error)
        except Exception as error:  # noqa: BLE001 - the client is told, the log has the traceback
            log_failure(logger, "completion_broke", error)
            failure = CallFailedError(INTERNAL_ERROR)
        self._call.move_to(CallState.ENDING)
        await self._end(failure)

    async def _read_completion(self, answer: ForwardedAnswer) -> None:
        self.completion = await answer.read_completion()
        self._note_usage(self.completion)
        self.completion["model"] = self._request.model

    async def _read_stream(self, answer: ForwardedAnswer) -> None:
        async with aclosing(answer.chunks()) as chunks:
            async for chunk in chunks:
                self._note_usage(chunk)
                if self._request.wants_usage or self._remove_usage(chunk):
                    await self._append(chunk | {"model": self._request.model})
        await self._begin_log()

    async def _begin_log(self) -> LogWriter:
        """Begin the log, even for a stream without chunks, so that clients can follow it to its end."""
        if self._log is None:
            self._log = await get_stream_log().start(self._call.call_id, CALL_RUN, AnswerText())
        return self._log

    async def _append(self, chunk: Mapping[str, Any]) -> None:
        text = encode_object(chunk).decode() + "\n"
        self._length += len(text)
        if self._length > MAX_CALL_LENGTH:
            raise ProviderInterruptedError("the answer is too long")
        log = await self._begin_log()
        log.append(Delta(text))
        if not self._call.begun.done():
            self._call.begun.set_result(None)

    def _note_usage(self, answer: Mapping[str, Any]) -> None:
        # Some services state the usage in a choice, and Groq in a separate part.
        groq = answer.get("x_groq")
        usages = [answer.get("usage"), *(choice.get("usage") for choice in list_choices(answer))]
        usages += [groq.get("usage")] if isinstance(groq, dict) else []
        for usage in usages:
            if usage and (counted := read_usage(usage)) is not None:
                self._usage = counted.merge(self._usage)
                return

    def _remove_usage(self, chunk: dict[str, Any]) -> bool:
        """Remove the usage from a chunk, because the program did not ask for it; return whether anything is left."""
        had_usage = chunk.pop("usage", None)
        return not had_usage or bool(chunk.get("choices"))

    async def _end(self, failure: CallFailedError | CallRefusedError | None) -> None:
        code = None if failure is None else failure.code
        status = AnswerStatus.COMPLETE if code is None else _STOPPED_BY.get(code, AnswerStatus.ERROR)
        try:
            await run_in_database(store_call_end, self._call.call_id, status, self._usage, code)
        except Exception as error:  # noqa: BLE001 - the answer is there, only its usage is lost
            log_failure(logger, "usage_not_stored", error)
        running_calls.remove(self._call)
        usage = self._usage or Usage()
        logger.info(
            "completion_ended",
            model=self._call.model,
            status=status,
            error_code=code,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
        )
        if self._log is not None:
            await self._log.finish(Ending(status, usage=self._usage, error_code=code))
        if not self._call.begun.done():
            self._call.begun.set_result(failure)
