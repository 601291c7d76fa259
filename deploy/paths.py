"""Where things lie in the checkout."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BUILD = ROOT / "build"


def venv_bin(name: str) -> str:
    """Return the path of a program that the virtual environment brings, as text for a command."""
    return str(VENV / "bin" / name)


def data_dir() -> Path:
    """Return the directory of databases, logs and secrets: OMS_DATA_DIR, or var/."""
    return Path(os.environ.get("OMS_DATA_DIR") or ROOT / "var").resolve()
