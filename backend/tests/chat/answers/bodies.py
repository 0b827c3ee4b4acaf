"""Bodies of responses of model services, and the answer that each must lead to on the socket and in GET."""

import json
from typing import Any, NamedTuple

from testkit.fakes.raw_model_server import RawModelServer
from testkit.live import SignedInUser
from tests.chat.socket.conversations import OpenConversation

EVENTS, JSON, NDJSON = "text/event-stream", "application/json", "application/x-ndjson"


class Expected(NamedTuple):
    """The result of a body; `usage` has the tokens of the prompt and the completion."""

    status: str
    text: str = ""
    reasoning: str = ""
    code: str | None = None
    usage: tuple[int, int] | None = None


def complete(text: str = "Hello", reasoning: str = "", usage: tuple[int, int] | None = None) -> Expected:
    return Expected("complete", text, reasoning, usage=usage)


EMPTY = Expected("error", code="AI_EMPTY_ANSWER")
BROKEN = Expected("interrupted", "Hello")
FAILED = Expected("error", code="AI_ERROR")


class Case(NamedTuple):
    """The body of a response, the answer that it must lead to, and its content type."""

    body: bytes
    expected: Expected = complete()
    kind: str = EVENTS


def chunk(content: Any = None, reason: Any = None, /, **more: Any) -> str:
    """Return one chunk; `more` has fields of the delta under `delta_…`, and fields of the choice under `choice_…`."""
    delta = {} if content is None else {"content": content}
    delta |= {name[6:]: value for name, value in more.items() if name.startswith("delta_")}
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    choice |= {name[7:]: value for name, value in more.items() if name.startswith("choice_")}
    outer = {name: value for name, value in more.items() if not name.startswith(("delta_", "choice_"))}
    return json.dumps({"choices": [choice], **outer})


def events(*data: str, end: str = "\n\n") -> bytes:
    return "".join(f"data: {one}{end}" for one in data).encode(errors="surrogatepass")


def stream(*data: str, end: str = "\n\n") -> bytes:
    """Return a stream of these events with a good end."""
    return events(*data, chunk(None, "stop"), "[DONE]", end=end)


def whole(message: Any, **more: Any) -> str:
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    return json.dumps({"object": "chat.completion", "choices": choices, **more})


def ollama(content: str, *, done: bool = False, **more: Any) -> str:
    return json.dumps({"model": "m", "message": {"role": "assistant", "content": content}, "done": done, **more})


HELLO = chunk("Hello")


async def check_answer(conversation: OpenConversation, server: RawModelServer, case: Case, encoding: str = "") -> None:
    """Ask a question that is answered with a body, and compare the socket's answer and the stored message.

    Each question begins a branch, so that the model sees it alone: a new conversation would take three times as long.
    `encoding` is what the response declares; the body stays as it is.
    """
    server.set_body(case.body, case.kind)
    expected = case.expected
    server.content_encoding = encoding
    answer = await conversation.socket.ask_to_the_end("Question", parent_id=None)
    message = await conversation.last_message()
    for found in ({**answer.ended, "content": answer.content, "reasoning": answer.reasoning}, message):
        assert found["status"] == expected.status
        assert found["content"] == expected.text
        assert (found["reasoning"] or "") == expected.reasoning
    assert message["error_code"] == expected.code
    if expected.usage is not None:
        prompt_tokens, completion_tokens = expected.usage
        assert answer.ended["usage"]["prompt_tokens"] == prompt_tokens
        assert answer.ended["usage"]["completion_tokens"] == completion_tokens


async def ask(user: SignedInUser, **settings: Any) -> tuple[Any, dict[str, Any]]:
    """Ask a question in a new conversation; return the socket's answer and the stored message."""
    conversation_id = await user.new_conversation(title="Named", **settings)
    opened = await user.enter(conversation_id)
    answer = await opened.ask_to_the_end("Question")
    await opened.drop()
    return answer, (await user.messages(conversation_id))[1]
