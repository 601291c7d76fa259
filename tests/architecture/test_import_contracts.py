"""The contracts in pyproject.toml accept the tree we want and refuse every import we do not.

Most of them name modules by wildcard, so that one which matches nothing would pass for ever.
"""

import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.architecture.contracts import ALLOWED, CYCLE, STRAY_MODULES, VIOLATIONS, Violation

ROOT = Path(__file__).resolve().parents[2]
LINT = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
CONTRACTS: dict[str, str] = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
}


def plant(root: Path, modules: Mapping[str, str]) -> None:
    """Write modules; a dotted name with children becomes a package."""
    for name, text in modules.items():
        place = root.joinpath(*name.split("."))
        is_package = any(other.startswith(f"{name}.") for other in modules)
        file = place / "__init__.py" if is_package else place.with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n", encoding="utf-8")
    for directory in [path for path in root.rglob("*") if path.is_dir()]:
        (directory / "__init__.py").touch()


def lint(root: Path) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own arguments
        [sys.executable, "-c", LINT, "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        cwd=root,
        env={**os.environ, "COLUMNS": "500", "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what the linter says about a tree with all violations at once."""
    root = tmp_path_factory.mktemp("violations")
    modules = {**ALLOWED, **CYCLE, **dict.fromkeys(STRAY_MODULES.values(), "")}
    for violation in VIOLATIONS:
        lines = modules.get(violation.importer, "")
        modules[violation.importer] = f"{lines}\nimport {violation.imported}"
    ours = {violation.imported for violation in VIOLATIONS if "." in violation.imported}
    plant(root, {**dict.fromkeys(ours, ""), **modules})
    status, output = lint(root)
    assert status == 1, output
    return output


def section(report: str, contract: str) -> str:
    """Return what the report says about one broken contract."""
    _, _, details = report.partition("Broken contracts\n")
    _, _, rest = details.partition(f"{CONTRACTS[contract]}\n")
    others = [rest.find(f"\n{name}\n") for name in CONTRACTS.values()]
    return rest[: min((place for place in others if place >= 0), default=len(rest))]


def test_wanted_imports_are_accepted(tmp_path: Path) -> None:
    plant(tmp_path, ALLOWED)
    status, output = lint(tmp_path)
    assert status == 0, output
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in output


@pytest.mark.parametrize("violation", VIOLATIONS, ids=lambda v: f"{v.contract}: {v.importer}")
def test_unwanted_import_is_refused(report: str, violation: Violation) -> None:
    assert f"{violation.importer} -> {violation.imported} (" in section(report, violation.contract)


@pytest.mark.parametrize(("contract", "module"), STRAY_MODULES.items())
def test_module_without_a_layer_is_refused(report: str, contract: str, module: str) -> None:
    assert f"- {module}\n" in section(report, contract)


def test_cycle_between_siblings_is_refused(report: str) -> None:
    assert "No cycles are allowed in oms.queries.\n" in section(report, "no-cycles")


def test_every_contract_has_its_violation() -> None:
    assert {violation.contract for violation in VIOLATIONS} | {"no-cycles"} == set(CONTRACTS)
