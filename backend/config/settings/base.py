"""Settings shared by development, production and tests."""

import re
import tomllib

from config import base_path, env, hosts, services_file, stores
from config.file_headers import add_file_headers
from config.settings.internal import *  # noqa: F403

PROJECT_DIR = env.PROJECT_DIR
BACKEND_DIR = env.BACKEND_DIR
DATA_DIR = env.make_data_dir()
FRONTEND_DIST = PROJECT_DIR / "frontend" / "dist"
VERSION: str = tomllib.loads((BACKEND_DIR / "pyproject.toml").read_text())["project"]["version"]

DEBUG = False
HOST = env.text("HOST", "127.0.0.1")
PORT = env.integer("PORT", 8000, minimum=1, maximum=65535)
ALLOWED_HOSTS = hosts.read_host_names("ALLOWED_HOSTS") or [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *hosts.find_own_addresses(HOST),
]
BASE_PATH = base_path.read_base_path("BASE_PATH")
FORCE_SCRIPT_NAME = BASE_PATH or None
globals().update(base_path.make_cookie_settings(BASE_PATH))
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
AUTH_USER_MODEL = "users.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True
TRUSTED_PROXIES = hosts.read_networks("TRUSTED_PROXIES")
WEB_CONCURRENCY = env.integer("WEB_CONCURRENCY", 1, minimum=1)
MIGRATIONS_REQUIRED = False

INSTALLED_APPS = [
    "unfold",
    "config.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "axes",
    "channels",
    "ninja",
    "apps.core",
    "apps.users",
    "apps.chat",
    "server",
]

MIDDLEWARE = [
    "apps.core.logging.log_requests",
    "apps.core.http.client_address.remember_network",
    "django.middleware.security.SecurityMiddleware",
    "apps.core.http.security_headers.add_security_headers",
    "apps.core.http.static_files.serve_static_files",
    "apps.core.http.running_requests.RunningRequests",
    "corsheaders.middleware.CorsMiddleware",
    "config.api_responses.forbid_caching",
    "config.api_responses.answer_in_json",
    "apps.core.http.body_limit.refuse_large_bodies",
    "apps.core.http.administration.AdministrationSessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "apps.core.http.administration.AdministrationUsers",
    "apps.users.admin_sessions.require_live_session",
    "apps.core.http.administration.AdministrationMessages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.core.http.refusals.RefusalMiddleware",
    "apps.core.logging.log_admin_user",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Stores -------------------------------------------------------------------------------------------------------------

DATABASE_THREADS = env.integer("DATABASE_THREADS", 8, minimum=1)
DATABASES = {"default": stores.configure_database(DATA_DIR, threads=DATABASE_THREADS)}
REDIS_URL = env.redis_url("REDIS_URL")
CHANNEL_LAYERS = {"default": stores.configure_channel_layer(REDIS_URL)}
CACHES = {"default": stores.configure_cache(REDIS_URL)}

# Language and time --------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"

# Files --------------------------------------------------------------------------------------------------------------

STATIC_URL = f"{BASE_PATH}/static/"
STATIC_ROOT = BACKEND_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
    "attachments": stores.configure_attachments(DATA_DIR),
}
WHITENOISE_ROOT = FRONTEND_DIST if FRONTEND_DIST.is_dir() else None
WHITENOISE_INDEX_FILE = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/"  # Their names change with their content.
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}
WHITENOISE_ADD_HEADERS_FUNCTION = add_file_headers

# Conversations and answers ------------------------------------------------------------------------------------------

MESSAGE_RATE = env.rate("MESSAGE_RATE", "20/60")
MAX_MESSAGE_LENGTH = env.integer("MAX_MESSAGE_LENGTH", 100_000, minimum=1)
MAX_ANSWER_LENGTH = env.integer("MAX_ANSWER_LENGTH", 1_000_000, minimum=1)
ANSWERS_PER_USER = env.limit("ANSWERS_PER_USER", 10)
DEFAULT_SYSTEM_PROMPT = env.text(
    "DEFAULT_SYSTEM_PROMPT", "You are a helpful assistant. Answer in the language that the user writes in."
)
# With Redis, the log survives a worker; the checkpoints only have to survive Redis.
CHECKPOINT_SECONDS = env.seconds("CHECKPOINT_SECONDS", 5 if REDIS_URL else 0.75)
STREAM_LOG_TTL = env.seconds("STREAM_LOG_TTL", 600)
WORKER_LEASE = env.seconds("WORKER_LEASE", 8)
DRAIN_SECONDS = env.seconds("DRAIN_SECONDS", 25 if REDIS_URL else 0, minimum=0)
CONTINUE_AFTER_CRASH = env.boolean("CONTINUE_AFTER_CRASH", default=False)
TITLES = env.boolean("TITLES", default=True)
COMPLETION_RESUME_SECONDS = env.seconds("COMPLETION_RESUME_SECONDS", 25)
COMPLETION_KEPT_DAYS = env.limit("COMPLETION_KEPT_DAYS", 400)

