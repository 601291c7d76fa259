import pytest

from oms.integration.http import Clockwork, Http


@pytest.fixture(autouse=True)
def _no_real_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The storm has a clock of its own: between two tries nobody waits by the real one."""
    told = Http.__init__.__kwdefaults__
    assert told is not None
    monkeypatch.setitem(told, "clockwork", Clockwork(sleep=lambda _seconds: None))
