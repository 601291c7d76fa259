from decimal import Decimal

import pytest
from django.db import OperationalError

from oms.dto import ChannelStatus, IncomingOrder, LineKind
from oms.flows.order import OrderStatus
from oms.models import Buyer, Demand, Listing, Order, Receiver, TimelineEntry
from oms.queries.stock import sellable
from oms.rules.incoming import Fault
from oms.services.orders.faults import FaultyOrder, UnmappedListing
from oms.services.orders.ingest import Verdict, ingest, ingest_many
from tests.factories.basics import NOW, ListingFactory, StoreFactory
from tests.factories.incoming import Shop, incoming_line, incoming_order, paid, revised
from tests.oms.services.rows import rows

S = OrderStatus


def test_paid_order_waits_for_review_and_is_ready_from_now(shop: Shop) -> None:
    told = incoming_order(lines=(incoming_line("P1", quantity=2), incoming_line("P2")))
    order = shop.take_in(told)
    assert (order.status, order.eligible_at, order.paid_amount) == (S.PENDING_REVIEW, NOW, 150)
    assert order.order_no.startswith("SO261111-")
    assert [(line.position, line.quantity) for line in order.lines.all()] == [(1, 2), (2, 1)]
    assert [item.sku for item in order.items.all()] == [shop.sku("P1"), shop.sku("P2")]
    assert [item.demand.quantity for item in order.items.all()] == [2, 1]
    assert order.buyer is not None
    assert order.buyer.channel_buyer_id == "buyer-1"
    entry = TimelineEntry.objects.get(subject="order", subject_id=order.pk)
    assert (entry.action, entry.to_status, entry.at) == ("create", S.PENDING_REVIEW, NOW)


def test_same_again_writes_no_row(shop: Shop) -> None:
    told = incoming_order()
    first = shop.tell(told)
    before = rows()
    again = shop.tell(told)
    assert (again.verdict, again.order_id) == (Verdict.UNCHANGED, first.order_id)
    assert rows() == before


def test_goods_are_spoken_for_from_the_moment_an_order_comes(shop: Shop) -> None:
    shop.stock(10)
    assert sellable([shop.sku().pk])[shop.sku().pk].units == 10
    shop.take_in(incoming_order(lines=(incoming_line(quantity=4),)))
    assert sellable([shop.sku().pk])[shop.sku().pk].units == 6


def test_paid_before_created_is_one_complete_order(shop: Shop) -> None:
    created = incoming_order(channel_status=ChannelStatus.UNPAID)
    assert shop.tell(paid(created)).verdict is Verdict.CREATED
    assert shop.tell(created).verdict is Verdict.STALE
    order = Order.objects.get()
    assert (order.status, order.channel_status) == (S.PENDING_REVIEW, ChannelStatus.PAID)
    assert order.paid_amount == 50


def test_order_given_twice_counts_with_its_newest_revision(shop: Shop) -> None:
    created = incoming_order(channel_status=ChannelStatus.UNPAID)
    shop.sku()
    outcomes = ingest_many(shop.store.pk, orders=[paid(created), created], now=NOW)
    assert [outcome.verdict for outcome in outcomes] == [Verdict.CREATED, Verdict.STALE]
    assert {outcome.order_id for outcome in outcomes} == {Order.objects.get().pk}
    assert Order.objects.get().status == S.PENDING_REVIEW


def test_of_one_instant_the_further_revision_is_the_newest(shop: Shop) -> None:
    created = incoming_order(channel_status=ChannelStatus.UNPAID)
    shop.sku()
    at_once = paid(created, minutes=0)
    for orders in ([at_once, created], [created, at_once]):
        ingest_many(shop.store.pk, orders=orders, now=NOW)
        assert Order.objects.get().channel_status == ChannelStatus.PAID
    assert shop.tell(created).verdict is Verdict.STALE
    assert Order.objects.get().channel_status == ChannelStatus.PAID


