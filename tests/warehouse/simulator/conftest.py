from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.simulator.settings import Settings

from .bench import Bench, running


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Serve the simulator as it comes."""
    with running(tmp_path / "carriers.sqlite3", Settings()) as serving:
        yield serving
