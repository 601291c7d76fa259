from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels_sync.simulator.bench import Bench, Listener, listening, running, settings_for

from .plainmart import Plainmart, Poolmart


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as server:
        yield server


@pytest.fixture
def bench(tmp_path: Path, listener: Listener) -> Iterator[Bench]:
    """Serve two invented platforms: one posts its messages, from the other they are fetched."""
    kinds = (Plainmart, Poolmart)
    path = tmp_path / "channels.sqlite3"
    with running(path, settings_for(listener), platforms=kinds) as serving:
        yield serving
