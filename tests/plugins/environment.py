"""Give every test run the same environment, before Django reads its settings.

Named in pyproject.toml (`-p tests.plugins.environment`), so that it also holds for a single
`pytest tests/...`. What it sets up happens at import: pytest-django loads the settings before any
conftest.py is read.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from deploy.isolation import isolated

ROOT_VARIABLE = "OMS_TEST_DATA_ROOT"


def _isolate() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        root = tempfile.mkdtemp(prefix="oms-tests-")
        atexit.register(shutil.rmtree, root, ignore_errors=True)
        os.environ[ROOT_VARIABLE] = root
    # A directory for each worker: they would otherwise see each other's cache and files.
    data_dir = Path(os.environ[ROOT_VARIABLE]) / (worker or "main")
    environ = isolated(os.environ, data_dir=data_dir)
    os.environ.clear()
    os.environ.update(environ)


_isolate()
