"""Waiting for the first token: both silence of the service and the whole wait have a limit."""

import pytest

from apps.chat.providers.errors import ProviderTimeoutError
from testkit.fakes.raw_model_server import GAP_SECONDS, RawModelServer
from tests.chat.providers.asking import ask
from tests.chat.providers.conftest import MakeProvider

pytestmark = pytest.mark.storeless

ANSWER = b'data: {"choices": [{"delta": {"content": "Hello"}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'


@pytest.fixture
def server(raw_model_server: RawModelServer) -> RawModelServer:
    raw_model_server.set_body(ANSWER)
    return raw_model_server


async def test_keep_alives_extend_the_wait_for_the_first_token(
    server: RawModelServer, make_provider: MakeProvider
) -> None:
    server.keep_alives = 60
    provider = make_provider(base_url=server.base_url, first_token_timeout=GAP_SECONDS * 40)
    assert (await ask(provider, "x")).content == "Hello"


async def test_the_whole_wait_has_a_limit(server: RawModelServer, make_provider: MakeProvider) -> None:
    server.keep_alives = None
    provider = make_provider(base_url=server.base_url, first_token_limit=GAP_SECONDS * 4)
    with pytest.raises(ProviderTimeoutError):
        await ask(provider, "x")
