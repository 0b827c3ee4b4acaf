"""`manage.py export_contract`: write `contract/`, or check that it is as this code would write it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from apps.chat.contract.asyncapi import describe_protocol
from apps.chat.contract.golden import make_golden_files
from apps.chat.contract.schema import describe_frames

CONTRACT = Path(__file__).parents[5] / "contract"
API = "config.api.api"


class Command(BaseCommand):
    """Writes the OpenAPI and AsyncAPI descriptions, the schema of the frames and the golden files."""

    help = "Write contract/: openapi.json, asyncapi.json, frames.schema.json and golden/."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where the files differ")
        parser.add_argument("--folder", type=Path, default=CONTRACT)

    @override
    def handle(self, *, check: bool, folder: Path, **_: Any) -> None:
        files = {folder / name: _as_text(content) for name, content in _describe().items()}
        stale = [path for path in folder.rglob("*.json") if path not in files]
        if check:
            different = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
            if stale or different:
                names = ", ".join(str(path.relative_to(folder)) for path in sorted(stale + different))
                raise CommandError(f"contract/ is out of date ({names}): run `make contract` and commit it.")
            return
        for path in stale:
            path.unlink()
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def _describe() -> dict[str, Any]:
    golden = {f"golden/{name}": content for name, content in make_golden_files().items()}
    openapi = import_string(API).get_openapi_schema()
    return {
        "openapi.json": openapi,
        "frames.schema.json": describe_frames(),
        "asyncapi.json": describe_protocol(),
        **golden,
    }


def _as_text(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
