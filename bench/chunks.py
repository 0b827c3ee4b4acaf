"""The bytes of an answer as OpenAI-compatible services stream it: server-sent events in HTTP chunks."""

from time import monotonic_ns

_EVENT = (
    b'data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1767225600,"model":"fake-model",'
    b'"service_tier":"default","system_fingerprint":null,'
)
_EVENT_HEAD = _EVENT + b'"choices":[{"index":0,"delta":{"content":"'
_EVENT_TAIL = b'"},"logprobs":null,"finish_reason":null}]}\n\n'
_AROUND = len(_EVENT_HEAD) + len(_EVENT_TAIL)

LAST_CHUNK = b"0\r\n\r\n"
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)


def text_chunk(text: bytes) -> bytes:
    """Return an event with `text`, which must need no JSON escapes."""
    return b"%x\r\n%b%b%b\r\n" % (_AROUND + len(text), _EVENT_HEAD, text, _EVENT_TAIL)


def token_chunk(number: int) -> bytes:
    """Return an event with the token `<number>:<time>␠`; the time is `monotonic_ns`."""
    return text_chunk(b"%d:%d " % (number, monotonic_ns()))


def ending(tokens: int, *, with_usage: bool) -> bytes:
    """Return the finish, the usage if it was requested, `[DONE]`, and the end of the body."""
    events = [_EVENT + b'"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}\n\n']
    if with_usage:
        usage = b'{"prompt_tokens":9,"completion_tokens":%d,"total_tokens":%d}' % (tokens, tokens + 9)
        events.append(_EVENT + b'"choices":[],"usage":' + usage + b"}\n\n")
    events.append(b"data: [DONE]\n\n")
    return b"".join(b"%x\r\n%b\r\n" % (len(event), event) for event in events) + LAST_CHUNK


def json_response(body: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)
