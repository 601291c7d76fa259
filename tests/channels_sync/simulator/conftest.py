from collections.abc import Iterator
from pathlib import Path

import pytest

from oms.integration.pacing import TokenBucket

from .bench import Bench, Listener, listening, running, settings_for


@pytest.fixture(autouse=True)
def _unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls leave at once: how they are paced is shown where the pace is kept."""
    monkeypatch.setattr(TokenBucket, "reserve", lambda _self, *, longest: 0.0)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as server:
        yield server


@pytest.fixture
def bench(tmp_path: Path, listener: Listener) -> Iterator[Bench]:
    """Serve the simulator as it comes, its messages going to the listener."""
    with running(tmp_path / "channels.sqlite3", settings_for(listener)) as serving:
        yield serving
