"""`make check`: formats, lint, types, import contracts, migrations, settings, containers, documents, dead code."""

import secrets
import tempfile
from typing import Dict, List

from tools.contract import export_contract
from tools.progress import run_command
from tools.repository import BACKEND, FRONTEND, ROOT, VENV_PYTHON
from tools.set_up import set_up_backend, set_up_frontend
from tools.stage import CORES, Stage, run_stages_side_by_side

BIN = VENV_PYTHON.parent

# The stages that take longer than the others together, longest first.
LONGEST = ["front end: lint", "Python: types", "front end: format", "front end: types", "front end: dead code"]

# The files of .github, each with the schema that it must match.
WORKFLOWS = {
    "vendor.github-workflows": "workflows/*.yml",
    "custom.github-workflows-require-timeout": "workflows/*.yml",
    "vendor.dependabot": "dependabot.yml",
    "vendor.github-issue-forms": "ISSUE_TEMPLATE/[!c]*.yml",
    "vendor.github-issue-config": "ISSUE_TEMPLATE/config.yml",
}


def main() -> int:
    """Return 0 if all checks passed."""
    set_up_backend(development=True)
    set_up_frontend()
    with tempfile.TemporaryDirectory(prefix="check-data-") as folder:
        stages = [*_front_end(), *_python(folder), *_back_end(folder), *_containers(), *_documents()]
        stages.sort(key=_length)
        return run_stages_side_by_side(stages, at_once=CORES, aloud=False)


def _length(stage: Stage) -> int:
    """Return where a stage stands in LONGEST: the longest start first, so that none of them ends alone."""
    return LONGEST.index(stage.name) if stage.name in LONGEST else len(LONGEST)


def _python(data_dir: str) -> List[Stage]:
    return [
        Stage("Python: format", [BIN / "ruff", "format", "--check", "."], ROOT),
        Stage("Python: lint", [BIN / "ruff", "check", "."], ROOT),
        Stage("Python: types", [BIN / "mypy"], ROOT, {"DATA_DIR": data_dir}),
        Stage("Python client: generated types", [VENV_PYTHON, "clients/python/generate_types.py", "--check"], ROOT),
    ]


def _back_end(data_dir: str) -> List[Stage]:
    manage: List[str] = [str(VENV_PYTHON), "-W", "error", "manage.py"]
    test = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "DATA_DIR": data_dir, "DATABASE_URL": "", "REDIS_URL": ""}
    return [
        Stage("back end: import contracts", [BIN / "lint-imports"], BACKEND),
        Stage("back end: migrations", [*manage, "makemigrations", "--check", "--dry-run"], BACKEND, test),
        Stage(
            "back end: deployment",
            [*manage, "check", "--deploy", "--fail-level", "WARNING"],
            BACKEND,
            _production(data_dir),
        ),
        export_contract(data_dir, "--check"),
        Stage("back end: dead code", [VENV_PYTHON, ROOT / "tools" / "dead_code.py"], BACKEND),
    ]


def _production(data_dir: str) -> Dict[str, str]:
    """Return an environment that the production settings accept."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "JWT_SECRET_KEY": secrets.token_urlsafe(64),
        "DATABASE_URL": "postgresql://chat:secret@127.0.0.1:5432/chat",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "OPENAI_API_KEY": "sk-made-up-for-the-check",
        "ALLOWED_HOSTS": "chat.example.org",
        "CORS_ALLOWED_ORIGINS": "https://chat.example.org",
        "DEBUG": "false",
        "DATA_DIR": data_dir,
    }


def _containers() -> List[Stage]:
    compose = [f"docker/docker-compose.{kind}.yml" for kind in ("dev", "prod", "tls")]
    schema = ["--builtin-schema", "vendor.compose-spec"]
    return [
        Stage("containers: images", [BIN / "hadolint", "docker/Dockerfile"], BACKEND),
        Stage("containers: schema", [BIN / "check-jsonschema", *schema, *compose], BACKEND),
        Stage("containers: safety", [BIN / "compose-lint", "--no-env", *compose], BACKEND),
    ]


def _front_end() -> List[Stage]:
    scripts = {
        "generated types": "generate:check",
        "format": "format:check",
        "lint": "lint",
        "types": "type-check",
        "dead code": "knip",
    }
    return [Stage(f"front end: {name}", ["npm", "run", script], FRONTEND) for name, script in scripts.items()]


def _documents() -> List[Stage]:
    return [Stage("documents: citations", [VENV_PYTHON, "-m", "tools.citations"], ROOT), *map(_workflow, WORKFLOWS)]


def _workflow(schema: str) -> Stage:
    files = sorted((ROOT / ".github").glob(WORKFLOWS[schema]))
    return Stage(f"repository: {schema}", [BIN / "check-jsonschema", "--builtin-schema", schema, *files], ROOT)


if __name__ == "__main__":
    run_command(main)
