from typing import Any

import pytest

from oms.privacy import fields
from oms.services.dispatch import route_due
from oms.services.merging.scan import scan
from tests.factories.incoming import at
from tests.oms.services.day import Day, are_together


def test_nothing_is_decrypted_to_merge_or_to_route(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [day.order("1", buyer_memo="轻放"), day.order("2")]
    alone = day.order("3", buyer=None, not_before=at(6))
    day.work()
    read: list[object] = []

    def from_db_value(self: Any, value: Any, *_rest: object) -> Any:
        read.append(self)
        raise AssertionError(f"{self.context} was read")

    monkeypatch.setattr(fields.SealedField, "from_db_value", from_db_value)
    scan(now=at(5))
    assert route_due(now=at(6)) == 1
    monkeypatch.undo()
    assert read == []
    assert are_together(*orders)
    alone.refresh_from_db()
    assert alone.status == "allocated"
