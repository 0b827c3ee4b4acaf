"""Objects without an answer in the middle of a stream: errors in every form, and signs of progress."""

import json
from typing import Any

from tests.chat.answers.bodies import BROKEN, HELLO, Case, Expected, chunk, events, stream

_ERRORS: dict[str, Any] = {
    "a code and a msg": {"code": 500, "msg": "boom"},
    "a code alone": {"code": 500},
    "a code as a string": {"code": "50603", "message": "System is too busy", "data": None},
    "a negative code": {"code": -1, "msg": "boom"},
    "a small code and a message": {"code": 1, "message": "boom"},
    "a message alone, of AWS": {"message": "Internal server error"},
    "a message alone that names no failure": {"message": "An upstream server did not answer"},
    "a message of Lambda": {"errorMessage": "2026-01-01 Task timed out", "errorType": "Sandbox.Timedout"},
    "a Message in capitals": {"Message": "User: x is not authorized"},
    "a status and a message": {"status": 500, "message": "boom"},
    "a status code, of Azure's gateway": {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 8 s."},
    "a state that failed": {"status": "failed"},
    "a state that failed, though its message is calm": {"state": "FAILED", "message": "done"},
    "an event of the Responses API": {"type": "response.failed", "response": {"status": "failed"}},
    "an event of the Responses API that is incomplete": {"type": "response.incomplete"},
    "the type of an error": {"type": "server_error", "message": "boom"},
    "the event of an error": {"event": "error", "data": None},
    "the object of an error in capitals": {"object": "Error"},
    "the object of an error of a kind": {"object": "chat.completion.error", "message": "boom"},
    "problem details": {"type": "about:blank", "title": "Bad Gateway", "status": 502},
    "an error in the delta": {"choices": [{"index": 0, "delta": {"error": {"message": "boom"}}}]},
    "an error in the message": {"choices": [{"index": 0, "message": {"error": "boom"}}]},
    "an error without choices in it": {"choices": [], "code": 500, "message": "boom"},
    "an error beside odd types": {"choices": [{"index": "0", "delta": {}}], "error": {"code": 500}},
    "an error of Groq": {"choices": [], "x_groq": {"id": "r", "error": "over capacity"}},
    "an error of Groq beside a choice": {"choices": [{"index": 0, "delta": {}}], "x_groq": {"error": "over capacity"}},
    "an error of MiniMax": {"choices": None, "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}},
    "an exception": {"exception": "ValueError", "traceback": []},
    "a fault": {"fault": {"faultstring": "Gateway timeout"}},
    "an Error in capitals": {"Error": {"Code": "InternalError"}},
    "a code that is a word": {"code": "DataInspectionFailed", "message": "Input may be unsuitable"},
    "an error code alone": {"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "Slow down"},
    "a success that is false": {"ok": False},
    "details of a validator": {"detail": [{"loc": ["body"], "msg": "boom"}]},
    "a problem while it was processing": {"message": "Something went wrong while processing your request"},
    "an exception of Bedrock": {"modelStreamErrorException": {"message": "boom"}},
    "an errMsg": {"errMsg": "boom", "errCode": 0},
    "an error within the data": {"data": {"error": {"message": "boom"}}},
    "an error within the response": {"response": {"id": "r", "error": {"message": "boom"}}},
    "a message about a status": {"message": "The upstream returned status 503"},
    "a message about too many requests": {"message": "Too many requests, please wait"},
    "an error that Ollama reports": {"error": "an error was encountered while running the model"},
}

_PROGRESS: dict[str, Any] = {
    "a code of HTTP": {"code": 202, "message": "processing"},
    "a code of HTTP, and any message": {"code": 200, "msg": "two ahead of you"},
    "a code that is a word": {"code": "queued", "message": "Position 3"},
    "a state": {"status": "processing"},
    "a state and a message": {"status": "in_progress", "message": "one worker failed, trying another"},
    "a message alone": {"message": "queued"},
    "a sentence alone": {"message": "The model is loading, please wait"},
    "a request to wait": {"detail": "Please wait"},
    "a default": {"default": True},
    "errors within the data that are none": {"data": {"error": None, "errors": []}},
    "a state in Chinese": {"status": "成功", "message": "好"},
    "a message in Chinese": {"code": 0, "msg": "排队中"},
    "a message in Chinese alone": {"message": "模型載入中，請稍候"},
    "a ping": {"type": "ping", "message": "still here"},
    "a step of a workflow": {"event": "workflow_started", "data": {"id": "w"}},
    "a status of HTTP": {"status": 202, "detail": "pending"},
    "a successful code beside choices": {"code": 0, "message": "Success", "choices": [{"index": 0, "delta": {}}]},
    "a good end of MiniMax": {"choices": None, "base_resp": {"status_code": 0, "status_msg": "success"}},
    "an error that is none": {"error": {"code": 0, "message": "Success"}},
    "an error in words that is none": {"error": "none"},
    "errors without one": {"errors": [], "success": True, "messages": []},
    "a warning": {"warning": "this model is deprecated"},
    "a warning with a message": {"type": "warning", "message": "this model is deprecated"},
    "a line of a log": {"level": "info", "message": "picked another worker"},
    "a title": {"title": "Talk about the weather"},
    "sources": {"sources": [{"source": {"name": "x"}, "document": ["an error"]}]},
    "an event of a pipeline": {"event": {"type": "status", "data": {"description": "an error", "done": False}}},
    "costs": {"choices": [], "cost": "0"},
    "the filter of Azure": {"id": "", "choices": [], "prompt_filter_results": [{"prompt_index": 0}]},
}

_AFTER_TEXT = {
    f"an error: {name}": Case(events(HELLO, json.dumps(one), "[DONE]"), BROKEN) for name, one in _ERRORS.items()
}
_BEFORE_TEXT = {
    f"progress: {name}": Case(stream(json.dumps(one), chunk("Hel"), json.dumps(one), chunk("lo"), json.dumps(one)))
    for name, one in _PROGRESS.items()
}

REPORTED_CASES: dict[str, Case] = (
    _AFTER_TEXT
    | _BEFORE_TEXT
    | {
        "an error as a field in capitals": Case(events(HELLO) + b'Error: {"code": 500}\n\ndata: [DONE]\n\n', BROKEN),
        "an error after the end": Case(events(HELLO, chunk(None, "stop"), "[DONE]", '{"error": "late"}'), BROKEN),
        "a busy service, in the choice": Case(
            events('{"choices": [{"delta": {}, "finish_reason": "error", "error": {"code": 429, "message": "slow"}}]}'),
            Expected("error", code="AI_OVERLOADED"),
        ),
        "no credit, in the delta": Case(
            events(
                '{"choices": [{"delta": {"error": {"code": "insufficient_quota", "message": "none left"}}}]}', "[DONE]"
            ),
            Expected("error", code="AI_NO_CREDIT"),
        ),
        "an error in plain words": Case(events(HELLO, "Internal Server Error", "[DONE]"), BROKEN),
        "an error in plain words, of a proxy": Case(events(HELLO, "upstream request timeout", "[DONE]"), BROKEN),
        "a page in the middle": Case(events(HELLO, "<html><h1>502 Bad Gateway</h1></html>", "[DONE]"), BROKEN),
        "an event of an error of a kind": Case(
            events(HELLO) + b'event: response.error\ndata: {"x": 1}\n\ndata: [DONE]\n\n', BROKEN
        ),
        **{
            f"an event named {name}": Case(events(HELLO) + f"event: {name}\ndata: {{}}\n\n".encode() + stream(), BROKEN)
            for name in ("failed", "response.failed", "exception", "abort", "timeout", "server_error")
        },
        "a page without words of failure": Case(events(HELLO, "<!DOCTYPE html><html>", "[DONE]"), BROKEN),
        "a page without a field": Case(
            events(HELLO) + b"<html><body>Sign in</body></html>\n\ndata: [DONE]\n\n", BROKEN
        ),
        "plain words of failure without a field": Case(
            events(HELLO) + b"Internal Server Error\n\ndata: [DONE]\n\n", BROKEN
        ),
        "a traceback": Case(events(HELLO, "Traceback (most recent call last):", "[DONE]"), BROKEN),
        "words without a field that are none": Case(b"ping\n\n" + events(HELLO) + b"...\n\n" + stream()),
        "plain words that are none": Case(
            stream("connected", HELLO, "keep-alive", "Processing your request", '"still here"')
        ),
        "an error in words behind the JSON": Case(events(f"{HELLO}Error: upstream", "[DONE]"), BROKEN),
    }
)