# Attachments --------------------------------------------------------------------------------------------------------

ATTACHMENT_MAX_BYTES = env.integer("ATTACHMENT_MAX_BYTES", 20 * 1024 * 1024, minimum=1)
ATTACHMENTS_PER_MESSAGE = env.integer("ATTACHMENTS_PER_MESSAGE", 8, minimum=1)
STORAGE_PER_USER = env.limit("STORAGE_PER_USER", 1024 * 1024 * 1024)
# Several machines see the same files only in a store that they share.
STORAGE_MUST_BE_CHOSEN = env.integer("API_REPLICAS", 1) > 1 or env.boolean("SEVERAL_MACHINES", default=False)
IS_STORAGE_CHOSEN = bool(env.text("ATTACHMENT_STORAGE"))

# Connections --------------------------------------------------------------------------------------------------------

CONNECTIONS_PER_CLIENT = env.limit("CONNECTIONS_PER_CLIENT", 512)
REQUEST_HEAD_TIMEOUT = env.seconds("REQUEST_HEAD_TIMEOUT", 10)
REQUEST_BODY_TIMEOUT = env.seconds("REQUEST_BODY_TIMEOUT", 30)
REQUESTS_IN_FLIGHT = env.limit("REQUESTS_IN_FLIGHT", 512)
REQUESTS_PER_USER = env.limit("REQUESTS_PER_USER", 8)
REQUESTS_PER_CLIENT = env.limit("REQUESTS_PER_CLIENT", 64)
REQUEST_RATE_PER_CLIENT = env.rate("REQUEST_RATE_PER_CLIENT", "200/20")

# The socket ---------------------------------------------------------------------------------------------------------

SOCKET_AUTH_TIMEOUT = env.seconds("SOCKET_AUTH_TIMEOUT", 30)
SOCKET_PING_INTERVAL = env.seconds("SOCKET_PING_INTERVAL", 30)
SOCKET_PING_TIMEOUT = env.seconds("SOCKET_PING_TIMEOUT", 60)
SOCKET_SEND_TIMEOUT = env.seconds("SOCKET_SEND_TIMEOUT", 30)
SOCKET_MAX_FRAME = env.integer("SOCKET_MAX_FRAME", 2 * 1024 * 1024, minimum=1024)
SOCKET_FRAME_RATE = env.rate("SOCKET_FRAME_RATE", "600/60")
SOCKET_BYTE_RATE = env.rate("SOCKET_BYTE_RATE", "16777216/60")
SOCKET_MAX_FOLLOWS = env.integer("SOCKET_MAX_FOLLOWS", 4, minimum=1)
SOCKET_HANDSHAKE_RATE = env.rate("SOCKET_HANDSHAKE_RATE", "600/60")
SOCKET_COMMAND_RATE = env.rate("SOCKET_COMMAND_RATE", "120/60")
SOCKET_NONSENSE_RATE = env.rate("SOCKET_NONSENSE_RATE", "100/60")
SOCKETS_PER_USER = env.limit("SOCKETS_PER_USER", 20)
UNAUTHENTICATED_SOCKETS_PER_ADDRESS = env.limit("UNAUTHENTICATED_SOCKETS_PER_ADDRESS", 50)

# Bodies -------------------------------------------------------------------------------------------------------------

REQUEST_MAX_BODY = env.integer("REQUEST_MAX_BODY", 256 * 1024, minimum=1024)
# Paths that take larger bodies than the others.
COMPLETION_MAX_BODY = env.integer("COMPLETION_MAX_BODY", 4_000_000, minimum=1024)
UPLOAD_PATH = "/api/attachments/"
SIGNED_PATHS = r"/api/attachments/[^/]+/(?:image|thumbnail|original|text)"
LARGER_BODIES = {
    r"/api/conversations/[^/]+/commands": SOCKET_MAX_FRAME,
    r"/v1/chat/completions": COMPLETION_MAX_BODY,
    # A form also has its own framing.
    UPLOAD_PATH: ATTACHMENT_MAX_BYTES + REQUEST_MAX_BODY,
}
LARGE_BODY_TIMEOUT = env.seconds("LARGE_BODY_TIMEOUT", 300)
# Django reads bodies that passed those limits, and never writes one to disk; uploads do not pass through it.
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = max(REQUEST_MAX_BODY, SOCKET_MAX_FRAME, COMPLETION_MAX_BODY)
FILE_UPLOAD_TEMP_DIR = stores.make_upload_folder(DATA_DIR)

# Models -------------------------------------------------------------------------------------------------------------

