"""Paths in this repository."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BACKEND = ROOT / "backend"
FRONTEND = ROOT / "frontend"
CACHE = ROOT / ".cache"
REPORTS = CACHE / "reports"
VENV_PYTHON = BACKEND / ".venv" / "bin" / "python"
