"""What a market does with orders, and what it refuses."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.simulator import simulator
from channels_sync.simulator.database import Database
from channels_sync.simulator.goods import PRODUCTS, Cart, Product
from channels_sync.simulator.market import refusals
from channels_sync.simulator.market.changes import Change, What
from channels_sync.simulator.market.documents import dump, load
from channels_sync.simulator.market.goods import lines_of
from channels_sync.simulator.market.ledger import Ledger
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Line, LineKind, Order, Status
from channels_sync.simulator.market.refunds import Refund, RefundKind, RefundStatus
from channels_sync.simulator.market.store import MarketStore
from channels_sync.simulator.market.tokens import TokenRules, Tokens, TokenState

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
TWO: Cart = ((PRODUCTS[0], 1), (PRODUCTS[1], 2))


class Stall:
    """A market and what it told."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path, *simulator.SCHEMAS)
        self.changes: list[Change] = []
        store = MarketStore(self.database, "plainmart")
        ledger = Ledger(store, lambda what, n, _at: f"{what[0]}{n}", self.changes.append)
        self.market = Market(ledger)

    def place(self, cart: Cart = TWO, **how: Any) -> Order:
        return self.market.place(3, cart, at=NOW, **({"is_paid": True} | how))

    def whats(self) -> list[What]:
        return [change.what for change in self.changes]

    def ask(self, order: Order, kind: RefundKind = RefundKind.REFUND_ONLY, at: int = 0) -> Refund:
        requests, line = self.market.requests, order.lines[at].number
        return requests.ask(order.number, line, kind=kind, reason="不想要了", at=LATER)


@pytest.fixture
def stall(tmp_path: Path) -> Stall:
    return Stall(tmp_path / "market.sqlite3")


def test_paid_order_has_its_money_and_its_deadline(stall: Stall) -> None:
    order = stall.place()
    assert (order.status, order.paid_at) == (Status.PAID, NOW)
    assert [order.goods_amount, order.freight, order.paid_amount] == [Decimal(436), 0, Decimal(436)]
    assert order.ship_by == NOW + timedelta(hours=48)
    assert stall.whats() == [What.CREATED, What.PAID]


def test_order_is_read_back_as_it_was_written(stall: Stall) -> None:
    order = stall.place(has_gift=True, is_presale=True)
    assert stall.market.store.order(order.number) == order
    assert load(Order, dump(order)) == order


@given(
    st.lists(st.tuples(st.sampled_from(PRODUCTS), st.integers(1, 9)), min_size=1, max_size=5),
    st.decimals(0, 50, places=2),
)
def test_discount_is_shared_out_to_the_cent(
    cart: list[tuple[Product, int]], saved: Decimal
) -> None:
    numbers = iter("123456789")
    lines = lines_of(tuple(cart), numbers, discount=saved, is_platforms=False, has_gift=True)
    goods = sum((line.goods for line in lines), Decimal(0))
    assert sum(line.discount for line in lines) == min(saved, goods)
    assert all(line.paid >= 0 for line in lines)
    assert lines[-1].kind is LineKind.GIFT


def test_presale_is_paid_in_two_steps(stall: Stall) -> None:
    order = stall.place(is_presale=True)
    assert order.presale is not None
    assert (order.status, order.presale.is_deposit_paid) == (Status.UNPAID, True)
    assert stall.market.pay(order.number, at=LATER).status is Status.PAID
    assert stall.whats() == [What.CREATED, What.DEPOSIT_PAID, What.PAID]


def test_cash_on_delivery_waits_for_shipping_without_a_payment(stall: Stall) -> None:
    order = stall.place(is_paid=False, is_cod=True)
    assert (order.status, order.paid_at) == (Status.PAID, None)


