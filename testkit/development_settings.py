"""Development settings for server processes of tests: test accounts sign up, and the machine may be busy."""

from config.settings.development import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
HEALTH_CHECK_SECONDS = MODEL_DISCOVERY_SECONDS = PASSWORD_CHECK_WAIT_SECONDS = 30.0
