"""Production: refuses to start with unsafe settings. The scheme of `PUBLIC_URL` decides whether https is required."""

from config import base_path, env, hosts, signing_keys

env.load_files("production")

from config.settings.base import *  # noqa: E402, F403
from config.settings.base import BASE_PATH  # noqa: E402

env.refuse_debug()
SECRET_KEY = signing_keys.read_required_secret("SECRET_KEY")
JWT_SECRET_KEY = signing_keys.read_required_secret("JWT_SECRET_KEY")
SETUP_CODE = signing_keys.read_or_derive_setup_code(SECRET_KEY)
REGISTRATION = env.choice("REGISTRATION", "invite", ("open", "invite", "closed"))
ALLOWED_HOSTS = hosts.read_required_hosts(env.http_url("PUBLIC_URL"))
PUBLIC_URL = base_path.read_public_url(f"https://{ALLOWED_HOSTS[0].lstrip('.')}", base=BASE_PATH)
MIGRATIONS_REQUIRED = True

IS_HTTPS = PUBLIC_URL.startswith("https:")
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", default=IS_HTTPS)
SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 365 * 24 * 3600 if IS_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = env.boolean("SECURE_HSTS_PRELOAD", default=False)

env.refuse_problems()