def test_every_act_moves_modified(stall: Stall) -> None:
    order = stall.place(is_paid=False)
    acts: list[Callable[[datetime], Order]] = [
        lambda at: stall.market.change_address(order.number, door=9, at=at),
        lambda at: stall.market.change_memo(order.number, memo="加急", flag=1, at=at),
        lambda at: stall.market.pay(order.number, at=at),
        lambda at: stall.market.ship(order.number, carrier="sf", waybill_no="SF1", at=at),
        lambda at: stall.market.finish(order.number, at=at),
    ]
    for minute, act in enumerate(acts, start=1):
        at = NOW + timedelta(minutes=minute)
        assert act(at).modified_at == at
        assert [o.number for o in stall.market.store.changed((at, at))] == [order.number]


def test_lines_leave_one_by_one_and_never_twice(stall: Stall) -> None:
    order = stall.place()
    first, second = (line.number for line in order.lines)
    part = stall.market.ship(
        order.number, carrier="sf", waybill_no="SF1", line_nos=(first,), at=LATER
    )
    assert part.status is Status.PARTIALLY_SHIPPED
    with pytest.raises(refusals.AlreadyShipped):
        stall.market.ship(order.number, carrier="sf", waybill_no="SF2", line_nos=(first,), at=LATER)
    whole = stall.market.ship(order.number, carrier="sf", waybill_no="SF3", at=LATER)
    assert (whole.status, whole.parcels[-1].line_nos) == (Status.SHIPPED, (second,))
    with pytest.raises(refusals.AlreadyShipped):
        stall.market.ship(order.number, carrier="sf", waybill_no="SF4", at=LATER)
    more = stall.market.add_parcel(order.number, carrier="sf", waybill_no="SF5", at=LATER)
    assert len(more.parcels) == 3


@pytest.mark.parametrize("line", ["nobody's", ""])
def test_unpaid_order_or_strange_line_does_not_leave(stall: Stall, line: str) -> None:
    order = stall.place(is_paid=bool(line))
    refusal = refusals.NotFound if line else refusals.WrongState
    chosen = (line,) if line else ()
    with pytest.raises(refusal):
        stall.market.ship(order.number, carrier="sf", waybill_no="1", line_nos=chosen, at=LATER)


def test_paid_order_is_cancelled_by_paying_every_line_back(stall: Stall) -> None:
    order = stall.place(has_gift=True)
    assert stall.market.cancel(order.number, at=LATER).status is Status.CANCELLED
    refunds = stall.market.store.refunds_of(order.number)
    assert {refund.status for refund in refunds} == {RefundStatus.SUCCESS}
    assert sum(refund.amount for refund in refunds) == order.paid_amount
    with pytest.raises(refusals.WrongState):
        stall.market.cancel(order.number, at=LATER)


def test_line_that_is_paid_back_does_not_leave(stall: Stall) -> None:
    order = stall.place()
    stall.market.requests.pay(stall.ask(order).number, at=LATER)
    whole = stall.market.ship(order.number, carrier="sf", waybill_no="SF1", at=LATER)
    assert (whole.status, whole.parcels[0].line_nos) == (Status.SHIPPED, (order.lines[1].number,))


def test_return_goes_its_whole_way(stall: Stall) -> None:
    order, requests = stall.place(), stall.market.requests
    stall.market.ship(order.number, carrier="sf", waybill_no="SF1", at=LATER)
    refund = stall.ask(order, RefundKind.RETURN_REFUND)
    assert stall.market.has_open_refund(order.number)
    agreed = requests.agree(refund.number, address="一号仓", at=LATER)
    assert (agreed.status, agreed.return_address) == (RefundStatus.WAIT_BUYER_RETURN, "一号仓")
    back = requests.send_back(refund.number, carrier="sf", waybill_no="SF9", at=LATER)
    assert (back.status, back.waybill_no) == (RefundStatus.WAIT_MERCHANT_RECEIVE, "SF9")
    assert requests.pay(refund.number, at=LATER).status is RefundStatus.SUCCESS
    assert not stall.market.has_open_refund(order.number)
    assert stall.market.order(order.number).line(refund.line_no).left == 0  # type: ignore[union-attr]


