"""`make secrets`: create the files with the secrets of the production containers, once."""

import os
import secrets
from pathlib import Path

from tools.progress import run_command
from tools.repository import BACKEND, ROOT

FOLDER = BACKEND / "docker" / "secrets"
RANDOM = ("secret_key", "jwt_secret_key", "postgres_password")
EMPTY = ("openai_api_key",)  # The operator fills it in, if there is one.


def main() -> int:
    """Create the files that are missing, and print their names."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    for name in (*RANDOM, *EMPTY):
        path = FOLDER / name
        made = _make(path, secrets.token_urlsafe(48) if name in RANDOM else "")
        print(f"  {path.relative_to(ROOT)}  {'made' if made else 'kept'}")
    return 0


def _make(path: Path, text: str) -> bool:
    try:
        # Containers read the files as other users; on this machine, the folder keeps other users out.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(descriptor, 0o644)  # Independent of the umask.
        file.write(text)
    return True


if __name__ == "__main__":
    run_command(main)
