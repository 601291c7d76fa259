from collections.abc import Callable

import pytest

from oms.events import bus
from oms.events.types import StockChanged

Handler = Callable[..., None]
Subscribe = Callable[..., None]


@pytest.fixture(autouse=True)
def subscribe(monkeypatch: pytest.MonkeyPatch) -> Subscribe:
    """Let nobody but the handlers of this test hear of a changed stock."""
    monkeypatch.setattr(bus, "_handlers", {})

    def register(*handlers: Handler) -> None:
        for handler in handlers:
            bus.handles(StockChanged)(handler)

    return register
