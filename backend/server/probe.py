"""`python -m server.probe`: health check of a container; exit code 1 if its server is not ready."""

import http.client
import sys

from config import env, hosts

TIMEOUT_SECONDS = 6.0
READINESS_PATH = "/api/health/ready"


def is_ready(*, host: str, port: int) -> bool:
    """Ask the server on this machine; `host` is one of the names that it answers to."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", READINESS_PATH, headers={"Host": host})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    env.load_files("production")
    own_name = (hosts.read_host_names("ALLOWED_HOSTS") or [hosts.read_host(env.http_url("PUBLIC_URL")) or "localhost"])[
        0
    ]
    port = env.integer("PORT", 8000)
    env.refuse_problems()
    sys.exit(0 if is_ready(host=own_name.lstrip("."), port=port) else 1)
