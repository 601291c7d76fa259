"""The order list and the order page: queues, search, stations, who sees which sibling."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from oms import registries
from oms.audit import timeline
from oms.audit.timeline import Move
from oms.flows.order import OrderStatus
from oms.models import (
    ExpectedReturn,
    MergeGroup,
    MergeMembership,
    Order,
    OrderHold,
    Payment,
    PaymentAllocation,
    Receiver,
    Refund,
    Shipment,
)
from oms.queries.orders import QUEUES, UnknownQueue, in_queue, queue_counts
from oms.registries import OrderPanel
from tests.factories.oms import NOW, FulfillmentOrderFactory, OrderFactory, SkuFactory
from tests.oms.admin.world import World, signed_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(world: World) -> Client:
    return signed_in(world.person("customer_service"))


def listed(client: Client, **query: str) -> list[str]:
    response = client.get(reverse("admin:oms_order_changelist"), query)
    return [row.order_no for row in response.context["cl"].result_list]


def page(client: Client, order: Order) -> str:
    response = client.get(reverse("admin:oms_order_change", args=[order.pk]))
    assert response.status_code == 200
    return response.content.decode()


def hold(order: Order, now: datetime, *, code: str = "shortage") -> OrderHold:
    return OrderHold.objects.create(order=order, code=code, owner="system", placed_at=now)


def test_queues_are_counted_and_list_the_same_rows(
    world: World, desk: Client, now: datetime, clock: time_machine.Traveller
) -> None:
    late = OrderFactory.create(store=world.store, approved=True, ship_by=now - HOUR)
    soon = OrderFactory.create(store=world.store, allocated=True, ship_by=now + HOUR)
    later = OrderFactory.create(store=world.store, allocated=True, ship_by=now + 6 * HOUR)
    to_review = OrderFactory.create(store=world.store)
    waiting = OrderFactory.create(store=world.store, waiting_merge=True)
    held = OrderFactory.create(store=world.store, approved=True)
    hold(held, now)
    OrderFactory.create(store=world.store, shipped=True, ship_by=now - HOUR)
    OrderFactory.create(store=world.other_store)
    expected = {
        "held": {held},
        "review": {to_review},
        "merge": {waiting},
        "route": {late},
        "ship": {soon, later},
        "soon": {soon},
        "later": {later},
        "late": {late},
    }
    user = world.person("customer_service")
    counts = {one.queue.key: one.count for one in queue_counts(user, now=now)}
    assert counts == {key: len(found) for key, found in expected.items()}
    for key, found in expected.items():
        assert set(listed(desk, queue=key)) == {order.order_no for order in found}


def test_queue_tells_how_long_its_oldest_row_waits(world: World, now: datetime) -> None:
    OrderFactory.create(store=world.store, status_at=now - HOUR)
    OrderFactory.create(store=world.store, status_at=now - 3 * HOUR)
    held = OrderFactory.create(store=world.store, approved=True)
    hold(held, now - 2 * HOUR)
    user = world.person("customer_service")
    oldest = {one.queue.key: one.oldest_at for one in queue_counts(user, now=now)}
    assert (oldest["review"], oldest["held"]) == (now - 3 * HOUR, now - 2 * HOUR)
    assert oldest["late"] is None


def test_released_hold_is_no_exception(world: World, now: datetime) -> None:
    order = OrderFactory.create(store=world.store)
    placed = hold(order, now)
    everything = Order.objects.all()
    assert list(in_queue(everything, "held", now=now)) == [order]
    placed.released_at = now
    placed.save()
    assert list(in_queue(everything, "held", now=now)) == []
    assert list(in_queue(everything, "review", now=now)) == [order]


def test_queue_runs_from_what_must_leave_first(world: World, desk: Client, now: datetime) -> None:
    hours = (9, 3, 6)
    made = {
        h: OrderFactory.create(store=world.store, ship_by=now + h * HOUR).order_no for h in hours
    }
    never = OrderFactory.create(store=world.store, ship_by=None).order_no
    assert listed(desk, queue="review") == [made[3], made[6], made[9], never]
    assert listed(desk) == [never, made[6], made[3], made[9]]


def test_unknown_queue_is_empty_on_the_page_and_loud_in_code(world: World, desk: Client) -> None:
    OrderFactory.create(store=world.store)
    assert listed(desk, queue="nonsense") == []
    with pytest.raises(UnknownQueue):
        in_queue(Order.objects.all(), "nonsense", now=NOW)


def test_every_queue_has_a_key_of_its_own() -> None:
    assert len({queue.key for queue in QUEUES}) == len(QUEUES)


@pytest.mark.parametrize("what", ["order_no", "channel_order_no", "waybill", "document", "sku"])
def test_search_takes_any_number(world: World, desk: Client, what: str) -> None:
    order = OrderFactory.create(store=world.store, approved=True)
    OrderFactory.create(store=world.store)
    document = FulfillmentOrderFactory.create(order=order, warehouse=world.warehouse)
    parcel = Shipment.objects.create(
        package_no="PK1", fulfillment=document, waybill_no="SF777", status="labelled",
        created_at=NOW,
    )  # fmt: skip
    term = {
        "order_no": order.order_no,
        "channel_order_no": order.channel_order_no,
        "waybill": parcel.waybill_no,
        "document": document.fulfillment_no.lower(),
        "sku": order.items.get().sku.code,
    }[what]
    assert listed(desk, q=f" {term} ") == [order.order_no]


@pytest.mark.parametrize("term", ["PAY-9", "rf9", "as9", "rt9", "YT9"])
def test_search_takes_numbers_of_money_and_returns(
    world: World, desk: Client, now: datetime, term: str
) -> None:
    order = OrderFactory.create(store=world.store, shipped=True)
    OrderFactory.create(store=world.store)
    payment = Payment.objects.create(
        store=world.store, payment_no="PAY-9", amount=order.paid_amount, paid_at=now
    )
    PaymentAllocation.objects.create(payment=payment, order=order, amount=order.paid_amount)
    Refund.objects.create(
        refund_no="RF9", store=world.store, order=order, amount=1, asked_at=now,
        status="asked", status_at=now,
    )  # fmt: skip
    ExpectedReturn.objects.create(
        return_no="RT9", case_no="AS9", store=world.store, warehouse=world.warehouse,
        order=order, return_waybill_no="YT9", created_at=now,
    )  # fmt: skip
    assert listed(desk, q=term) == [order.order_no]
    assert listed(signed_in(world.stranger()), q=term) == []


def test_parcel_of_a_merge_finds_all_its_orders_that_one_may_see(
    world: World, desk: Client
) -> None:
    group, mine, foreign = merge_across_stores(world)
    document = FulfillmentOrderFactory.create(
        order=None, merge_group=group, store=world.store, warehouse=world.warehouse, lines=False,
        receiver=mine.receiver, ship_by=None,
    )  # fmt: skip
    Shipment.objects.create(
        package_no="PK2", fulfillment=document, waybill_no="SF778", status="labelled",
        created_at=NOW,
    )  # fmt: skip
    assert listed(desk, q="SF778") == [mine.order_no]
    assert set(listed(signed_in(world.root), q="SF778")) == {mine.order_no, foreign.order_no}


def merge_across_stores(world: World) -> tuple[MergeGroup, Order, Order]:
    group = MergeGroup.objects.create(group_no="MG1", store=world.store, merge_key="k", made_at=NOW)
    mine = OrderFactory.create(store=world.store, merged=True)
    foreign = OrderFactory.create(store=world.other_store, merged=True)
    for order in (mine, foreign):
        MergeMembership.objects.create(group=group, order=order, joined_at=NOW)
    return group, mine, foreign


def test_sibling_of_a_foreign_store_is_only_counted(world: World, desk: Client) -> None:
    group, mine, foreign = merge_across_stores(world)
    group_page = desk.get(reverse("admin:oms_mergegroup_change", args=[group.pk]))
    for html in (page(desk, mine), group_page.content.decode()):
        assert foreign.order_no not in html
    assert foreign.order_no in page(signed_in(world.root), mine)


def test_merge_is_opened_from_the_order_and_says_that_the_others_left(
    world: World, desk: Client
) -> None:
    group, mine, foreign = merge_across_stores(world)
    link = reverse("admin:oms_mergegroup_change", args=[group.pk])
    assert link in page(desk, mine)
    assert link not in page(signed_in(world.root), foreign)
    assert "其他订单已移出这个包裹" not in page(signed_in(world.root), mine)
    MergeMembership.objects.filter(order=foreign).update(left_at=NOW)
    assert "其他订单已移出这个包裹" in page(desk, mine)


@pytest.mark.parametrize(
    ("query", "value"),
    [("status__exact", "approved"), ("hold", "shortage"), ("province", "浙江"), ("sku_code", "S1")],
)
def test_filters_that_people_use(world: World, desk: Client, query: str, value: str) -> None:
    sku = SkuFactory.create(code="S1")
    wanted = OrderFactory.create(store=world.store, approved=True, lines__item__sku=sku)
    hold(wanted, NOW)
    other = OrderFactory.create(store=world.store)
    for order, province in ((wanted, "浙江省"), (other, "广东省")):
        Receiver.objects.filter(orders=order).update(province=province)
    assert listed(desk, **{query: value}) == [wanted.order_no]


def test_days_and_amounts_are_ranges_with_both_ends(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store, lines=2)
    day = f"{order.ordered_at:%Y-%m-%d}"
    assert listed(desk, ordered_at_from=day, ordered_at_to=day) == [order.order_no]
    assert listed(desk, ordered_at_to="2026-11-10") == []
    assert listed(desk, ordered_at_from="not a day") == [order.order_no]
    amount = str(order.paid_amount)
    assert listed(desk, paid_amount_from=amount, paid_amount_to=amount) == [order.order_no]
    assert listed(desk, paid_amount_from="100000") == []


def test_page_tells_the_time_spent_at_each_station(
    world: World, desk: Client, now: datetime, clock: time_machine.Traveller
) -> None:
    order = OrderFactory.create(store=world.store, approved=True)
    steps = (("", "pending_review", "create", 5), ("pending_review", "approved", "approve", 2))
    for source, target, action, hours in steps:
        move = Move(order.pk, source, target, None)
        timeline.record_moves("order", action, [move], at=now - hours * HOUR)
    html = page(desk, order)
    assert 'class="is-done"' in html
    assert html.count("3\xa0小时") >= 1
    assert 'class="is-now"' in html


def test_nobody_can_edit_an_amount_on_the_page(world: World) -> None:
    order = OrderFactory.create(store=world.store)
    client = signed_in(world.root)
    assert 'name="paid_amount"' not in page(client, order)
    url = reverse("admin:oms_order_change", args=[order.pk])
    assert client.post(url, {"paid_amount": "0.01"}).status_code == 403
    before = order.paid_amount
    order.refresh_from_db()
    assert order.paid_amount == before


def test_registered_panels_stand_on_the_page(world: World, desk: Client) -> None:
    order = OrderFactory.create(store=world.store)
    seen = []

    def render(of: Order, user: object) -> str:
        seen.append((of.pk, user))
        return "<p>from another app</p>"

    registries.order_panels.register(OrderPanel("test-panel", "Contributed", render))
    registries.order_panels.register(OrderPanel("empty-panel", "Nothing", lambda o, u: ""))
    try:
        html = page(desk, order)
    finally:
        registries.order_panels.unregister("test-panel")
        registries.order_panels.unregister("empty-panel")
    assert "<p>from another app</p>" in html
    assert "Nothing" not in html
    assert [pk for pk, _user in seen] == [order.pk]


def test_page_of_an_order_with_everything_opens(world: World) -> None:
    for status in OrderStatus:
        order = OrderFactory.create(store=world.store, status=status, lines=2)
        assert order.order_no in page(signed_in(world.root), order)
