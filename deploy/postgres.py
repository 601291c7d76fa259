"""A PostgreSQL server of one's own for tests and benchmarks, gone without a trace afterwards.

    python -m deploy.postgres [--durable] -- COMMAND ...   runs a command with its DATABASE_URL

It listens on a Unix socket only. A keeper process (postgres_keeper.py) owns the server and ends it
when this process is gone, however that came about.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy import postgres_keeper
from deploy.commands import leave_on_sigterm, show
from deploy.postgres_binaries import Owner, find_binaries, usable_by, whose
from deploy.problems import Problem

DATABASE = "oms"
SUPERUSER = "postgres"
START_TIMEOUT = 60.0  # seconds
STOP_TIMEOUT = 20.0  # seconds
SOCKET_PATH_LIMIT = 80  # bytes for the directory; the system allows 107 for the whole name
# Nothing of a test outlives the test, so nothing need reach the disk.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Server:
    """A running server in a temporary directory."""

    def __init__(self, base: Path, keeper: "subprocess.Popen[bytes]") -> None:
        self.base, self._keeper = base, keeper

    @property
    def url(self) -> str:
        """Return the address of its database, as DATABASE_URL and libpq understand it."""
        return f"postgresql://{SUPERUSER}@/{DATABASE}?host={self.base}&port=5432"

    def stop(self) -> None:
        """End the server and remove its directory; a second call does nothing."""
        if self._keeper.stdin is not None:
            self._keeper.stdin.close()
        try:
            self._keeper.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
        shutil.rmtree(self.base, ignore_errors=True)


def given_url(environ: Mapping[str, str]) -> str | None:
    """Return DATABASE_URL if it names a PostgreSQL server that is to be used as it is.

    OMS_TEST_PG (system or wheel) asks for a server of one's own all the same.
    """
    url = environ.get("DATABASE_URL", "")
    if environ.get("OMS_TEST_PG") or not url.startswith(("postgres://", "postgresql://")):
        return None
    return url


def start(*, durable: bool = False) -> Server:
    """Start a server in a fresh directory.

    :param durable: write to the disk as a real installation does (for benchmarks)
    :raises Problem: if there are no binaries or they do not start
    """
    owner = whose()
    base = _fresh_directory(owner)
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, base, ignore_errors=True)
        binaries = usable_by(owner, find_binaries(os.environ.get("OMS_TEST_PG", "")), base)
        _initialize(binaries, base, owner, durable=durable)
        keeper = _keep(binaries, base, owner, durable=durable)
        server = Server(base, keeper)
        undo.callback(server.stop)
        _await(base, keeper)
        _run([binaries / "createdb", "-h", base, "-p", "5432", "-U", SUPERUSER, DATABASE], owner)
        undo.pop_all()
    return server


@contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """Give the address of the server named by DATABASE_URL, or of a fresh one.

    :raises Problem: if none can be had
    """
    url = given_url(os.environ)
    if url is not None:
        yield url
        return
    server = start(durable=durable)
    try:
        yield server.url
    finally:
        server.stop()


def _fresh_directory(owner: Owner) -> Path:
    """Make a directory that the owner reaches and whose name leaves room for the socket's."""
    for parent in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):  # noqa: S108
        if len(parent) <= SOCKET_PATH_LIMIT and owner.reaches(Path(parent)):
            base = Path(tempfile.mkdtemp(prefix="oms-pg-", dir=parent))
            owner.take(base)
            return base
    raise Problem("No temporary directory suits PostgreSQL: set TMPDIR to a short, open one.")


def _initialize(binaries: Path, base: Path, owner: Owner, *, durable: bool) -> None:
    locale = "C.UTF-8" if sys.platform == "linux" else "C"
    words = ["--auth=trust", "--encoding=UTF8", f"--locale={locale}", f"--username={SUPERUSER}"]
    careless = [] if durable else ["--no-sync"]
    _run([binaries / "initdb", *words, *careless, "-D", base / "data"], owner)


def _keep(binaries: Path, base: Path, owner: Owner, *, durable: bool) -> "subprocess.Popen[bytes]":
    settings = {"listen_addresses": "", "unix_socket_directories": str(base), "port": "5432"}
    settings |= {} if durable else QUICK
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    server = [str(binaries / "postgres"), "-D", str(base / "data"), *options]
    # Away from the terminal's Ctrl-C: tests in progress still need the server to end in order.
    return subprocess.Popen(
        [sys.executable, "-I", postgres_keeper.__file__, str(base), owner.name, *server],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=_neutral(os.environ),
    )


def _await(base: Path, keeper: "subprocess.Popen[bytes]") -> None:
    state = base / "data" / "postmaster.pid"
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and keeper.poll() is None:
        if state.exists() and state.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.05)
    log = base / postgres_keeper.LOG
    said = log.read_text(errors="replace") if log.exists() else "It said nothing."
    raise Problem(f"PostgreSQL did not start:\n{said}")


def _run(argv: Sequence[str | Path], owner: Owner) -> None:
    done = subprocess.run(
        argv,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        cwd="/",
        env=_neutral(os.environ),
        **owner.identity(),
    )
    if done.returncode:
        raise Problem(f"{argv[0]} failed:\n{done.stdout.strip()}")


def _neutral(environ: Mapping[str, str]) -> dict[str, str]:
    """Leave out what would steer PostgreSQL's programs elsewhere (PGPORT, PGDATA, ...)."""
    return {name: value for name, value in environ.items() if not name.startswith("PG")}


def main(argv: Sequence[str]) -> int:
    """Run a command beside a server and return its exit code."""
    parser = argparse.ArgumentParser(prog="deploy.postgres")
    parser.add_argument("--durable", action="store_true", help="as safe as a real installation")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    words = parser.parse_args(argv)
    command = words.command[1:] if words.command[:1] == ["--"] else words.command
    leave_on_sigterm()
    try:
        with running(durable=words.durable) as url:
            return show(command, os.environ | {"DATABASE_URL": url})
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
