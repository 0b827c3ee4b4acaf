"""The environment of a server for drill or bench, without limits: all load comes from one address."""

import secrets
from pathlib import Path

LIMITS = (
    "THROTTLE_REGISTER",
    "THROTTLE_LOGIN",
    "THROTTLE_PASSWORD",
    "THROTTLE_REFRESH",
    "THROTTLE_ANONYMOUS",
    "THROTTLE_USER",
    "THROTTLE_UPLOAD",
    "STORAGE_PER_USER",
    "MESSAGE_RATE",
    "ANSWERS_PER_USER",
    "CONNECTIONS_PER_CLIENT",
    "REQUESTS_IN_FLIGHT",
    "REQUESTS_PER_CLIENT",
    "REQUEST_RATE_PER_CLIENT",
    "REQUESTS_PER_USER",
    "SOCKET_HANDSHAKE_RATE",
    "SOCKETS_PER_USER",
    "UNAUTHENTICATED_SOCKETS_PER_ADDRESS",
)


def unlimited_environment(folder: Path, model_url: str) -> dict[str, str]:
    """Return the whole environment: neither the caller's settings nor a settings file may change what is tested."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "JWT_SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "127.0.0.1",
        "REGISTRATION": "open",
        "OPENAI_BASE_URL": model_url,
        "OPENAI_API_KEY": "a-key",
        "AI_MODELS": "fake-model",
        **dict.fromkeys((*LIMITS, "DEBUG", "EMBEDDED_MODEL", "LOCAL_DISCOVERY"), "off"),
    }
