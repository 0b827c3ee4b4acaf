"""Requests that a real service refuses for one of their fields, which is left out and remembered."""

import json
from collections.abc import Callable

import pytest
from pytest_django import Settings

from testkit.fakes.raw_model_server import RawModelServer, Refused
from testkit.live import LiveServer, SignedInUser
from tests.chat.answers.bodies import JSON, ask, events, whole
from tests.chat.answers.refusal_wordings import encode, error

# The provider reads them before anything is stored.
pytestmark = pytest.mark.store_independent

UNSUPPORTED = "Unsupported value: '{}' does not support 0.7 with this model."


@pytest.fixture
def gpt_5(settings: Settings, chat_server: LiveServer, model_server: RawModelServer) -> None:
    """The server offers a model that takes reasoning efforts."""
    settings.AI_MODELS = ["gpt-5"]
    model_server.set_models({"id": "gpt-5"})
    chat_server.restart()


@pytest.fixture
def offer(settings: Settings, chat_server: LiveServer, model_server: RawModelServer) -> Callable[..., None]:
    """Return a function that has the server offer models of the service, with this limit of their answers."""

    def offer_models(*names: str, max_output: int) -> None:
        service = {"name": "", "base_url": model_server.base_url, "api_key": "", "models": names}
        settings.AI_SERVICES = [service | {"limits": [(name, None, max_output) for name in names]}]
        settings.OPENAI_BASE_URL = settings.OPENAI_API_KEY = ""
        entries: list[dict[str, object]] = [{"id": name} for name in names]
        model_server.set_models(*entries)
        chat_server.restart()

    return offer_models


BODIES: dict[str, object] = {
    "param": error("x", param="PARAMETER"),
    "param is a word for none": error(UNSUPPORTED, param="None", type="None", code="400"),
    "param is null in words": error(UNSUPPORTED, param="null"),
    "param is a field that was not sent": error(UNSUPPORTED, param="sampling"),
    "param in a list": error("x", param=["PARAMETER"]),
    "param with a path": error("x", param="body.PARAMETER"),
    "message is null": {"error": {"message": None, "param": "PARAMETER", "code": 1.5}},
    "code is a number": {"error": {"message": UNSUPPORTED, "code": 1.5, "type": 7}},
    "code is an object": {"error": {"message": UNSUPPORTED, "code": {"a": 1}, "param": {}}},
    "detail is an object": {"detail": {"message": UNSUPPORTED, "loc": None}},
    "detail is a string": {"detail": UNSUPPORTED},
    "loc with floats": {"detail": [{"loc": ["body", 1.0, "PARAMETER"], "msg": "Extra inputs are not permitted"}]},
    "loc is a string": {"detail": [{"loc": "PARAMETER", "type": "extra_forbidden"}]},
    "detail in a message": {"object": "error", "message": {"detail": [{"loc": ["body", "PARAMETER"]}]}},
    "an error in a list": [{"error": {"message": UNSUPPORTED, "status": "INVALID_ARGUMENT"}}],
    "an error that is a string": {"error": UNSUPPORTED},
    "errors": {"success": False, "errors": [{"code": 7009, "message": UNSUPPORTED}]},
    "strings": {"errors": [UNSUPPORTED]},
    "another gateway's body in the message": error(json.dumps(error(UNSUPPORTED))),
    "another gateway's body as raw": error(
        "Provider returned error", metadata={"raw": json.dumps({"error": UNSUPPORTED})}
    ),
    "the field of a validator for JavaScript": {"error": {"issues": [{"path": ["PARAMETER"], "message": "Invalid"}]}},
    "the property of a validator": {"message": "x", "errors": [{"property": "PARAMETER", "constraints": {}}]},
    "errors by field": {"errors": {"PARAMETER": ["This field is unknown."]}},
    "an event": "event: error\ndata: " + json.dumps(error("x", param="PARAMETER")) + "\n\ndata: [DONE]\n\n",
    "capitals": error("PARAMETER IS NOT SUPPORTED"),
    "text": UNSUPPORTED,
}


@pytest.mark.parametrize(
    ("parameter", "status"),
    [("temperature", 400), ("temperature", 500), ("reasoning_effort", 422), ("max_tokens", 400)],
)
async def test_a_refused_parameter_is_left_out_and_remembered(
    settings: Settings,
    user: SignedInUser,
    model_server: RawModelServer,
    offer: Callable[..., None],
    subtests: pytest.Subtests,
    parameter: str,
    status: int,
) -> None:
    settings.MESSAGE_RATE = "off"
    names = [f"gpt-5-{number}" for number in range(len(BODIES))]
    offer(*names, max_output=99)
    for name, (about, body) in zip(names, BODIES.items(), strict=True):
        with subtests.test(about):
            refusal = json.dumps(body) if not isinstance(body, str) else body
            refused = Refused(status, refusal.replace("{}", parameter).replace("PARAMETER", parameter).encode())
            model_server.refuse = lambda request, refused=refused: refused if parameter in request else None  # type: ignore[misc]
            model_server.requests.clear()
            for _ in range(2):
                answer, _ = await ask(user, model=name, reasoning_effort="low")
                assert answer.content == "Hello"
            assert [parameter in request for request in model_server.requests] == [True, False, False]


