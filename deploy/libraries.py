"""The virtual environment and what is installed in it.

A stamp in `.venv` holds the digests of what was installed completely: a finished installation is
not even looked at. A mark in build/ stands for as long as an installation is under way; one that is
found there was broken off, and nothing in that `.venv` is trusted.
"""

import fcntl
import hashlib
import importlib.util
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.paths import ROOT, VENV
from deploy.problems import Problem

# Whoever has the development set has the product's as well.
SETS = {
    "run": ("requirements.txt",),
    "dev": ("requirements.txt", "requirements-dev.txt"),
}
STAMP = "installed-requirements"
UNFINISHED = "venv-unfinished"
NO_VENV = """{python} cannot make virtual environments: its module {module} is missing.
On Debian and Ubuntu install it with:  apt-get install python3-venv"""

Runner = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]


def digest(name: str, *, root: Path = ROOT) -> str:
    """Name one set of requirements by its content and by the Python that installs it."""
    sums = hashlib.sha256(f"{sys.version_info[:2]} {sys.base_prefix}".encode())
    for file in SETS[name]:
        sums.update(b"\0" + (root / file).read_bytes())
    return f"{name} {sums.hexdigest()}"


def require_venv_module() -> None:
    """Refuse early where Debian has split off the parts that make virtual environments.

    :raises Problem: naming the package to install
    """
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise Problem(NO_VENV.format(python=sys.executable, module=module))


def run_captured(argv: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Run a command and keep what it says."""
    return subprocess.run(
        argv, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )


def install(
    name: str, *, root: Path = ROOT, venv: Path = VENV, runner: Runner = run_captured
) -> bool:
    """Bring `.venv` to the named set of requirements; return whether anything had to be done.

    :raises Problem: if the virtual environment or the installation fails
    """
    stamp = venv / STAMP
    if _is_current(stamp, digest(name, root=root)):
        return False
    with _one_at_a_time(root):
        if _is_current(stamp, digest(name, root=root)):
            return False
        stamp.unlink(missing_ok=True)
        with _marked_unfinished(root / "build" / UNFINISHED) as broken_off:
            if broken_off or not _is_usable(venv, runner):
                _make_venv(venv, runner)
            _pip_install(name, root, venv, runner)
        done = ["run", "dev"] if name == "dev" else ["run"]
        draft = stamp.with_suffix(".new")
        draft.write_text("".join(digest(each, root=root) + "\n" for each in done))
        draft.replace(stamp)
    return True


def _is_current(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and wanted in stamp.read_text().splitlines()


@contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    with (root / "requirements.txt").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _marked_unfinished(mark: Path) -> Iterator[bool]:
    """Tell whether the last installation was broken off, and mark this one while it lasts."""
    broken_off = mark.exists()
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    try:
        yield broken_off
    except Problem:
        # pip gave up by itself, mostly for want of a network: what was there before is still whole.
        if not broken_off:
            mark.unlink()
        raise
    mark.unlink()


def _make_venv(venv: Path, runner: Runner) -> None:
    require_venv_module()
    made = runner([sys.executable, "-m", "venv", "--clear", str(venv)])
    if made.returncode:
        raise Problem(f"The virtual environment {venv} could not be made:\n{made.stdout.strip()}")


def _is_usable(venv: Path, runner: Runner) -> bool:
    python = venv / "bin" / "python"
    if not python.exists():
        return False
    version = "{}.{}".format(*sys.version_info)
    check = f"import sys, pip; sys.exit('{version}' != '%d.%d' % sys.version_info[:2])"
    return runner([str(python), "-c", check]).returncode == 0


def _pip_install(name: str, root: Path, venv: Path, runner: Runner) -> None:
    file = SETS[name][-1]
    print(f"Installing {file} into {venv.name} (only when it has changed; a minute or two) ...")
    pip = [str(venv / "bin" / "python"), "-m", "pip"]
    quietly = ["--quiet", "--disable-pip-version-check", "--no-input"]
    done = runner([*pip, "install", *quietly, "-r", str(root / file)])
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-30:])
        raise Problem(f"{tail}\n\npip could not install {file}; the next start tries again.")
