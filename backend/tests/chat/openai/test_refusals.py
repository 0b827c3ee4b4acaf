"""Errors that a program gets when the model service refuses or fails (docs/api.md: A-10.9)."""

import json
from typing import Any

import aiohttp
import openai
import pytest

from apps.chat.models import ApiCall
from apps.core.database import run_in_database
from testkit.fakes.raw_model_server import RawModelServer
from tests.chat.openai.programs import Program, make_body
from tests.chat.openai.service_answers import END, ONE, events, whole

# Forwarded answers are not stored.
pytestmark = pytest.mark.store_independent


@pytest.fixture
def model_server(raw_model_server: RawModelServer) -> RawModelServer:
    return raw_model_server


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (400, {"param": "seed"}, (400, "invalid_request_error", "invalid_request", "seed")),
        (400, {"param": "not_sent"}, (400, "invalid_request_error", "invalid_request", None)),
        (404, {"code": "model_not_found"}, (404, "invalid_request_error", "model_not_found", None)),
        (401, {}, (502, "server_error", "service_key_refused", None)),
        (429, {}, (429, "rate_limit_error", "rate_limit_exceeded", None)),
        (413, {"code": "rate_limit_exceeded"}, (429, "rate_limit_error", "rate_limit_exceeded", None)),
        (429, {"code": "insufficient_quota"}, (429, "insufficient_quota", "insufficient_quota", None)),
        (402, {}, (429, "insufficient_quota", "insufficient_quota", None)),
        (503, {}, (503, "server_error", "service_overloaded", None)),
        (529, {}, (503, "server_error", "service_overloaded", None)),
        (500, {}, (502, "server_error", "service_error", None)),
        (400, {"code": "context_length_exceeded"}, (400, "invalid_request_error", "context_length_exceeded", None)),
        (400, {"code": "image_input_not_supported"}, (400, "invalid_request_error", "images_not_supported", None)),
    ],
)
async def test_failures_of_the_service_are_reported_without_its_words(
    model_server: RawModelServer,
    program: Program,
    status: int,
    error: dict[str, str],
    expected: tuple[int, str, str, str | None],
) -> None:
    """A-10.9: OpenAI's shape, and never the service's own text or key."""
    model_server.refuse_all(status, {"message": "secret words", **error})
    expected_status, kind, code, param = expected
    for stream in (True, False):
        asked = make_body("Go", seed=1, stream=stream)
        body = await program.refused("POST", "/chat/completions", asked, expect=expected_status)
        assert body["type"] == kind
        assert body["code"] == code
        assert body["param"] == param
        assert "secret" not in json.dumps(body)
    [call, *_] = await run_in_database(lambda: list(ApiCall.objects.all()))
    assert call.status == "error"


