import pytest

from oms.models import ExpectedReturn, OutboxEvent
from oms.services import returns
from oms.services.returns import CameAlready, Found, NothingToExpect, ReturnClosed
from tests.factories.oms import NOW, WarehouseFactory
from tests.oms.services.returns.world import announce, announced, receive, shipped

State = ExpectedReturn.State


def units(expected: ExpectedReturn) -> dict[int | None, int]:
    return dict(expected.lines.values_list("order_item", "quantity"))


def announcements() -> int:
    return OutboxEvent.objects.filter(name="oms.return.announced").count()


def test_same_case_announced_twice_expects_one_parcel() -> None:
    order = shipped()
    first, again = announced(order), announced(order)
    assert (first.pk, ExpectedReturn.objects.count(), announcements()) == (again.pk, 1, 1)


def test_other_units_are_expected_after_a_change() -> None:
    order = shipped(lines=2, lines__quantity=3)
    one, two = order.items.order_by("pk")
    expected = announce(order, {one.pk: 3})
    returns.change_return("AS-1", lines={one.pk: 1, two.pk: 2}, now=NOW)
    assert units(expected) == {one.pk: 1, two.pk: 2}
    returns.change_return("AS-1", lines={two.pk: 2}, now=NOW)
    assert units(expected) == {two.pk: 2}


def test_parcel_called_off_is_expected_again() -> None:
    order = shipped(lines__quantity=2)
    expected, item = announced(order), order.items.get()
    returns.withdraw("AS-1", now=NOW)
    again = returns.change_return("AS-1", lines={item.pk: 1}, now=NOW, inspect_first=True)
    assert (again.pk, again.state, again.inspect_first) == (expected.pk, State.EXPECTED, True)
    assert (units(expected), announcements()) == ({item.pk: 1}, 2)


def test_case_announced_anew_reopens_and_changes_its_parcel() -> None:
    order = shipped(lines__quantity=2)
    expected = announced(order)
    returns.withdraw("AS-1", now=NOW)
    again = announced(order, units=1)
    assert (again.pk, again.state) == (expected.pk, State.EXPECTED)
    assert units(expected) == {order.items.get().pk: 1}


def test_what_came_stays_counted_when_the_rest_changes() -> None:
    order = shipped(lines__quantity=3)
    expected, item = announced(order), order.items.get()
    receive(expected, Found(1, line_id=expected.lines.get().pk))
    with pytest.raises(CameAlready):
        returns.change_return("AS-1", lines={item.pk: 1}, now=NOW)
    returns.withdraw("AS-1", now=NOW)
    again = returns.change_return("AS-1", lines={item.pk: 2}, now=NOW)
    line = expected.lines.get()
    assert again.state == State.PARTLY_RECEIVED
    assert (line.quantity, line.received_quantity) == (2, 1)


def test_line_of_which_units_came_is_not_dropped() -> None:
    order = shipped(lines=2)
    one, two = order.items.order_by("pk")
    expected = announced(order)
    receive(expected, Found(1, line_id=expected.lines.get(order_item=one).pk))
    with pytest.raises(CameAlready):
        returns.change_return("AS-1", lines={two.pk: 1}, now=NOW)
    assert units(expected) == {one.pk: 1, two.pk: 1}


def test_nothing_changes_once_everything_has_come() -> None:
    order = shipped(lines__quantity=2)
    expected, item = announced(order), order.items.get()
    receive(expected)
    with pytest.raises(ReturnClosed):
        returns.change_return("AS-1", lines={item.pk: 1}, now=NOW)
    assert announced(order, units=1).state == State.RECEIVED
    assert units(expected) == {item.pk: 2}


@pytest.mark.parametrize("quantity", [None, 0, -1])
def test_nothing_cannot_be_expected(quantity: int | None) -> None:
    order = shipped()
    announced(order)
    lines = {} if quantity is None else {order.items.get().pk: quantity}
    with pytest.raises(NothingToExpect):
        returns.change_return("AS-1", lines=lines, now=NOW)


def test_parcel_found_elsewhere_is_expected_there() -> None:
    expected, elsewhere = announced(shipped()), WarehouseFactory.create()
    moved = returns.redirect_return(
        expected.pk, warehouse_id=elsewhere.pk, carrier="zto", waybill_no="ZT1", now=NOW
    )
    assert (moved.warehouse_id, moved.return_waybill_no) == (elsewhere.pk, "ZT1")
    again = returns.redirect_return(
        expected.pk, warehouse_id=elsewhere.pk, waybill_no="ZT2", now=NOW
    )
    assert again.return_waybill_no == "ZT1"


def test_parcel_called_off_is_expected_nowhere() -> None:
    expected = announced(shipped())
    returns.withdraw("AS-1", now=NOW)
    with pytest.raises(ReturnClosed):
        returns.redirect_return(expected.pk, warehouse_id=expected.warehouse_id, now=NOW)
    with pytest.raises(ReturnClosed):
        returns.set_return_waybill("AS-1", carrier="sf", waybill_no="SF1", now=NOW)


def test_number_of_the_parcel_is_announced() -> None:
    announced(shipped())
    returns.set_return_waybill("AS-1", carrier="sf", waybill_no="SF1", now=NOW)
    assert announcements() == 2
