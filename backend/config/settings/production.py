"""Production: refuses to start without real secrets."""

from config import env

env.load_files("production")

from config.settings.base import *  # noqa: E402, F403

SECRET_KEY = env.required_secret("SECRET_KEY")
JWT_SECRET_KEY = env.required_secret("JWT_SECRET_KEY")
REGISTRATION = env.choice("REGISTRATION", "invite", ("open", "invite", "closed"))
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.truth("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.whole("SECURE_HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
