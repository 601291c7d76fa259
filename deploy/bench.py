"""`make bench`: the benchmarks on a PostgreSQL server that writes to the disk."""

import os
from collections.abc import Sequence

from deploy import commands, libraries
from deploy.isolation import isolated
from deploy.paths import BUILD, ROOT, venv_bin
from deploy.problems import Problem


def bench(*, only: Sequence[str], extra: Sequence[str]) -> int:
    """Run the named benchmarks, or all of them, and return their exit code.

    :raises Problem: if there are none yet
    """
    if not (ROOT / "tests" / "benchmarks" / "__main__.py").is_file():
        raise Problem("There are no benchmarks in tests/benchmarks yet.")
    libraries.install("dev")
    server = [venv_bin("python"), "-m", "deploy.postgres", "--durable", "--"]
    command = [venv_bin("python"), "-m", "tests.benchmarks", *only, *extra]
    environ = isolated(os.environ, data_dir=BUILD / "bench")
    return commands.show([*server, *command], environ)
