"""No input to any endpoint causes a 5xx (docs/api.md: A-2.5; invariant I-7)."""

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django import Settings as DjangoSettings

from tests.chat.rest.accounts import Account
from tests.chat.rest.stored_messages import add_messages

ANYTHING_PER_TEST = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ODD_NUMBERS = [0, -1, 2**31, 2**63, 2**64, 10**30, 1e308, float("inf"), float("nan")]

HEADERS = [
    *("Accept", "Accept-Encoding", "Accept-Language", "Access-Control-Request-Method", "Authorization", "Cookie"),
    *("Forwarded", "Host", "If-Modified-Since", "If-None-Match", "Origin", "Range", "Referer", "User-Agent", "Via"),
    *("X-Client", "X-CSRFToken", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto"),
    *("X-Real-IP", "X-Request-ID"),
]
ODD_VALUES = [
    *("", "http://[", "http://[::1", "http://[::1]:x", "https://:99999", "//", "null", "[", "::ffff:1.2.3.4%eth0"),
    *("1.2.3.4:x", ", ,", "bytes=-1-", "refresh_token=", "refresh_token=a.b.c", "Bearer", "Bearer \xff", "a" * 9000),
]

texts = st.text(alphabet=st.characters(), max_size=250) | st.sampled_from(["\0", "\ud800", "x" * 20_001, "null"])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts | st.sampled_from(ODD_NUMBERS)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
names = st.sampled_from(
    ["id", "title", "model", "system_prompt", "temperature", "is_archived", "is_pinned", "message_id", "unknown"]
)
bodies = st.dictionaries(names, values, max_size=6) | values


def assert_no_fault(account: Account, method: str, path: str, body: bytes = b"") -> None:
    response = account.send(method, path, body)
    assert response.status < 500, (response.status, response.body)
    if response.status >= 400:
        assert {"error", "code"} <= set(response.body)


@pytest.fixture
def conversation(conversation: str) -> str:
    add_messages(conversation, ["question", "answer"])
    return conversation


@ANYTHING_PER_TEST
@given(body=bodies)
def test_no_json_body_causes_a_5xx(account: Account, conversation: str, body: object) -> None:
    encoded = json.dumps(body).encode()
    assert_no_fault(account, "POST", "/conversations/", encoded)
    assert_no_fault(account, "PATCH", f"/conversations/{conversation}", encoded)
    assert_no_fault(account, "PUT", f"/conversations/{conversation}/leaf", encoded)


@pytest.mark.store_independent
@ANYTHING_PER_TEST
@given(body=st.binary(min_size=1, max_size=200) | st.sampled_from([b"1" * 5000, b"[" * 5000, b'{"title":"\xff"}']))
def test_no_body_causes_a_5xx(account: Account, conversation: str, body: bytes) -> None:
    assert_no_fault(account, "POST", "/conversations/", body)
    assert_no_fault(account, "PATCH", f"/conversations/{conversation}", body)


@ANYTHING_PER_TEST
@given(
    query=st.dictionaries(
        st.sampled_from(["page", "page_size", "search", "include_archived", "before", "around", "unknown"]),
        st.binary(max_size=30) | texts.map(lambda text: text.encode(errors="surrogatepass")),
        max_size=4,
    )
)
def test_no_query_causes_a_5xx(account: Account, conversation: str, query: dict[str, bytes]) -> None:
    encoded = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    assert_no_fault(account, "GET", f"/conversations/?{encoded}")
    assert_no_fault(account, "GET", f"/conversations/{conversation}/messages?{encoded}")


@ANYTHING_PER_TEST
@given(part=st.binary(min_size=1, max_size=40), method=st.sampled_from(["GET", "PATCH", "PUT", "POST", "DELETE"]))
def test_no_id_causes_a_5xx(account: Account, conversation: str, part: bytes, method: str) -> None:
    for path in ("/conversations/{}", f"/conversations/{conversation}/messages/{{}}", "/conversations/{}/messages"):
        assert_no_fault(account, method, path.format(quote(part, safe="")), b"{}")


@ANYTHING_PER_TEST
@example(headers={"Origin": "http://["}, is_proxy_trusted=False)
@example(headers={"Origin": "http://[::1", "X-Forwarded-Host": "["}, is_proxy_trusted=True)
@given(
    headers=st.dictionaries(
        st.sampled_from(HEADERS),
        st.text(alphabet=st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60)
        | st.sampled_from(ODD_VALUES),
        min_size=1,
        max_size=4,
    ),
    is_proxy_trusted=st.booleans(),
)
def test_no_header_causes_a_5xx(
    account: Account, settings: DjangoSettings, headers: dict[str, str], *, is_proxy_trusted: bool
) -> None:
    settings.THROTTLE_ANONYMOUS = settings.THROTTLE_LOGIN = settings.THROTTLE_REFRESH = "off"
    settings.TRUSTED_PROXIES = ["127.0.0.1"] if is_proxy_trusted else []
    account.client.cookies["refresh_token"] = "a.b.c"
    for method, path in [
        ("GET", "/api/auth/me"),
        ("POST", "/api/auth/token/refresh"),
        ("OPTIONS", "/api/auth/token/pair"),
        ("GET", "/api/auth/registration"),
        ("POST", "/admin/login/"),
    ]:
        response = account.client.generic(method, path, headers=headers)
        assert response.status_code < 500, (method, path)
