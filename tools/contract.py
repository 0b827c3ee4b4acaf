"""`make contract`: write the contract from the back end's code, and the types of front end and client from it."""

import tempfile

from tools.progress import run_command
from tools.repository import BACKEND, FRONTEND, ROOT, VENV_PYTHON
from tools.set_up import set_up_backend, set_up_frontend
from tools.stage import Stage, run_stages


def main() -> int:
    """Return 0 if both were written."""
    set_up_backend(development=True)
    set_up_frontend()
    with tempfile.TemporaryDirectory(prefix="contract-data-") as folder:
        python_types = Stage("types of the Python client", [VENV_PYTHON, "clients/python/generate_types.py"], ROOT)
        types = Stage("types", ["npm", "run", "generate"], FRONTEND)
        return run_stages([export_contract(folder), types, python_types])


def export_contract(data_dir: str, *options: str) -> Stage:
    """Return the stage that writes `contract/`, or with `--check` compares it."""
    test = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "DATA_DIR": data_dir, "DATABASE_URL": "", "REDIS_URL": ""}
    export = [str(VENV_PYTHON), "-W", "error", "manage.py", "export_contract", *options]
    return Stage("contract", export, BACKEND, test)


if __name__ == "__main__":
    run_command(main)
