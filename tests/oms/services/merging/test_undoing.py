import pytest

from oms.access.checks import NotAllowed
from oms.flows.order import OrderStatus
from oms.models import EvidenceEntry, FulfillmentOrder, MergeGroup, Order
from oms.services.merging.undoing import MergeFrozen, MergeUndone, unmerge
from tests.factories.basics import UserFactory
from tests.factories.oms import grant
from tests.oms.services.day import Day, are_together, group_of, status_of
from tests.oms.services.floor import Floor, document_of
from tests.oms.services.merging.test_who_merges import neighbor

S = OrderStatus


@pytest.fixture
def merged(day: Day) -> list[Order]:
    orders = [day.order("1"), day.order("2")]
    day.until(5)
    return orders


def test_unmerged_orders_go_on_alone_and_stay_apart(
    day: Day, floor: Floor, merged: list[Order]
) -> None:
    group = group_of(merged[0])
    ids = unmerge(group.pk, actor=floor.actor, reason="gift for two", now=day.now)
    assert ids == [order.pk for order in merged]
    assert FulfillmentOrder.objects.get().status == "cancelled"
    assert [status_of(order) for order in merged] == [S.APPROVED] * 2
    group.refresh_from_db()
    assert (group.undone_at, group.undone_by, group.undo_note) == (
        day.now,
        floor.actor,
        "gift for two",
    )
    assert EvidenceEntry.objects.get(kind="unmerge").subject == group.group_no
    day.until(6)
    assert [status_of(order) for order in merged] == [S.RELEASED] * 2
    assert document_of(merged[0]) != document_of(merged[1])
    day.until(25)
    assert MergeGroup.objects.count() == 1


def test_unmerged_order_takes_no_late_sibling(day: Day, floor: Floor, merged: list[Order]) -> None:
    unmerge(group_of(merged[0]).pk, actor=floor.actor, reason="", now=day.now)
    day.until(6)
    late = day.order("3")
    day.until(20)
    assert status_of(late) == S.RELEASED
    assert not late.memberships.exists()


@pytest.mark.parametrize("stage", ["claim", "pick", "pack", "ship"])
def test_claimed_merge_stays_together(
    day: Day, floor: Floor, merged: list[Order], stage: str
) -> None:
    group = group_of(merged[0])
    day.until(10)
    getattr(floor, stage)(document_of(merged[0]))
    with pytest.raises((MergeFrozen, MergeUndone)) as refused:
        unmerge(group.pk, actor=floor.actor, reason="", now=day.now)
    assert str(refused.value)
    assert len({document_of(order) for order in merged}) == 1
    group.refresh_from_db()
    assert group.undone_at is None


def test_unmerging_needs_the_right_and_happens_once(
    day: Day, floor: Floor, merged: list[Order]
) -> None:
    group = group_of(merged[0])
    with pytest.raises(NotAllowed):
        unmerge(group.pk, actor=UserFactory.create(), reason="", now=day.now)
    assert are_together(*merged)
    unmerge(group.pk, actor=floor.actor, reason="", now=day.now)
    with pytest.raises(MergeUndone):
        unmerge(group.pk, actor=floor.actor, reason="", now=day.now)


def test_who_left_before_is_not_touched(day: Day, floor: Floor, merged: list[Order]) -> None:
    third = day.order("3")
    day.until(6)
    group = group_of(merged[0])
    day.revise("3", promised_carrier="zto")
    ids = unmerge(group.pk, actor=floor.actor, reason="", now=day.now)
    assert ids == [order.pk for order in merged]
    third.refresh_from_db()
    assert not third.is_kept_apart


def test_the_right_is_needed_in_every_store_of_the_merge(day: Day) -> None:
    day.shop.store.merge_scope = "festival"
    day.shop.store.save()
    there = neighbor(day, merge_scope="festival")
    orders = [day.order("1"), day.order("2", shop=there)]
    day.until(5)
    group = group_of(orders[0])
    person = UserFactory.create()
    grant(person, "customer_service", group.store)
    with pytest.raises(NotAllowed):
        unmerge(group.pk, actor=person, reason="", now=day.now)
    assert are_together(*orders)
    for shop in (day.shop, there):
        if shop.store != group.store:
            grant(person, "customer_service", shop.store)
    assert len(unmerge(group.pk, actor=person, reason="", now=day.now)) == 2
