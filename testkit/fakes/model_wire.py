"""Chat Completions as bytes: chunks, completions, model lists and error objects."""

import json
from typing import Any

from aiohttp import web

from testkit.fakes.model_answers import Answer, Token
from testkit.fakes.model_knobs import Knobs

_ID = "chatcmpl-fake"
_CREATED = 1_700_000_000


class ChunkWriter:
    """Writes one answer as a stream of chunks."""

    def __init__(self, response: web.StreamResponse, body: dict[str, Any], answer: Answer) -> None:
        self._response = response
        self._body = body
        self._answer = answer
        head = {"id": _ID, "object": "chat.completion.chunk", "created": _CREATED, "model": body.get("model", "")}
        self._head = json.dumps(head).encode()[:-1]

    async def open(self) -> None:
        """Write the first chunk, which has a role and no text."""
        await self._chunk({"role": "assistant", "content": ""})

    async def token(self, token: Token) -> None:
        """Write one piece of text."""
        await self._chunk({self._answer.knobs.reasoning_field if token.is_reasoning else "content": token.text})

    async def finish(self) -> None:
        """Write the finish reason, the usage if it was requested, and `[DONE]`."""
        if self._answer.knobs.no_finish:
            return
        await self._chunk({}, self._answer.knobs.finish)
        if (self._body.get("stream_options") or {}).get("include_usage"):
            await self._event({"choices": [], "usage": usage(self._body, self._answer)})
        await self.send(b"data: [DONE]\n\n")

    async def error(self, *, as_event: bool) -> None:
        """Write an error in the middle of the stream."""
        error = {"error": {"message": "The server had an error: secret detail", "type": "server_error", "code": None}}
        await self.send((b"event: error\n" if as_event else b"") + b"data: " + json.dumps(error).encode() + b"\n\n")

    async def send(self, data: bytes) -> None:
        """Write bytes, in small pieces if a knob says so."""
        size = self._answer.knobs.split or len(data)
        for start in range(0, len(data), size):
            await self._response.write(data[start : start + size])

    async def _chunk(self, delta: dict[str, str], finish: str | None = None) -> None:
        await self._event({"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]})

    async def _event(self, rest: dict[str, Any]) -> None:
        await self.send(b"data: " + self._head + b", " + json.dumps(rest).encode()[1:] + b"\n\n")


def usage(body: dict[str, Any], answer: Answer) -> dict[str, int]:
    """Return the usage, with a word counted as a token."""
    prompt = sum(len(str(message["content"]).split()) for message in body["messages"])
    return {
        "prompt_tokens": prompt,
        "completion_tokens": len(answer.tokens),
        "total_tokens": prompt + len(answer.tokens),
    }


def completion(body: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """Return the answer as one JSON object."""
    message = {"role": "assistant", "content": answer.content}
    reasoning = "".join(token.text for token in answer.tokens if token.is_reasoning)
    if reasoning:
        message[answer.knobs.reasoning_field] = reasoning
    return {
        "id": _ID,
        "object": "chat.completion",
        "created": _CREATED,
        "model": body.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": answer.knobs.finish}],
        "usage": usage(body, answer),
    }


def model_list(ids: list[str]) -> dict[str, Any]:
    """Return the body of `GET /v1/models`."""
    return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "fake"} for name in ids]}


def first_unsupported(body: dict[str, Any], knobs: Knobs) -> str | None:
    """Return a parameter of the request that the knobs make unsupported, if there is one."""
    return next((name for name in knobs.unsupported.split(",") if name and name in body), None)


_BLIND = {
    "openai": (400, "Invalid content type. image_url is only supported by certain models."),
    "vllm": (400, "At most 0 image(s) may be provided in one prompt."),
    "llamacpp": (500, "image input is not supported - hint: you may need to provide the mmproj"),
    "openrouter": (404, "No endpoints found that support image input"),
}


def refusal_of_images(body: dict[str, Any], knobs: Knobs) -> web.Response | None:
    """Return the refusal of a request with images by a model that is blind, else None."""
    has_images = any(isinstance(message["content"], list) for message in body["messages"])
    if not knobs.blind or not has_images:
        return None
    status, message = _BLIND[knobs.blind]
    return web.json_response({"error": {"message": message, "type": "invalid_request_error"}}, status=status)


def refusal_of_length(body: dict[str, Any], knobs: Knobs) -> web.Response | None:
    """Return the refusal of a prompt that is longer than the knobs allow, else None."""
    if (
        knobs.max_prompt_length is None
        or sum(len(str(message["content"])) for message in body["messages"]) <= knobs.max_prompt_length
    ):
        return None
    message = f"This model's maximum context length is {knobs.max_prompt_length} tokens."
    error = {"message": message, "type": "invalid_request_error", "code": "context_length_exceeded"}
    return web.json_response({"error": error}, status=400)


def failure(status: int, knobs: Knobs, *, parameter: str | None = None) -> web.Response:
    """Return an error in OpenAI's form; its text must not reach any client."""
    error: dict[str, Any] = {"message": "secret detail", "type": "server_error", "param": None, "code": None}
    if parameter is not None:
        error["message"] = f"Unsupported parameter: '{parameter}' is not supported with this model."
        error["type"] = "invalid_request_error"
        if not knobs.no_param:
            error |= {"param": parameter, "code": "unsupported_parameter"}
    headers = {"Retry-After": knobs.retry_after} if knobs.retry_after else {}
    if status in range(300, 400):
        headers["Location"] = "/v1/chat/completions"
    return web.json_response({"error": error}, status=status, headers=headers)
