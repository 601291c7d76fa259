"""What a person puts together: as far as no promise breaks, with every reason when one would."""

from typing import Any

import pytest

from oms.access.checks import NotAllowed
from oms.dto import IncomingBuyer, PaymentTerms
from oms.flows.order import OrderStatus
from oms.models import EvidenceEntry, FulfillmentOrder, MergeGroup, Order, Store
from oms.rules.merge_key import Reason
from oms.services.holds import hold_order
from oms.services.merging import by_hand
from oms.services.merging.by_hand import merge_by_hand
from oms.services.merging.undoing import unmerge
from oms.services.merging.words import REASONS, spoken
from tests.factories.basics import UserFactory
from tests.factories.incoming import Shop, at, incoming_line, moved_to
from tests.factories.oms import grant
from tests.oms.services.day import Day, are_together, group_of, status_of
from tests.oms.services.floor import Floor, document_of

S = OrderStatus


def merge(day: Day, floor: Floor, *orders: Order) -> MergeGroup:
    return merge_by_hand([order.pk for order in orders], actor=floor.actor, now=day.now)


def why_not(day: Day, floor: Floor, *orders: Order) -> str:
    before = [status_of(order) for order in orders]
    with pytest.raises(by_hand.CannotMerge) as refused:
        merge(day, floor, *orders)
    assert [status_of(order) for order in orders] == before
    assert not are_together(*orders)
    return str(refused.value)


def test_waiting_orders_are_merged_at_once(day: Day, floor: Floor) -> None:
    day.scans = False
    orders = [day.order("1"), day.order("2")]
    day.until(1)
    group = merge(day, floor, *orders)
    assert are_together(*orders)
    assert group.made_by == floor.actor
    assert EvidenceEntry.objects.get(kind="merge").actor_id == floor.actor.pk


def test_what_was_taken_apart_may_be_put_together_again(day: Day, floor: Floor) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(5)
    unmerge(group_of(orders[0]).pk, actor=floor.actor, reason="?", now=day.now)
    merge(day, floor, *orders)
    assert are_together(*orders)
    assert not Order.objects.filter(is_kept_apart=True).exists()
    third = day.order("3")
    day.until(10)
    assert are_together(*orders, third)


def test_orders_on_documents_of_their_own_share_the_older_one(day: Day, floor: Floor) -> None:
    day.scans = False
    first = day.order("1")
    day.until(10)
    second = day.order("2", lines=(incoming_line(quantity=3),))
    Order.objects.filter(pk=second.pk).update(is_kept_apart=True)
    day.until(12)
    assert document_of(first) != document_of(second)
    kept = document_of(first)
    merge(day, floor, first, second)
    assert are_together(first, second)
    assert document_of(second) == kept
    assert FulfillmentOrder.objects.exclude(status="cancelled").count() == 1


def test_newcomer_joins_a_merge_with_all_who_are_in_it(day: Day, floor: Floor) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(5)
    day.scans = False
    third = day.order("3")
    day.until(6)
    merge(day, floor, orders[0], third)
    assert are_together(*orders, third)
    with pytest.raises(by_hand.TogetherAlready):
        merge(day, floor, orders[1], third)
    assert MergeGroup.objects.count() == 1


def test_who_leaves_another_merge_leaves_the_others_in_it(day: Day, floor: Floor) -> None:
    day.scans = False
    orders = [day.order(str(n)) for n in range(4)]
    day.until(1)
    merge(day, floor, orders[0], orders[1])
    Order.objects.filter(pk__in=[orders[2].pk, orders[3].pk]).update(is_kept_apart=True)
    merge(day, floor, orders[2], orders[3])
    assert not are_together(*orders)
    merge(day, floor, orders[0], orders[2])
    assert are_together(*orders[:3])
    assert status_of(orders[3]) == S.MERGED
    assert document_of(orders[3]) != document_of(orders[0])


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"receiver": moved_to("别处路9号")}, Reason.ADDRESS),
        ({"buyer": IncomingBuyer(channel_buyer_id="buyer-2")}, Reason.BUYER),
        ({"promised_carrier": "zto"}, Reason.CARRIER),
        ({"payment_terms": PaymentTerms.COD}, Reason.COD),
        ({"presale": True}, Reason.PRESALE),
    ],
)
def test_promises_are_not_overruled(
    day: Day, floor: Floor, told: dict[str, Any], reason: Reason
) -> None:
    orders = [day.order("1"), day.order("2", **told)]
    day.until(1)
    assert str(REASONS[reason]) in why_not(day, floor, *orders)