def test_one_number_in_two_stores_is_two_orders(shop: Shop) -> None:
    shop.take_in()
    other = Shop(store=StoreFactory.create(channel=shop.store.channel), warehouse=shop.warehouse)
    other.take_in()
    assert Order.objects.count() == 2
    assert Buyer.objects.count() == 1


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault.NO_NUMBER, {"channel_order_no": " "}),
        (Fault.NUMBER_TOO_LONG, {"channel_order_no": "1" * 65}),
        (Fault.NO_LINES, {"lines": ()}),
        (Fault.LINE_TWICE, {"lines": (incoming_line(channel_line_no="1"),) * 2}),
        (Fault.QUANTITY, {"lines": (incoming_line(quantity=0),)}),
        (Fault.CANCELLED_QUANTITY, {"lines": (incoming_line(cancelled_quantity=2),)}),
        (Fault.PRICE, {"lines": (incoming_line(unit_price=Decimal("NaN")),)}),
        (Fault.AMOUNT, {"freight": Decimal("-0.01")}),
        (Fault.CURRENCY, {"currency": "C1Y"}),
        (Fault.TOO_MANY_LINES, {"lines": (incoming_line(),) * 5_001}),
    ],
)
def test_bad_order_is_refused_with_its_fault_and_stops_no_other(
    shop: Shop, fault: Fault, told: dict[str, object]
) -> None:
    good = [incoming_order("1"), incoming_order("2")]
    bad = revised(incoming_order("3"), minutes=0, **told)
    shop.sku()
    outcomes = ingest_many(shop.store.pk, orders=[good[0], bad, good[1]], now=NOW)
    assert [outcome.verdict for outcome in outcomes] == [
        Verdict.CREATED,
        Verdict.REFUSED,
        Verdict.CREATED,
    ]
    refusal = outcomes[1].refusal
    assert isinstance(refusal, FaultyOrder)
    assert fault in refusal.faults
    assert str(refusal)


def test_two_orders_without_a_number_are_both_refused(shop: Shop) -> None:
    nameless = [incoming_order(""), revised(incoming_order(""))]
    outcomes = ingest_many(shop.store.pk, orders=nameless, now=NOW)
    assert [outcome.verdict for outcome in outcomes] == [Verdict.REFUSED] * 2


def test_unmapped_listing_refuses_its_order_and_waits_in_the_review_list(shop: Shop) -> None:
    shop.sku("P1")
    strange = incoming_order("1", lines=(incoming_line("P1"), incoming_line("P9", title="茶杯")))
    outcomes = ingest_many(shop.store.pk, orders=[strange, incoming_order("2")], now=NOW)
    refusal = outcomes[0].refusal
    assert isinstance(refusal, UnmappedListing)
    assert refusal.titles == ["茶杯"]
    assert outcomes[1].verdict is Verdict.CREATED
    listing = Listing.objects.get(channel_product_id="P9")
    assert (listing.sku, listing.bundle, listing.title) == (None, None, "茶杯")
    ingest(shop.store.pk, order=strange, now=NOW)
    assert Listing.objects.filter(channel_product_id="P9").count() == 1


def test_order_comes_in_once_its_listing_is_mapped(shop: Shop) -> None:
    told = incoming_order(lines=(incoming_line("P9"),))
    assert ingest(shop.store.pk, order=told, now=NOW).verdict is Verdict.REFUSED
    Listing.objects.filter(channel_product_id="P9").update(sku=shop.sku("P1"))
    assert ingest(shop.store.pk, order=told, now=NOW).verdict is Verdict.CREATED


def test_lost_mapping_does_not_stop_what_happens_to_known_orders(shop: Shop) -> None:
    told = incoming_order()
    order = shop.take_in(told)
    Listing.objects.update(sku=None)
    cancelled = revised(told, channel_status=ChannelStatus.CANCELLED)
    outcome = ingest(shop.store.pk, order=cancelled, now=NOW)
    assert outcome.verdict is Verdict.UPDATED
    order.refresh_from_db()
    assert order.status == S.CANCELLED


def test_guest_without_an_id_has_no_buyer(shop: Shop) -> None:
    order = shop.take_in(incoming_order(buyer=None))
    assert order.buyer is None
    assert not Buyer.objects.exists()


