"""`make run`: the whole system on this machine, with demo data, until Ctrl-C."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy import commands, libraries, platforms, ports, secret_keys
from deploy.paths import ROOT, data_dir, venv_bin
from deploy.supervisor import Program, Supervisor

HOST = "127.0.0.1"
SIMULATORS = {"channels": "channels_sync", "carriers": "warehouse"}
PORTS = (9101, 9102)
# Without what follows the "?", here and in the page before: people search for telephone numbers.
ACCESS_LOG = (
    *("--access-logfile", "-"),
    *("--access-logformat", '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(b)s %(M)sms "%(a)s"'),
)
GREETING = """
  Open OMS is running:  {url}

  The demo accounts stand on the first page.{accounts}
  Everything the programs say is in {logs}; warnings and errors also appear here.
  Ctrl-C stops it.
"""


def run(*, port: int, everything: bool) -> int:
    """Prepare what is missing, start all programs, and return once they have ended.

    :raises Problem: if the port is taken or a preparation fails; nothing runs then
    """
    host = os.environ.get("OMS_BIND") or HOST
    ports.require_free(host, port)
    for simulator_port in PORTS:
        ports.require_free(HOST, simulator_port, message=ports.BUSY_SIMULATOR)
    libraries.install("run")
    environ = environment(port)
    accounts = _prepare(environ)
    log_dir = data_dir() / "log"
    greeting = GREETING.format(url=environ["OMS_BASE_URL"], accounts=accounts, logs=log_dir)
    supervisor = Supervisor(environ=environ, cwd=ROOT, log_dir=log_dir, everything=everything)
    return supervisor.run(
        programs(host, port),
        is_ready=lambda: ports.answers(_reachable(host), port),
        greet=lambda: print(greeting, flush=True),
    )


def environment(port: int) -> dict[str, str]:
    """Return the variables of a demo on this machine; what the user has set is kept."""
    defaults = {
        "OMS_DEMO": "1",
        "OMS_BASE_URL": f"http://{HOST}:{port}",
        "OMS_DATA_DIR": str(data_dir()),
        "PYTHONUNBUFFERED": "1",
    }
    return defaults | dict(os.environ) | secret_keys.ensure_keys(data_dir(), os.environ)


def programs(host: str, port: int, root: Path = ROOT) -> list[Program]:
    """Return the programs that make up the system, the web server first."""
    python = venv_bin("python")
    threads = os.environ.get("OMS_WEB_THREADS") or "4"
    workers = os.environ.get("WEB_CONCURRENCY") or "2"
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = f"--worker-class gthread --workers {workers} --threads {threads} --graceful-timeout 5"
    gunicorn = [python, "-m", "gunicorn", *web.split(), "--no-control-socket"]
    simulators = [
        Program(f"{name}-simulator", [python, "-m", f"{package}.simulator"])
        for name, package in SIMULATORS.items()
        if (root / package / "simulator" / "__main__.py").is_file()
    ]
    return [
        Program("web", [*gunicorn, *ACCESS_LOG, "--bind", bind, "oms.wsgi"]),
        Program("worker", [python, "manage.py", "qcluster"]),
        *simulators,
    ]


def _prepare(environ: Mapping[str, str]) -> str:
    """Bring the database up to date and return what is to be said about the demo accounts."""
    known = commands.manage("help", "--commands", environ=environ).split()
    with _step("Database"):
        commands.manage("migrate", "--no-input", environ=environ)
    if "seed_demo" in known:
        with _step("Demo data"), platforms.serving(_quiet(), environ, on_ports=PORTS):
            commands.manage("seed_demo", environ=environ)
    if "sync_schedules" in known:
        with _step("Schedules"):
            commands.manage("sync_schedules", environ=environ)
    if "demo_accounts" not in known:
        return ""
    accounts = commands.manage("demo_accounts", environ=environ).strip()
    return "\n\n" + "\n".join(f"    {line}".rstrip() for line in accounts.splitlines()) + "\n"


def _quiet() -> list[list[str]]:
    """Return how the simulators start without sending orders of their own."""
    python = venv_bin("python")
    shops = [python, "-m", f"{SIMULATORS['channels']}.simulator", "--no-auto"]
    return [shops, [python, "-m", f"{SIMULATORS['carriers']}.simulator"]]


@contextmanager
def _step(title: str) -> Iterator[None]:
    print(f"{title} ...", end=" ", flush=True)
    begin = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"ready ({time.monotonic() - begin:.1f} s)", flush=True)


def _reachable(host: str) -> str:
    return {"0.0.0.0": HOST, "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