OPENAI_API_KEY = env.text("OPENAI_API_KEY")
OPENAI_BASE_URL = env.http_url("OPENAI_BASE_URL")
AI_SERVICES = services_file.read_services("AI_SERVICES_FILE")
AI_MODELS = env.texts("AI_MODELS")
ALLOW_PRIVATE_MODEL_HOSTS = env.boolean("ALLOW_PRIVATE_MODEL_HOSTS", default=False)
EMBEDDED_MODEL = env.choice("EMBEDDED_MODEL", "auto", ("auto", "on", "off"))
LOCAL_DISCOVERY = env.choice("LOCAL_DISCOVERY", "auto", ("auto", "on", "off"))
LOCAL_DISCOVERY_URLS = env.http_urls(
    "LOCAL_DISCOVERY_URLS", "http://127.0.0.1:11434/v1,http://127.0.0.1:1234/v1,http://127.0.0.1:8080/v1"
)
AI_FIRST_TOKEN_TIMEOUT = env.seconds("AI_FIRST_TOKEN_TIMEOUT", 60)
AI_FIRST_TOKEN_LIMIT = env.seconds("AI_FIRST_TOKEN_LIMIT", 600)
AI_BETWEEN_TOKENS_TIMEOUT = env.seconds("AI_BETWEEN_TOKENS_TIMEOUT", 60)

# Throttles ----------------------------------------------------------------------------------------------------------

THROTTLE_REGISTER = env.rate("THROTTLE_REGISTER", "10/300")
THROTTLE_LOGIN = env.rate("THROTTLE_LOGIN", "30/60")
THROTTLE_PASSWORD = env.rate("THROTTLE_PASSWORD", "20/60")
THROTTLE_REFRESH = env.rate("THROTTLE_REFRESH", "60/60")
THROTTLE_ANONYMOUS = env.rate("THROTTLE_ANONYMOUS", "120/60")
THROTTLE_USER = env.rate("THROTTLE_USER", "600/60")
THROTTLE_UPLOAD = env.rate("THROTTLE_UPLOAD", "60/60")

# Cross-origin -------------------------------------------------------------------------------------------------------

CORS_ALLOWED_ORIGINS = env.origins("CORS_ALLOWED_ORIGINS")
CORS_ALLOW_CREDENTIALS = True
CORS_URLS_REGEX = r"^/(?:api|v1)/.*$"
_OPENAI_HEADERS = (
    "openai-organization", "openai-project", "idempotency-key", "x-stainless-arch", "x-stainless-helper-method",
    "x-stainless-lang", "x-stainless-os", "x-stainless-package-version", "x-stainless-retry-count",
    "x-stainless-runtime", "x-stainless-runtime-version", "x-stainless-timeout",
)  # fmt: skip
"""Headers that OpenAI's JavaScript package (version 7) sends from a page; they mean nothing here."""

CORS_ALLOW_HEADERS = (
    "accept", "authorization", "content-type", "last-event-id", "x-client", "x-request-id",
    *_OPENAI_HEADERS,
)  # fmt: skip
CORS_EXPOSE_HEADERS = ("Retry-After", "X-Request-ID")

# Accounts -----------------------------------------------------------------------------------------------------------

REGISTRATION = env.choice("REGISTRATION", "open", ("open", "invite", "closed"))
AUTHENTICATION_BACKENDS = ["apps.users.backends.AccountBackend"]
SESSION_COOKIE_AGE = 8 * 3600
LOGIN_REDIRECT_URL = "admin:index"  # Only the administration uses Django's sessions.
# The first one hashes new passwords; an older hash is replaced when its user signs in.
PASSWORD_HASHERS = ["apps.users.hashing.Argon2idHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "apps.users.validators.SessionEnder"},
]
AXES_HANDLER = "apps.users.axes.LockoutHandler"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Axes provides the tables and commands; apps/users/services/lockouts.py decides who is locked out.
# W021 asks for HSTS preload, which an operator has to choose: SECURE_HSTS_PRELOAD.
SILENCED_SYSTEM_CHECKS = ["axes.W002", "axes.W003", "security.W021"]
PUBLIC_URL = base_path.read_public_url(f"http://localhost:{PORT}", base=BASE_PATH)
EMAIL_URL = env.text("EMAIL_URL")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "AI Chat <noreply@localhost>")
EMAIL_TIMEOUT = 10
globals().update(stores.configure_mail(EMAIL_URL))

# Security headers ---------------------------------------------------------------------------------------------------

# remember_network removes it unless the peer is in TRUSTED_PROXIES.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Health checks reach this process directly, over http.
SECURE_REDIRECT_EXEMPT = ["^" + re.escape(f"{BASE_PATH}/api/health/".lstrip("/"))]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Logging ------------------------------------------------------------------------------------------------------------

LOGGING_CONFIG = "apps.core.logging.configure_logging"
LOGGING = {"level": env.choice("LOG_LEVEL", "info", ("debug", "info", "warning", "error")).upper()}