def test_only_things_make_items_and_only_things_need_a_mapping(shop: Shop) -> None:
    shop.sku("P1")
    lines = (
        incoming_line("P1"),
        incoming_line("P1", kind=LineKind.GIFT, unit_price=Decimal(0)),
        incoming_line("V1", kind=LineKind.VIRTUAL),
        incoming_line("F1", kind=LineKind.FEE),
    )
    ingest(shop.store.pk, order=incoming_order(lines=lines), now=NOW)
    order = Order.objects.get()
    assert [line.kind for line in order.lines.all()] == ["goods", "gift", "virtual", "fee"]
    assert order.items.count() == 2
    assert set(Listing.objects.values_list("channel_product_id", flat=True)) == {"P1"}


def test_listing_without_any_id_is_refused_and_not_listed(shop: Shop) -> None:
    told = incoming_order(lines=(incoming_line("", title="一只茶杯"),))
    outcome = ingest(shop.store.pk, order=told, now=NOW)
    assert isinstance(outcome.refusal, UnmappedListing)
    assert "一只茶杯" in str(outcome.refusal)
    assert not Listing.objects.exists()


def test_shop_without_product_ids_is_known_by_its_merchant_codes(shop: Shop) -> None:
    listing = ListingFactory.create(
        store=shop.store, channel_product_id="CUP-1", channel_sku_id="", ratio=2
    )
    line = incoming_line("", merchant_code="CUP-1", quantity=3)
    ingest(shop.store.pk, order=incoming_order(lines=(line,)), now=NOW)
    item = Order.objects.get().items.get()
    assert (item.sku, item.quantity) == (listing.sku, 6)


def test_number_of_ours_that_is_taken_is_drawn_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shop.take_in(incoming_order("1", lines=(incoming_line(quantity=5),)))
    drawn = iter([first.order_no, *(f"SO-{n}" for n in range(9))])
    monkeypatch.setattr("oms.services.orders.creation.new_number", lambda *_args: next(drawn))
    told = [incoming_order("2"), incoming_order("3")]
    outcomes = ingest_many(shop.store.pk, orders=told, now=NOW)
    assert [outcome.verdict for outcome in outcomes] == [Verdict.CREATED] * 2
    assert Order.objects.count() == Receiver.objects.count() == 3
    assert [order.lines.count() for order in Order.objects.all()] == [1, 1, 1]


def test_fault_of_the_database_is_not_the_orders(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("oms.services.orders.ingest.create_orders", lost)
    shop.listing()
    with pytest.raises(OperationalError):
        ingest_many(shop.store.pk, orders=[incoming_order("1"), incoming_order("2")], now=NOW)
    assert not Order.objects.exists()


def _with_a_long_text(order: IncomingOrder) -> IncomingOrder:
    return revised(order, promised_carrier="x" * 100)


@pytest.mark.django_db(transaction=True)
def test_values_that_do_not_fit_refuse_their_order_alone(
    shop: Shop, needs_postgresql: None
) -> None:
    told = [incoming_order(str(number)) for number in range(4)]
    told[2] = _with_a_long_text(told[2])
    shop.sku()
    outcomes = ingest_many(shop.store.pk, orders=told, now=NOW)
    verdicts = [outcome.verdict for outcome in outcomes]
    assert verdicts == [Verdict.CREATED, Verdict.CREATED, Verdict.REFUSED, Verdict.CREATED]
    assert "64" in str(outcomes[2].refusal) or "32" in str(outcomes[2].refusal)
    assert Order.objects.count() == Receiver.objects.count() == Demand.objects.count() == 3


def test_unstorable_order_leaves_an_outer_transaction_usable(
    shop: Shop, needs_postgresql: None
) -> None:
    told = _with_a_long_text(incoming_order())
    assert shop.tell(told).verdict is Verdict.REFUSED
    assert shop.tell(incoming_order("2")).verdict is Verdict.CREATED


def test_zero_byte_in_a_text_refuses_its_order(shop: Shop, needs_postgresql: None) -> None:
    told = incoming_order(parent_channel_no="a\x00b")
    assert shop.tell(told).verdict is Verdict.REFUSED
