"""The hosts at which the server answers without `ALLOWED_HOSTS`: its own addresses."""

import pytest
from django.http.request import split_domain_port, validate_host

from config.hosts import find_own_addresses

pytestmark = pytest.mark.storeless


@pytest.mark.parametrize(
    ("host", "header"), [("fd00::5", "[fd00::5]:8000"), ("192.0.2.5", "192.0.2.5:8000"), ("chat.lan", "chat.lan")]
)
def test_a_request_to_the_configured_address_is_served(host: str, header: str) -> None:
    assert validate_host(split_domain_port(header)[0], find_own_addresses(host))
