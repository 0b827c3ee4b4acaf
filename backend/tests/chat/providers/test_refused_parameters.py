"""Parameters that a model service refuses: they are left out, and remembered for the model."""

import pytest

from apps.chat.providers.errors import ProviderUnavailableError
from apps.chat.providers.openai import OpenAIProvider
from testkit.fakes.model_server import ModelServer
from tests.chat.providers.asking import ask, make_prompt

pytestmark = pytest.mark.storeless


@pytest.mark.parametrize("form", ["", "[[no_param]] "])
@pytest.mark.parametrize("parameter", ["temperature", "stream_options"])
async def test_an_unsupported_parameter_is_left_out_and_remembered(
    model_server: ModelServer, provider: OpenAIProvider, parameter: str, form: str
) -> None:
    for _ in range(2):
        answer = await ask(provider, f"[[unsupported={parameter}]] {form}hello")
        assert answer.content == "Echo: hello"
    assert [parameter in request.body for request in model_server.requests] == [True, False, False]


@pytest.mark.parametrize("form", ["", "[[no_param]] "])
async def test_max_tokens_becomes_max_completion_tokens(
    model_server: ModelServer, provider: OpenAIProvider, form: str
) -> None:
    await ask(provider, make_prompt(f"[[unsupported=max_tokens]] {form}hello", max_tokens=9))
    sent = [(r.body.get("max_tokens"), r.body.get("max_completion_tokens")) for r in model_server.requests]
    assert sent == [(9, None), (None, 9)]


async def test_several_unsupported_parameters_are_left_out(model_server: ModelServer, provider: OpenAIProvider) -> None:
    names = "temperature,stream_options,max_tokens,max_completion_tokens"
    answer = await ask(provider, make_prompt(f"[[unsupported={names}]] hello", max_tokens=9))
    assert answer.content == "Echo: hello"
    assert set(model_server.requests[-1].body) == {"model", "messages", "stream"}
    assert len(model_server.requests) == 5


async def test_a_refused_parameter_is_remembered_for_its_model_only(
    model_server: ModelServer, provider: OpenAIProvider
) -> None:
    await ask(provider, "[[unsupported=temperature]] x")
    prompt = make_prompt("y")
    await ask(provider, type(prompt)("other-model", prompt.messages))
    assert "temperature" in model_server.requests[-1].body


async def test_required_parameters_are_never_left_out(model_server: ModelServer, provider: OpenAIProvider) -> None:
    with pytest.raises(ProviderUnavailableError):
        await ask(provider, "[[unsupported=messages]]")
    assert len(model_server.requests) == 1