def test_all_reasons_are_told_at_once(day: Day, floor: Floor) -> None:
    first = day.order("1")
    second = day.order("2", receiver=moved_to("别处路9号"), promised_carrier="zto")
    day.until(1)
    hold_order(second.pk, actor=floor.actor, detail="?", now=day.now)
    text = why_not(day, floor, first, second)
    for part in spoken([Reason.ADDRESS, Reason.CARRIER]):
        assert part in text
    assert second.order_no in text


def test_what_cannot_leave_is_not_merged(day: Day, floor: Floor) -> None:
    first = day.order("1")
    day.until(1)
    later = day.order("2", not_before=at(60))
    day.until(1)
    unreviewed = day.order("3")
    for other in (later, unreviewed):
        assert other.order_no in why_not(day, floor, first, other)


@pytest.mark.parametrize("stage", ["claim", "pick", "pack"])
def test_claimed_document_takes_nobody(day: Day, floor: Floor, stage: str) -> None:
    first = day.order("1")
    day.until(10)
    getattr(floor, stage)(document_of(first))
    second = day.order("2")
    day.until(11)
    assert first.order_no in why_not(day, floor, first, second)


def test_shipped_order_is_merged_with_nobody(day: Day, floor: Floor) -> None:
    first = day.order("1")
    day.until(10)
    floor.ship(document_of(first))
    second = day.order("2")
    day.until(11)
    assert first.order_no in why_not(day, floor, first, second)


def test_hidden_buyer_at_the_same_address_is_a_persons_word(day: Day, floor: Floor) -> None:
    orders = [day.order("1", buyer=None), day.order("2", buyer=None)]
    day.until(5)
    assert not are_together(*orders)
    day.minute = 6
    merge(day, floor, *orders)
    assert are_together(*orders)


def test_goods_that_lie_apart_are_not_merged(shop: Shop, floor: Floor) -> None:
    shop.stock(1)
    day = Day(shop, scans=False)
    orders = [day.order("1"), day.order("2")]
    day.until(1)
    with pytest.raises(by_hand.NoWarehouseHasAll):
        merge(day, floor, *orders)
    assert not MergeGroup.objects.exists()


def test_limit_of_the_store_holds_by_hand_too(day: Day, floor: Floor) -> None:
    Store.objects.update(merge_max_orders=2)
    day.scans = False
    orders = [day.order(str(n)) for n in range(3)]
    day.until(1)
    with pytest.raises(by_hand.TooManyForAParcel):
        merge(day, floor, *orders)
    merge(day, floor, *orders[:2])
    with pytest.raises(by_hand.TooManyForAParcel):
        merge(day, floor, orders[0], orders[2])
    assert status_of(orders[2]) == S.WAITING_MERGE


def test_right_is_needed_in_every_store(day: Day, floor: Floor) -> None:
    day.scans = False
    orders = [day.order("1"), day.order("2")]
    day.until(1)
    looker = UserFactory.create()
    grant(looker, "finance", day.shop.store)
    with pytest.raises(NotAllowed):
        merge_by_hand([order.pk for order in orders], actor=looker, now=day.now)
    assert [status_of(order) for order in orders] == [S.WAITING_MERGE] * 2


def test_one_order_is_no_merge_and_a_missing_one_no_order(day: Day, floor: Floor) -> None:
    order = day.order("1")
    with pytest.raises(by_hand.TooFew):
        merge(day, floor, order, order)
    with pytest.raises(Order.DoesNotExist):
        merge_by_hand([order.pk, 0], actor=floor.actor, now=day.now)