@pytest.mark.parametrize("retry_after", ["7", "0", None])
@pytest.mark.parametrize(("status", "raised"), [(429, openai.RateLimitError), (503, openai.InternalServerError)])
async def test_a_busy_service_says_when_to_try_again(
    model_server: RawModelServer,
    client: openai.AsyncOpenAI,
    status: int,
    raised: type[openai.APIStatusError],
    retry_after: str | None,
) -> None:
    """A-10.9: `Retry-After` is the service's, at least a second, and always there."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    model_server.refuse_all(status, {"message": "secret words"}, headers)
    with pytest.raises(raised) as refused:
        await client.chat.completions.create(**make_body("Go"))
    with pytest.raises(raised) as streamed:
        await client.chat.completions.create(**make_body("Go"), stream=True)
    for failure in (refused.value, streamed.value):
        named = failure.response.headers["Retry-After"]
        assert named == retry_after if retry_after == "7" else 1 <= int(named) <= 60


async def test_the_openai_package_retries_after_a_rate_limit_but_not_without_credit(
    model_server: RawModelServer, client: openai.AsyncOpenAI
) -> None:
    """A-10.9: waiting helps against the first only."""
    retrying = client.with_options(max_retries=1)
    for code, requests in (("rate_limit_exceeded", 2), ("insufficient_quota", 1)):
        model_server.requests.clear()
        model_server.refuse_all(429, {"message": "secret words", "code": code}, {"Retry-After": "1"})
        with pytest.raises(openai.RateLimitError) as refused:
            await retrying.chat.completions.create(**make_body("Go"))
        assert refused.value.code == code
        assert len(model_server.requests) == requests


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        ({"code": 429, "message": "secret"}, 429, "rate_limit_exceeded"),
        ({"type": "rate_limit_error", "message": "secret"}, 429, "rate_limit_exceeded"),
        ({"code": "insufficient_quota", "message": "secret"}, 429, "insufficient_quota"),
        ({"type": "overloaded_error", "message": "secret"}, 503, "service_overloaded"),
        ({"code": 500, "message": "secret"}, 502, "service_error"),
    ],
)
async def test_an_error_with_status_200_is_answered_with_its_own_status(
    model_server: RawModelServer, program: Program, error: dict[str, Any], status: int, code: str
) -> None:
    """A-10.9: some services begin a good response before they fail."""
    body = json.dumps({"error": error}).encode()
    for stream in (True, False):
        model_server.set_body(b"data: " + body + b"\n\n" if stream else body)
        async with program.request("POST", "/chat/completions", make_body("Go", stream=stream)) as response:
            assert response.status == status
            assert (await response.json())["error"]["code"] == code
            assert ("Retry-After" in response.headers) is (response.status in {429, 503})


async def test_refusals_of_paths_methods_and_headers_say_why(program: Program, model_server: RawModelServer) -> None:
    """A-10.9: the sentence says what to change."""
    error = await program.refused("POST", "/chat/completions", data=b'{"model": "fake-model"}', expect=400)
    assert error["code"] == "invalid_request"
    assert "Content-Type: application/json" in error["message"]
    async with program.request("POST", "/models", {}) as response:
        assert response.status == 405
        assert response.headers["Allow"] == "GET"
        assert "GET" in (await response.json())["error"]["message"]
    error = await program.refused("POST", "/completions", {}, expect=404)
    assert error["code"] == "not_found"
    assert "/v1/chat/completions" in error["message"]
    error = await Program(program.server, "").refused("GET", "/models", expect=401)
    assert error["code"] == "invalid_api_key"
    assert "Authorization: Bearer" in error["message"]
    assert not model_server.requests


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (b'{"model": "fake-model", "messages": [{"role": "user", "content": "\xff"}]}', None),
        (b'{"model": "fake-model", "messages": [{"role": "user", "content": "Hi"}], "temperature": NaN}', None),
        (b'{"model": "fake-model", "messages": ["Hi"]}', "messages"),
        (b'{"model": "fake-model", "messages": [{"role": "user", "content": "Hi"}, null]}', "messages"),
    ],
)
async def test_a_body_that_would_be_changed_is_refused(
    body: bytes, param: str | None, program: Program, model_server: RawModelServer
) -> None:
    """A-10.6: bytes that are not UTF-8, and NaN, are not JSON; a message is an object."""
    headers = {"Authorization": f"Bearer {program.key}", "Content-Type": "application/json"}
    url = f"{program.server.url}/v1/chat/completions"
    async with aiohttp.request("POST", url, data=body, headers=headers) as response:
        error = (await response.json())["error"]
        assert response.status == 400
        assert error["code"] == "invalid_request"
        assert error["param"] == param
    assert not model_server.requests


async def test_a_body_of_too_many_parts_is_refused_before_it_is_read(
    program: Program, model_server: RawModelServer
) -> None:
    """A-10.6: a text may have any number of commas and brackets."""
    question = {"model": "fake-model", "messages": [{"role": "user", "content": "[],{}" * 50_000}]}
    error = await program.refused("POST", "/chat/completions", {**question, "x": [[]] * 50_001}, expect=400)
    assert error["code"] == "invalid_request"
    assert "100,000" in error["message"]
    assert not model_server.requests
    model_server.set_body(events(ONE, END, "[DONE]"))
    async with program.request("POST", "/chat/completions", question) as response:
        assert response.status == 200


async def test_a_model_with_a_long_name_is_unknown(program: Program) -> None:
    error = await program.refused("POST", "/chat/completions", make_body("Hi", model="m" * 201), expect=404)
    assert error["code"] == "model_not_found"
    assert error["param"] == "model"


async def test_head_is_answered_like_get_without_the_body(program: Program) -> None:
    """A-10.15."""
    for path, status in (("/models", 200), ("/models/fake-model", 200), ("/models/none", 404)):
        async with program.request("GET", path) as whole, program.request("HEAD", path) as head:
            assert head.status == status
            assert await head.read() == b""
            assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    await program.refused("GET", "/chat/completions", expect=405)


async def test_a_slash_at_the_end_of_a_path_is_ignored(program: Program, model_server: RawModelServer) -> None:
    """A-10.15."""
    for path in ("/models/", "/models/fake-model", "/models/fake-model/"):
        async with program.request("GET", path) as response:
            assert response.status == 200, path
    model_server.set_body(json.dumps(whole("Hi")).encode(), "application/json")
    async with program.request("POST", "/chat/completions/", make_body("Go")) as response:
        assert response.status == 200