@pytest.mark.usefixtures("gpt_5")
@pytest.mark.parametrize(
    "wording",
    [
        '"x" does not support thinking',
        "Model grok-4 does not support parameter reasoningEffort.",
        "Thinking level is not supported for this model.",
        "litellm.UnsupportedParamsError: x does not support parameters: ['reasoning_effort'], for model=y.",
        "Unrecognized request argument supplied: reasoning_effort",
        "Unknown parameter: 'reasoning.effort'",
        'think value "x" is not supported for this model',
        "This model does not support the effort parameter.",
        "Unable to submit request because thinking_budget is not supported by this model",
        "Budget 0 is invalid. Thinking mode cannot be turned off for this model.",
        "Reasoning is mandatory for this endpoint and cannot be disabled.",
        "invalid reasoning value: 'x'",
    ],
)
async def test_each_wording_of_a_refused_effort_is_recognized(
    user: SignedInUser, model_server: RawModelServer, wording: str
) -> None:
    refused = Refused(400, encode(error(wording)))
    model_server.refuse = lambda request: refused if "reasoning_effort" in request else None
    answer, _ = await ask(user, reasoning_effort="high")
    assert answer.content == "Hello"
    assert len(model_server.requests) == 2


@pytest.mark.usefixtures("gpt_5")
@pytest.mark.parametrize(
    "wording",
    [
        "Unsupported value: 'reasoning_effort' does not support 'minimal' with this model. Use 'low'.",
        'invalid think value: "minimal" (must be "high", "medium", "low", true, or false)',
        "reasoning_effort must be one of `low`, `medium`, or `high`",
        "Thinking level MINIMAL is not supported for this model.",
    ],
)
async def test_a_refused_value_does_not_keep_other_efforts_from_being_sent(
    user: SignedInUser, model_server: RawModelServer, wording: str
) -> None:
    refused = Refused(400, encode(error(wording)))
    model_server.refuse = lambda request: refused if request.get("reasoning_effort") == "minimal" else None
    for effort in ("minimal", "minimal", "high"):
        answer, _ = await ask(user, reasoning_effort=effort)
        assert answer.content == "Hello"
    sent = [request.get("reasoning_effort") for request in model_server.requests]
    assert sent == ["minimal", None, None, "high"]


@pytest.mark.parametrize(
    "wording",
    [
        "`max_tokens` must be less than or equal to `8192`, which is less than the `context_window` for this model",
        "The maximum tokens you requested exceeds the model limit of 4096. Try again with a lower value.",
        "too many tokens: max tokens must be less than or equal to 4096, the maximum output length for this model.",
        "Use of max tokens is not supported with this model.",
    ],
)
async def test_a_limit_of_the_answer_that_is_too_large_is_left_out(
    user: SignedInUser, model_server: RawModelServer, offer: Callable[..., None], wording: str
) -> None:
    offer("x", max_output=9999)
    refused = Refused(400, encode(error(wording)))
    limits = {"max_tokens", "max_completion_tokens"}
    model_server.refuse = lambda request: refused if limits & request.keys() else None
    answer, _ = await ask(user, model="x")
    assert answer.content == "Hello"


@pytest.mark.parametrize("status", [None, 400, "422"])
@pytest.mark.parametrize(
    ("message", "left_out"),
    [
        ("Unsupported value: 'temperature' does not support 0.7 with this model.", "temperature"),
        ("Unrecognized request argument supplied: stream_options", "stream_options"),
    ],
)
async def test_a_parameter_that_is_refused_in_a_stream_is_left_out_and_remembered(
    user: SignedInUser, model_server: RawModelServer, status: object, message: str, left_out: str
) -> None:
    refused = Refused(200, b": PROCESSING\n\n" + events(json.dumps(error(message, code=status))))
    model_server.refuse = lambda request: refused if left_out in request else None
    for _ in range(2):
        answer, message_stored = await ask(user)
        assert answer.content == "Hello"
        assert message_stored["status"] == "complete"
    assert [left_out in request for request in model_server.requests] == [True, False, False]


async def test_a_system_role_that_is_refused_in_a_stream_is_left_out(
    user: SignedInUser, model_server: RawModelServer
) -> None:
    refused = Refused(200, events(json.dumps({"error": "System role not supported"})))
    model_server.refuse = lambda request: refused if request["messages"][0]["role"] == "system" else None
    answer, _ = await ask(user, system_prompt="Be brief.")
    assert answer.content == "Hello"
    assert model_server.requests[-1]["messages"][0]["content"] == "Be brief.\n\nQuestion"


@pytest.mark.parametrize(
    "body",
    [
        error("Your organization must be verified to stream this model.", param="stream", code="unsupported_value"),
        error("Unsupported value: 'stream' does not support true with this model. Only false is supported."),
        {"error": "Streaming is not supported for this model"},
        {"detail": "This model does not support streaming."},
    ],
    ids=str,
)
async def test_a_model_that_is_not_streamed_answers_whole(
    user: SignedInUser, model_server: RawModelServer, body: object
) -> None:
    refused = Refused(400, encode(body))
    model_server.refuse = lambda request: refused if "stream" in request else None
    model_server.set_body(whole({"content": "Hello", "reasoning": "Hm."}).encode(), JSON)
    for _ in range(2):
        answer, message = await ask(user)
        assert answer.content == "Hello"
        assert answer.reasoning == "Hm."
        assert message["status"] == "complete"
    assert ["stream" in request for request in model_server.requests] == [True, False, False]
    assert "stream_options" not in model_server.requests[-1]


async def test_an_overload_in_a_stream_leaves_no_parameter_out(
    user: SignedInUser, model_server: RawModelServer
) -> None:
    refused = Refused(200, events(json.dumps(error("Overloaded: lower the temperature of this server", code=529))))
    model_server.refuse = lambda _: refused if len(model_server.requests) == 1 else None
    answer, _ = await ask(user)
    assert answer.content == "Hello"
    assert ["temperature" in request for request in model_server.requests] == [True, True]
