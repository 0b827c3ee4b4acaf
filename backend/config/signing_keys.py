"""`SECRET_KEY`, `JWT_SECRET_KEY` and the set-up code: given by the environment, or generated and kept."""

import base64
import fcntl
import hmac
import os
import secrets
from pathlib import Path

from config import env
from config.private_files import describe_file_failure

INSECURE_PREFIX = "django-insecure-"  # Django's own project template starts a key with this.
MIN_SECRET_BYTES = 32
MIN_DISTINCT_CHARACTERS = 10  # The same character 32 times is long, but not secret.
MIN_SETUP_CODE_LENGTH = 12
GOOD_SECRET = f"a random text of at least {MIN_SECRET_BYTES} bytes"


def read_or_generate_secret(name: str, folder: Path) -> str:
    """Return the variable, else a secret generated once and kept in `folder` with mode 0600; reports a short one."""
    if given := env.text(name):
        _refuse_short(name, given, or_else="leave it empty, so that one is generated")
        return given
    path = folder / f"{name.lower()}.txt"
    try:
        is_given = path.exists() and not os.access(path, os.W_OK)
        kept = (path.read_bytes() if is_given else _read_or_fill(path)).decode(errors="ignore").strip()
    except OSError as error:
        env.report_problem(
            "DATA_DIR", f"{path} cannot be read or written {describe_file_failure(error, 'give it to this user')}"
        )
        return ""
    if len(kept.encode()) < MIN_SECRET_BYTES:
        env.report_problem(name, f"{path} is damaged: delete it (everyone signs in again) or set {name}.")
    return kept


def _read_or_fill(path: Path) -> bytes:
    """Return the secret in `path`. An empty file is filled: another process has just created it, or died before."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        # Of the processes that start at the same time, one generates the secret; the others wait until it has.
        fcntl.flock(file, fcntl.LOCK_EX)
        secret = file.read()
        if not secret:
            file.write(secret := secrets.token_urlsafe(48).encode())
    return secret


def read_required_secret(name: str) -> str:
    """Return a secret that production requires; a missing, example, short or simple one is a problem."""
    value = env.text(name)
    if not value:
        env.report_problem(name, f"{name} is not set, or still has the value of the example: give it {GOOD_SECRET}.")
    _refuse_short(name, value)
    if value.startswith(INSECURE_PREFIX) or len(set(value)) < MIN_DISTINCT_CHARACTERS:
        env.report_problem(name, f"{name} is easily guessed: give it {GOOD_SECRET}.")
    return value


def read_or_derive_setup_code(secret_key: str) -> str:
    """Return `SETUP_CODE`, else a code of 80 bits that all workers with this secret derive; reports a short one."""
    if given := env.text("SETUP_CODE"):
        if len(given) < MIN_SETUP_CODE_LENGTH:
            env.report_problem(
                "SETUP_CODE",
                f"SETUP_CODE is too short: give it at least {MIN_SETUP_CODE_LENGTH} characters, or leave it empty.",
            )
        return given
    text = base64.b32encode(hmac.digest(secret_key.encode(), b"set-up code", "sha256")[:10]).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _refuse_short(name: str, value: str, *, or_else: str = "") -> None:
    if len(value.encode()) < MIN_SECRET_BYTES:
        alternative = f", or {or_else}" if or_else else ""
        env.report_problem(name, f"{name} is too short: give it {GOOD_SECRET}{alternative}.")
