"""`make run` and development: no setting is required; secrets are generated once and kept."""

from config import env, signing_keys

env.load_files("development")

from config.settings.base import *  # noqa: E402, F403
from config.settings.base import DATA_DIR  # noqa: E402

DEBUG = env.boolean("DEBUG", default=False)
SECRET_KEY = signing_keys.read_or_generate_secret("SECRET_KEY", DATA_DIR)
JWT_SECRET_KEY = signing_keys.read_or_generate_secret("JWT_SECRET_KEY", DATA_DIR)
SETUP_CODE = signing_keys.read_or_derive_setup_code(SECRET_KEY)

env.refuse_problems()
