"""Development settings with a fast password hasher, for server processes in which test accounts sign up."""

from config.settings.development import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
