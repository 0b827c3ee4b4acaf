"""The base URL of a model service, as an administrator writes it."""

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

from apps.chat.models import SERVICE_URL_LENGTH
from apps.chat.providers.connection.hosts import is_valid_host
from apps.core.errors import InvalidInputError

_BRACKETS = re.compile(r"\[.*\](:[0-9]*)?")


def read_base_url(text: str) -> str:
    """Return a normalized http(s) base URL; a URL without a path gets `/v1`, the usual one."""
    try:
        parts = urlsplit(text.strip())
        is_good = parts.scheme in {"http", "https"} and is_valid_host(_read_host(parts)) and parts.port != 0
    except ValueError:
        is_good, parts = False, SplitResult("", "", "", "", "")
    if not is_good or "@" in parts.netloc or parts.query or parts.fragment:
        raise _url_error("Write an address such as https://host/v1, without a user name, a password or a query.")
    url = urlunsplit(parts._replace(path=parts.path.rstrip("/") or "/v1"))
    if len(url) > SERVICE_URL_LENGTH or not url.isascii() or any(character.isspace() for character in url):
        raise _url_error(f"An address has at most {SERVICE_URL_LENGTH} characters, without spaces.")
    return url


def _read_host(parts: SplitResult) -> str:
    """Return the host, or nothing if it has brackets but is not an IPv6 address."""
    host = parts.hostname or ""
    return host if bool(_BRACKETS.fullmatch(parts.netloc)) == (":" in host) else ""


def _url_error(message: str) -> InvalidInputError:
    return InvalidInputError(message, detail=[{"loc": ["body", "base_url"], "msg": message, "type": "address"}])
