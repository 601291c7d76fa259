"""`make check`: everything that reads the code without running the system."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass

from deploy import commands, libraries
from deploy.isolation import isolated
from deploy.paths import BUILD, ROOT, venv_bin


@dataclass(frozen=True)
class Check:
    """One command that finds nothing to say when all is well."""

    title: str
    argv: list[str]


def check() -> int:
    """Run all checks, show what each failing one says, and return 0 if none failed."""
    libraries.install("dev")
    environ = isolated(os.environ, data_dir=BUILD / "check")
    environ.pop("DATABASE_URL", None)
    failed = []
    for each in checks():
        begin = time.monotonic()
        outcome = commands.capture(each.argv, environ)
        took = time.monotonic() - begin
        print(f"{'ok    ' if outcome.ok else 'FAILED'}  {took:5.1f} s  {each.title}", flush=True)
        if not outcome.ok:
            failed.append(each.title)
            print(outcome.output, flush=True)
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.", flush=True)
    return 1 if failed else 0


def checks() -> Iterator[Check]:
    """Yield the checks in the order in which their findings help most."""
    python, manage = venv_bin("python"), [venv_bin("python"), "manage.py"]
    yield Check("style (ruff check)", [venv_bin("ruff"), "check", "."])
    yield Check("layout (ruff format)", [venv_bin("ruff"), "format", "--check", "."])
    if (ROOT / "deploy" / "house_rules" / "__main__.py").is_file():
        yield Check("house rules", [python, "-m", "deploy.house_rules"])
    yield Check("imports (import-linter)", [venv_bin("lint-imports"), "--no-logo"])
    yield Check("types (mypy)", [venv_bin("mypy"), "."])
    if any((ROOT / "templates").rglob("*.html")):
        yield Check("templates (djhtml)", [venv_bin("djhtml"), "--check", "templates"])
    yield Check("Django's own checks", [*manage, "check", "--fail-level", "WARNING"])
    yield Check("migrations", [*manage, "makemigrations", "--check", "--dry-run"])