def test_money_only_is_agreed_to_at_once_refused_or_taken_back(stall: Stall) -> None:
    order, requests = stall.place(), stall.market.requests
    refund = stall.ask(order)
    assert requests.refuse(refund.number, reason="已发货", at=LATER).answer == "已发货"
    assert requests.close(refund.number, at=LATER).status is RefundStatus.CLOSED
    again = stall.ask(order)
    assert requests.agree(again.number, at=LATER).status is RefundStatus.REFUNDING
    with pytest.raises(refusals.WrongState):
        requests.refuse(again.number, reason="", at=LATER)


def test_one_line_has_one_open_refund(stall: Stall) -> None:
    order = stall.place()
    stall.ask(order)
    with pytest.raises(refusals.WrongState):
        stall.ask(order)
    assert stall.ask(order, at=1).is_open


@pytest.mark.parametrize(("units", "amount"), [(9, None), (-1, None), (1, "9999"), (1, "-1")])
def test_more_than_was_bought_is_not_asked_for(
    stall: Stall, units: int, amount: str | None
) -> None:
    order = stall.place()
    with pytest.raises(refusals.WrongAmount):
        stall.market.requests.ask(
            order.number,
            order.lines[0].number,
            kind=RefundKind.REFUND_ONLY,
            reason="",
            units=units,
            amount=Decimal(amount) if amount else None,
            at=LATER,
        )


def test_return_of_goods_that_did_not_leave_is_refused(stall: Stall) -> None:
    with pytest.raises(refusals.WrongState):
        stall.ask(stall.place(), RefundKind.RETURN_REFUND)


def test_part_of_a_line_is_worth_its_part(stall: Stall) -> None:
    order = stall.place()
    line: Line = order.lines[1]
    refund = stall.market.requests.ask(
        order.number, line.number, kind=RefundKind.REFUND_ONLY, reason="", units=1, at=LATER
    )
    assert refund.amount == Decimal(99)


def test_stock_is_set_and_a_strange_sku_refused(stall: Stall) -> None:
    first = stall.market.store.stock()[0]
    stall.market.set_stock(first.sku_id, 7)
    assert stall.market.store.stock()[0].quantity == 7
    with pytest.raises(refusals.NotFound):
        stall.market.set_stock("nobody's", 7)


def test_markets_do_not_see_each_other(stall: Stall) -> None:
    order = stall.place()
    assert MarketStore(stall.database, "other").order(order.number) is None


# --- tokens --------------------------------------------------------------------------------


@pytest.mark.parametrize("rotates", [True, False])
def test_token_is_traded_for_a_code_once_and_renewed(stall: Stall, rotates: bool) -> None:
    tokens = Tokens(stall.database, "plainmart", TokenRules(rotates=rotates))
    code = tokens.issue_code(now=NOW)
    first = tokens.exchange(code, now=NOW)
    assert first is not None
    assert tokens.exchange(code, now=NOW) is None
    assert tokens.check(first.access_token, now=NOW) is TokenState.GOOD
    assert first.lasts(now=NOW) == 86400
    second = tokens.refresh(first.refresh_token, now=LATER)
    assert second is not None
    assert (second.refresh_token == first.refresh_token) is not rotates
    assert (tokens.refresh(first.refresh_token, now=LATER) is None) is rotates


def test_token_ends_by_time_by_button_and_by_the_owner(stall: Stall) -> None:
    tokens = Tokens(stall.database, "plainmart", TokenRules())
    tokens.open_shop("access", "renewal", now=NOW)
    assert tokens.check("access", now=NOW + timedelta(days=1)) is TokenState.EXPIRED
    tokens.expire(now=NOW)
    assert tokens.check("access", now=NOW) is TokenState.EXPIRED
    assert tokens.refresh("renewal", now=NOW + timedelta(days=31)) is None
    tokens.revoke()
    assert tokens.check("access", now=NOW) is TokenState.UNKNOWN
    assert tokens.newest() is None


def test_code_of_yesterday_is_worth_nothing(stall: Stall) -> None:
    tokens = Tokens(stall.database, "plainmart", TokenRules())
    code = tokens.issue_code(now=NOW)
    assert tokens.exchange(code, now=NOW + timedelta(minutes=11)) is None
