"""Run the tests on PostgreSQL: `pytest -p tests.plugins.postgres`.

Only the main process starts a server; the workers of pytest-xdist inherit its DATABASE_URL. Which
server that is, deploy/postgres.py decides (DATABASE_URL, the machine's own, the wheel's).
"""

import os
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from deploy import postgres
from deploy.problems import Problem

_at_the_end = ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Have the address in place before pytest-django, which this hook's wrappers precede."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        try:
            os.environ["DATABASE_URL"] = _at_the_end.enter_context(postgres.running())
        except Problem as problem:
            raise pytest.UsageError(str(problem)) from problem
    return (yield)


def pytest_report_header() -> str:
    """Name the server in the head of the report, without its password."""
    return f"database: {os.environ['DATABASE_URL'].rpartition('@')[2]}"


def pytest_unconfigure() -> None:
    """Stop the server that was started here; the keeper does so if this is never reached."""
    _at_the_end.close()
