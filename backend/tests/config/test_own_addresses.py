"""The hosts at which the server answers without `ALLOWED_HOSTS`: its own addresses."""

import pytest
from django.http.request import split_domain_port, validate_host

from config.hosts import find_own_addresses, is_loopback, read_host, read_host_names

pytestmark = pytest.mark.storeless


@pytest.mark.parametrize(
    ("host", "header"),
    [
        ("fd00::5", "[fd00::5]:8000"),
        ("FD00:0:0:0:0:0:0:5", "[fd00::5]:8000"),
        ("fe80::1%eth0", "[fe80::1]:8000"),
        ("192.0.2.5", "192.0.2.5:8000"),
        ("chat.lan", "chat.lan"),
    ],
)
def test_a_request_to_the_configured_address_is_served(host: str, header: str) -> None:
    assert validate_host(split_domain_port(header)[0], find_own_addresses(host))


@pytest.mark.parametrize("host", ["[fd00::5]", "[FD00:0:0::5]", "fd00:0:0:0:0:0:0:5", "fd00::5"])
def test_an_allowed_ipv6_address_may_be_in_any_form(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", f"chat.example.org,{host}")
    assert read_host_names("ALLOWED_HOSTS") == ["chat.example.org", "[fd00::5]"]
    assert read_host("https://[FD00:0:0::5]:8000/") == "[fd00::5]"


def test_loopback_may_be_in_any_form() -> None:
    assert is_loopback("0:0:0:0:0:0:0:1")
    assert find_own_addresses("0:0:0:0:0:0:0:1") == []
    assert find_own_addresses("0:0:0:0:0:0:0:0") == find_own_addresses("::")
    assert not is_loopback("fd00::1")
