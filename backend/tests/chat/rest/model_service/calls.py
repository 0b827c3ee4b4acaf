"""Calls of `/api/models/service`, and what it shows."""

from tests.chat.rest.accounts import Account

KEY = "sk-0123456789-abcdefghij"
NO_SERVICE = {
    "source": "none",
    "id": 1,
    "name": "",
    "prefix": "",
    "limits": [],
    "base_url": "",
    "has_key": False,
    "key_end": "",
    "is_key_lost": False,
    "models": [],
    "changed_at": None,
}


def set_service(administrator: Account, base_url: str, **more: object) -> dict[str, object]:
    """Set the service, and return what is shown of it."""
    return dict(administrator.ask("PUT", "/models/service", {"base_url": base_url, **more}))


def refusal(
    administrator: Account, base_url: str, api_key: str | None = KEY, *, status: int = 400, **more: object
) -> str:
    """Try to set the service, and return the code of the refusal."""
    body = {"base_url": base_url, "api_key": api_key, **more}
    return administrator.refused("PUT", "/models/service", body, status=status)
