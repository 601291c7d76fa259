"""From rows to an order or a cancellation, and what is said of rows that are neither."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from channels_sync.connectors.file import mapper
from channels_sync.connectors.file.grouping import groups, survey
from channels_sync.connectors.file.opening import open_orders
from channels_sync.dto import ImportOptions, Problem, RowGroup, Unreadable
from oms.dto import ChannelStatus, IncomingOrder, PlainReceiver
from tests.factories.channels_sync import COLUMNS, HEADER, csv_file, options_json, row

EXTRA_COLUMNS = {
    "status": "Status",
    "freight": "Freight",
    "paid_amount": "Paid",
    "city": "City",
    "currency": "Currency",
    "line_no": "Line",
}


def options(**told: Any) -> ImportOptions:
    return ImportOptions.from_json(options_json(**told))


def group_of(*rows: list[str], told: ImportOptions | None = None) -> RowGroup:
    told = told or options()
    table = open_orders(csv_file(*rows))
    [group] = groups(table, told, survey(table, told))
    return group


def order_of(*rows: list[str], **told: Any) -> IncomingOrder:
    return mapper.to_order(group_of(*rows, told=options(**told)), options(**told))


def wide(**cells: str) -> IncomingOrder:
    """Map one row that also has the extra columns."""
    told = options(columns=COLUMNS | EXTRA_COLUMNS)
    plain = dict(zip(HEADER, row(), strict=True))
    cells = plain | {EXTRA_COLUMNS[name]: value for name, value in cells.items()}
    group = group_of(row())
    group.rows[0].cells.clear()  # type: ignore[attr-defined]
    group.rows[0].cells.update(cells)  # type: ignore[attr-defined]
    return mapper.to_order(group, told)


def test_rows_become_lines_and_their_sum() -> None:
    order = order_of(row(), row(code="CUP", quantity=1, price="0.333"))
    assert [(line.merchant_code, line.quantity) for line in order.lines] == [("MUG", 2), ("CUP", 1)]
    assert order.lines[1].unit_price == Decimal("0.333")
    assert order.goods_amount == order.paid_amount == Decimal("25.33")
    assert order.ordered_at == order.paid_at == datetime(2026, 11, 11, 1, 0, tzinfo=UTC)
    assert order.channel_status is ChannelStatus.PAID
    assert order.buyer is not None
    assert order.receiver is None


def test_repeated_sku_stays_two_lines() -> None:
    assert len(order_of(row(), row()).lines) == 2


def test_order_typed_in_over_minutes_was_placed_at_the_first() -> None:
    order = order_of(row(placed="2026-11-11 09:01:00"), row(placed="2026-11-11 09:00:00"))
    assert order.ordered_at.minute == 0
    assert order.channel_modified_at.minute == 1


def test_history_is_closed_and_invents_no_payment() -> None:
    order = order_of(row(), history="closed_external")
    assert order.closed_external
    assert order.channel_status is ChannelStatus.COMPLETED
    assert (order.paid_amount, order.paid_at) == (Decimal("25.00"), None)


def test_order_without_a_buyer_has_none() -> None:
    assert order_of(row(buyer="")).buyer is None


def test_columns_of_the_order_are_read() -> None:
    order = wide(status="待付款", freight="8", city="杭州市", currency="usd", line_no="7")
    assert order.channel_status is ChannelStatus.UNPAID
    assert (order.freight, order.paid_amount, order.paid_at) == (Decimal(8), Decimal(0), None)
    assert (order.currency, order.raw_status) == ("USD", "待付款")
    assert order.lines[0].channel_line_no == "7"
    assert isinstance(order.receiver, PlainReceiver)
    assert order.receiver.city == "杭州市"


def test_amount_paid_is_believed() -> None:
    assert wide(paid_amount="20.00").paid_amount == Decimal("20.00")


def assert_unreadable(problem: Problem, where: str, *rows: list[str], **told: Any) -> None:
    with pytest.raises(Unreadable) as caught:
        order_of(*rows, **told)
    assert (caught.value.problem, caught.value.where) == (problem, where)


@pytest.mark.parametrize(
    ("cells", "problem", "where"),
    [
        ({"quantity": ""}, Problem.MISSING, "Qty"),
        ({"quantity": "1.5"}, Problem.NOT_A_NUMBER, "Qty"),
        ({"quantity": "many"}, Problem.NOT_A_NUMBER, "Qty"),
        ({"price": "0.1234567"}, Problem.TOO_FINE, "Price"),
        ({"placed": "11/11/2026"}, Problem.NOT_A_TIME, "Placed"),
        ({"placed": ""}, Problem.MISSING, "Placed"),
        ({"code": ""}, Problem.MISSING, "SKU"),
        ({"code": "X" * 65}, Problem.TOO_LONG, "SKU"),
        ({"number": ""}, Problem.MISSING, "Order"),
        ({"number": "9" * 65}, Problem.TOO_LONG, "Order"),
    ],
)
def test_wrong_column_is_named(cells: dict[str, str], problem: Problem, where: str) -> None:
    assert_unreadable(problem, where, row(**cells))


def test_rows_that_disagree_about_the_buyer_are_no_order() -> None:
    assert_unreadable(Problem.ROWS_DISAGREE, "Buyer", row(), row(buyer="b-2"))


def test_skipped_numbers_are_no_orders() -> None:
    assert_unreadable(Problem.NOT_AN_ORDER, "Order", row("A1"), skipped_prefixes=["A"])


def test_number_may_stand_once_where_rows_are_orders() -> None:
    assert_unreadable(Problem.REPEATED_NUMBER, "Order", row(), row(), group_lines=False)


def test_shifted_row_is_no_order() -> None:
    assert_unreadable(Problem.EXTRA_CELLS, "Order", [*row(), "more"])


def test_unknown_status_is_named() -> None:
    with pytest.raises(Unreadable) as caught:
        wide(status="somewhere")
    assert (caught.value.problem, caught.value.where) == (Problem.UNKNOWN_STATUS, "Status")


def test_freight_finer_than_a_cent_is_refused() -> None:
    with pytest.raises(Unreadable):
        wide(freight="0.005")


def test_negative_quantity_is_left_to_the_core_to_refuse() -> None:
    assert order_of(row(quantity=-1)).lines[0].quantity == -1


def test_cancellation_has_positive_lines_and_no_original() -> None:
    told = options(cancellation_prefix="C")
    group = group_of(row("C1", quantity=-3), told=told)
    assert mapper.is_cancellation(group.number, told)
    cancellation = mapper.to_cancellation(group, told)
    [line] = cancellation.lines
    assert (cancellation.number, cancellation.buyer_ref) == ("C1", "b-1")
    assert (line.quantity, line.unit_price) == (3, Decimal("12.50"))


@pytest.mark.parametrize("cells", [{"quantity": 1}, {"quantity": 0}, {"price": "-1"}])
def test_cancellation_that_takes_nothing_back_is_refused(cells: dict[str, Any]) -> None:
    told = options(cancellation_prefix="C")
    group = group_of(row("C1", **({"quantity": -1} | cells)), told=told)
    with pytest.raises(Unreadable) as caught:
        mapper.to_cancellation(group, told)
    assert caught.value.problem is Problem.CANCELLATION_QUANTITY
