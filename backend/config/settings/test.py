"""Settings of tests: fixed secrets, fast password hashes, and none of the developer's settings."""

import os
import tempfile

from config import env

env.load_files("test")
if "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="chat-test-data-")

from config.settings.base import *  # noqa: E402, F403
from config.settings.base import DATA_DIR, DATABASES  # noqa: E402

SECRET_KEY = "test-secret-key-that-is-long-enough-for-everything"  # noqa: S105
JWT_SECRET_KEY = "test-jwt-secret-key-that-is-long-enough-for-hs256"  # noqa: S105
SETUP_CODE = ""  # The first account is a user like the others.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
CORS_ALLOWED_ORIGINS = ["http://localhost:5173"]
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
EMBEDDED_MODEL = "off"
LOCAL_DISCOVERY = "off"
DRAIN_SECONDS = 0.0
WORKER_LEASE = 1.0
CHECKPOINT_SECONDS = 0.75
CONNECTION_REFUSAL_SECONDS = 0.2  # Tests that are refused read until the connection ends.
REQUEST_RATE_PER_CLIENT = SOCKET_HANDSHAKE_RATE = "off"  # All tests come from one address.
REQUEST_REFUSAL_RATE = NETWORKS_REFUSAL_RATE = "off"  # Tests are refused often.
OUTAGE_REPEAT_SECONDS = 0.0  # Each test sees its own lines.
ATTACHMENT_IDLE_READ_SECONDS = 0.5  # No test waits for an idle machine.
MODEL_DISCOVERY_SECONDS = 30.0  # Long enough for a busy machine.
PASSWORD_CHECK_WAIT_SECONDS = 60.0  # Long enough for a busy machine.

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in production: threads on a database in memory fail instead of waiting for each other.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}

env.refuse_problems()
