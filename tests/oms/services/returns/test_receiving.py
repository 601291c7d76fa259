import pytest

from oms.access.checks import NotAllowed
from oms.models import Condition, ExpectedReturn, OutboxEvent, StockLevel
from oms.services import returns
from oms.services.returns import Found, NothingFound, ReturnClosed, TooManyReturned
from tests.factories.oms import NOW, SkuFactory, UserFactory
from tests.oms.services.returns.world import announced, dock_hand, receive, shipped

State = ExpectedReturn.State


def stock(expected: ExpectedReturn) -> dict[str, int]:
    rows = StockLevel.objects.filter(warehouse=expected.warehouse, on_hand__gt=0)
    return {str(row.condition): row.on_hand for row in rows}


def test_units_go_into_stock_by_their_condition() -> None:
    expected = announced(shipped(lines__quantity=4))
    line = expected.lines.get()
    before = stock(expected).get("good", 0)
    done = receive(
        expected,
        Found(2, line_id=line.pk),
        Found(1, Condition.DEFECTIVE, line_id=line.pk),
        Found(1, Condition.QUARANTINE, line_id=line.pk),
    )
    line.refresh_from_db()
    assert done.state == State.RECEIVED
    assert (line.received_quantity, line.defective_quantity, line.quarantine_quantity) == (4, 1, 1)
    assert stock(expected) == {"good": before + 2, "defective": 1, "quarantine": 1}
    assert line.order_item is not None
    assert line.order_item.returned_quantity == 4


def test_rest_stays_expected() -> None:
    expected = announced(shipped(lines__quantity=3))
    line = expected.lines.get()
    assert receive(expected, Found(1, line_id=line.pk)).state == State.PARTLY_RECEIVED
    assert receive(expected, Found(2, line_id=line.pk)).state == State.RECEIVED
    with pytest.raises(ReturnClosed):
        receive(expected, Found(1, line_id=line.pk))


def test_more_than_announced_is_refused_whole() -> None:
    expected = announced(shipped(lines=2))
    one, two = expected.lines.order_by("pk")
    with pytest.raises(TooManyReturned):
        receive(expected, Found(1, line_id=one.pk), Found(2, line_id=two.pk))


def test_line_of_another_parcel_is_refused() -> None:
    mine = announced(shipped())
    theirs = announced(shipped(), case_no="AS-2")
    with pytest.raises(TooManyReturned):
        receive(mine, Found(1, line_id=theirs.lines.get().pk))


def test_what_nobody_announced_gets_a_line_of_its_own() -> None:
    expected, stray = announced(shipped()), SkuFactory.create()
    found = Found(2, Condition.QUARANTINE, sku_id=stray.pk)
    assert receive(expected, found).state == State.PARTLY_RECEIVED
    receive(expected, Found(1, Condition.DEFECTIVE, sku_id=stray.pk))
    line = expected.lines.get(order_item=None)
    assert (line.sku_id, line.quantity, line.received_quantity) == (stray.pk, 3, 3)
    assert (line.quarantine_quantity, line.defective_quantity) == (2, 1)


def test_thing_that_is_no_goods_of_ours_is_a_remark() -> None:
    expected = announced(shipped())
    done = receive(expected, remark="1 × ?")
    assert (done.state, done.remark) == (State.PARTLY_RECEIVED, "1 × ?")
    assert returns.has_come("AS-1")


def test_empty_box_is_a_receipt_and_nothing_said_is_none() -> None:
    expected = announced(shipped())
    with pytest.raises(NothingFound):
        returns.receive(expected.pk, found=[], actor=dock_hand(expected), now=NOW)
    assert not returns.has_come("AS-1")
    empty = receive(expected, Found(0, line_id=expected.lines.get().pk))
    assert (empty.state, returns.has_come("AS-1")) == (State.PARTLY_RECEIVED, True)
    assert stock(expected).keys() <= {"good"}


def test_right_is_needed_in_the_warehouse() -> None:
    expected = announced(shipped())
    found = [Found(1, line_id=expected.lines.get().pk)]
    with pytest.raises(NotAllowed):
        returns.receive(expected.pk, found=found, actor=UserFactory.create(), now=NOW)
    expected.refresh_from_db()
    assert expected.state == State.EXPECTED


def test_only_good_units_are_news_for_the_shops() -> None:
    expected = announced(shipped(lines__quantity=2))
    line = expected.lines.get()
    news = OutboxEvent.objects.filter(name="oms.stock.changed")
    told = news.count()
    receive(expected, Found(1, Condition.DEFECTIVE, line_id=line.pk))
    assert news.count() == told
    receive(expected, Found(1, line_id=line.pk))
    assert news.count() == told + 1


def test_parcel_without_case_is_none_of_a_case() -> None:
    assert not returns.has_come("")
