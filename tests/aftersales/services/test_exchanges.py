"""An exchange from request to parcel: ordered once, when the goods are back and agreed to."""

from decimal import Decimal

import pytest

from aftersales.flows import Approval, CaseStatus, Money
from aftersales.models import AfterSalesCase, Kind, Reason
from aftersales.services import closing, exchange_changes, exchanges, queues, settlement
from aftersales.services.closing import ReplacementOnItsWay
from aftersales.services.exchange_changes import UnknownGoods
from aftersales.services.exchanges import NoExchange
from aftersales.services.goods import accept_as_it_came
from oms.access.checks import NotAllowed
from oms.dto import RefundKind, RefundStage
from oms.events import bus
from oms.flows.order import OrderStatus
from oms.models import Order, Refund, Shipment, Sku, StockMovement, User
from oms.services.dispatch import dispatch
from oms.services.inventory.stock import Change, apply
from oms.services.orders.cancel import cancel_order
from tests.aftersales import acts
from tests.factories.aftersales import NOW, open_case, service_person, shipped_order, supervisor
from tests.factories.incoming import at
from tests.factories.oms import SkuFactory, UserFactory
from tests.factories.refunds import tell
from tests.oms.services.floor import Floor, document_of

pytestmark = pytest.mark.django_db


def stock(case: AfterSalesCase, sku: Sku, units: int = 5) -> None:
    assert case.warehouse_id is not None
    kind = StockMovement.Kind.RECEIVE
    apply([Change(case.warehouse_id, sku.pk, kind, on_hand=units)], now=NOW)


def exchange_case(**order: object) -> AfterSalesCase:
    case = open_case(shipped_order(**order), kind=Kind.EXCHANGE, reason=Reason.SIZE)
    stock(case, case.lines.get().sku)
    return case


def received() -> AfterSalesCase:
    return acts.receive(acts.approve(exchange_case()))


def boss() -> User:
    return UserFactory.create(superuser=True)


def ship(order: Order) -> Shipment:
    dispatch(now=at(1))
    dispatch(now=at(20))
    document = document_of(order)
    floor = Floor(boss())
    parcel = floor.pack(document)
    floor.hand_over(parcel)
    return parcel


def test_replacement_is_ordered_when_the_goods_are_back() -> None:
    case = acts.approve(exchange_case())
    assert case.exchange_order is None
    case = acts.receive(case)
    order = case.exchange_order
    assert order is not None
    assert (order.kind, order.origin_order, order.made_for) == (
        "exchange",
        case.order,
        case.case_no,
    )
    assert (case.status, case.money, Refund.objects.count()) == (CaseStatus.OPEN, Money.NONE, 0)
    assert case.deadline_at == order.ship_by


def test_case_closes_when_the_replacement_has_left() -> None:
    case = received()
    assert case.exchange_order is not None
    parcel = ship(case.exchange_order)
    exchanges.note_shipped([parcel.pk], now=at(21))
    case = acts.fresh(case)
    assert (case.status, case.money) == (CaseStatus.CLOSED, Money.NONE)
    assert exchanges.replacement_parcels(case) == [parcel]


def test_told_twice_or_found_later_there_is_one_replacement() -> None:
    case = received()
    settlement.settle(case.pk, now=at(30))
    settlement.settle_missed(now=at(60))
    acts.deliver()
    assert Order.objects.filter(kind="exchange").count() == 1


def test_closing_that_was_missed_is_caught_up() -> None:
    case = received()
    assert case.exchange_order is not None
    ship(case.exchange_order)
    settlement.settle_missed(now=at(60))
    assert acts.fresh(case).status == CaseStatus.CLOSED


def test_chosen_goods_are_sent_for_what_came() -> None:
    case = exchange_case(lines__quantity=2)
    larger = SkuFactory.create()
    stock(case, larger)
    line = case.lines.get()
    exchange_changes.choose(case.pk, codes={line.pk: larger.code}, actor=boss(), now=NOW)
    case = acts.receive(acts.approve(case))
    assert case.exchange_order is not None
    sent = case.exchange_order.items.get()
    assert (sent.sku, sent.quantity) == (larger, 2)


def test_other_goods_are_agreed_to_anew() -> None:
    case = acts.approve(exchange_case())
    larger = SkuFactory.create()
    line = case.lines.get()
    exchange_changes.choose(case.pk, codes={line.pk: larger.code}, actor=boss(), now=NOW)
    case = acts.fresh(case)
    assert (case.approval, case.revision) == (Approval.PENDING, 2)
    assert acts.approve(case).approval == Approval.APPROVED


