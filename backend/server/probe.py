"""`python -m server.probe`: whether the server of this container can serve; exit code 1 if not."""

import http.client
import sys

from config import env

PATIENCE = 6.0
PATH = "/api/health/ready"


def is_ready(*, host: str, port: int) -> bool:
    """Ask the server on this machine by the name `host` that it is known by."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", PATH, headers={"Host": host})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    env.load_files("production")
    own_name = (env.listed("ALLOWED_HOSTS") or [env.host_of(env.http_url("PUBLIC_URL")) or "localhost"])[0]
    sys.exit(0 if is_ready(host=own_name.lstrip("."), port=env.whole("PORT", 8000)) else 1)
