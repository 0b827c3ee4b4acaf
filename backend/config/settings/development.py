"""The newcomer's run and a developer's server: no setting is needed, secrets are made once and kept."""

from config import env

env.load_files("development")

from config.settings.base import *  # noqa: E402, F403
from config.settings.base import DATA_DIR  # noqa: E402

DEBUG = env.truth("DEBUG", default=False)
SECRET_KEY = env.kept_secret("SECRET_KEY", DATA_DIR)
JWT_SECRET_KEY = env.kept_secret("JWT_SECRET_KEY", DATA_DIR)