def test_only_whoever_opens_cases_chooses() -> None:
    case = exchange_case()
    line = case.lines.get()
    with pytest.raises(NotAllowed):
        exchange_changes.choose(case.pk, codes={line.pk: ""}, actor=UserFactory.create(), now=NOW)
    with pytest.raises(UnknownGoods):
        exchange_changes.choose(
            case.pk, codes={line.pk: "NOBODY-SELLS"}, actor=service_person(case), now=NOW
        )


def test_nothing_is_chosen_for_a_return_or_once_it_is_ordered() -> None:
    for case in (open_case(), received()):
        with pytest.raises(NoExchange):
            exchange_changes.choose(case.pk, codes={}, actor=boss(), now=NOW)


def test_sold_out_replacement_is_seen_and_ordered_when_it_is_there() -> None:
    case = exchange_case()
    rare = SkuFactory.create()
    line = case.lines.get()
    exchange_changes.choose(case.pk, codes={line.pk: rare.code}, actor=boss(), now=NOW)
    case = acts.receive(acts.approve(case))
    assert case.exchange_order is None
    assert rare.code in case.problem
    assert list(queues.in_queue(AfterSalesCase.objects.all(), key="stuck", now=at(60))) == [case]
    stock(case, rare)
    settlement.settle_missed(now=at(60))
    case = acts.fresh(case)
    assert case.exchange_order is not None
    assert case.problem == ""


def test_money_instead_of_sold_out_goods_is_agreed_to_and_paid() -> None:
    case = received()
    assert case.exchange_order is not None
    with pytest.raises(NoExchange):
        exchange_changes.pay_back_instead(case.pk, actor=boss(), reason="", now=NOW)
    cancel_order(case.exchange_order.pk, actor=boss(), reason="", now=NOW)
    settlement.settle_missed(now=at(60))
    assert acts.fresh(case).problem
    case = exchange_changes.pay_back_instead(
        case.pk, actor=service_person(case), reason="sold out", now=NOW
    )
    assert (case.kind, case.approval, Refund.objects.count()) == (
        Kind.RETURN_REFUND,
        Approval.PENDING,
        0,
    )
    case = acts.approve(case)
    assert (case.money, Refund.objects.get().amount) == (Money.ASKED, case.order.paid_amount)


def test_case_is_not_closed_over_a_replacement_on_its_way() -> None:
    case = received()
    with pytest.raises(ReplacementOnItsWay):
        closing.close_case(case.pk, actor=supervisor(case), reason="enough", now=NOW)


def test_only_the_units_that_came_are_replaced() -> None:
    case = acts.approve(exchange_case(lines__quantity=3))
    expected = acts.expected_of(case)
    acts.dock_receives(expected, units={expected.lines.get().pk: 2})
    acts.deliver()
    accept_as_it_came(case.pk, actor=supervisor(case), reason="one is lost", now=NOW)
    case = acts.fresh(case)
    assert case.exchange_order is not None
    assert case.exchange_order.items.get().quantity == 2


def test_shipping_of_other_orders_closes_nothing() -> None:
    case = received()
    other = Shipment.objects.exclude(
        lines__fulfillment_line__order_item__order=case.exchange_order
    ).values_list("pk", flat=True)
    exchanges.note_shipped(other, now=NOW)
    assert acts.fresh(case).status == CaseStatus.OPEN


def test_platforms_exchange_becomes_one_and_is_paused_when_it_is_called_off() -> None:
    order = shipped_order()
    asked = {"kind": RefundKind.EXCHANGE, "amount": Decimal(0)}
    tell(order, **asked)
    acts.deliver()
    case = AfterSalesCase.objects.get()
    assert case.kind == Kind.EXCHANGE
    stock(case, case.lines.get().sku)
    case = acts.receive(acts.approve(case) if case.approval == Approval.PENDING else case)
    assert case.exchange_order is not None
    tell(order, minutes=9, status=RefundStage.CLOSED, **asked)
    acts.deliver()
    case = acts.fresh(case)
    assert case.problem
    assert case.exchange_order is not None
    hold = case.exchange_order.holds.get(released_at=None)
    assert (hold.code, case.exchange_order.status) == ("called_off", OrderStatus.PENDING_REVIEW)


def test_parcel_of_an_exchange_is_told_to_the_case_by_its_event() -> None:
    assert "aftersales.handlers.note_replacements" in bus.handlers_of("warehouse.package.shipped")
