"""For any two orders: together, together soon, or all the reasons why not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oms.models import Order, User
from oms.rules.merge_key import Reason
from oms.services.holds import hold_order
from oms.services.merging.companions import Companion, companions
from oms.services.merging.undoing import keep_apart
from oms.services.merging.words import REASONS, spoken
from tests.factories.basics import StoreFactory, UserFactory
from tests.factories.incoming import Shop, moved_to
from tests.factories.oms import grant
from tests.oms.services.day import Day
from tests.oms.services.floor import Floor, document_of


def seen(order: Order, day: Day, actor: User) -> dict[int, Companion]:
    fresh = Order.objects.select_related("receiver").get(pk=order.pk)
    return {one.order.pk: one for one in companions(fresh, actor=actor, now=day.now)}


def test_siblings_that_wait_have_no_reason_against_them(day: Day, floor: Floor) -> None:
    day.scans = False
    first, second = day.order("1"), day.order("2")
    day.until(1)
    one = seen(first, day, floor.actor)[second.pk]
    assert (one.together, list(one.against), one.by_hand) == (False, [], True)
    day.scans = True
    day.until(5)
    one = seen(first, day, floor.actor)[second.pk]
    assert (one.together, list(one.against), one.by_hand) == (True, [], False)


def test_every_reason_is_told(day: Day, floor: Floor) -> None:
    first = day.order("1")
    other = day.order("2", receiver=moved_to("别处路9号"), promised_carrier="zto")
    day.until(1)
    hold_order(other.pk, actor=floor.actor, detail="?", now=day.now)
    one = seen(first, day, floor.actor)[other.pk]
    assert list(one.against)[:2] == spoken([Reason.ADDRESS, Reason.CARRIER])
    assert len(one.against) == 3
    assert not one.by_hand


def test_kept_apart_may_be_merged_by_hand(day: Day, floor: Floor) -> None:
    first, second = day.order("1"), day.order("2")
    day.until(1)
    keep_apart(second.pk, actor=floor.actor, reason="?", now=day.now)
    one = seen(first, day, floor.actor)[second.pk]
    assert list(one.against) == spoken([Reason.KEPT_APART])
    assert one.by_hand


def test_claimed_document_is_the_reason(day: Day, floor: Floor) -> None:
    first = day.order("1")
    day.until(10)
    floor.claim(document_of(first))
    second = day.order("2")
    day.until(11)
    [why] = seen(second, day, floor.actor)[first.pk].against
    assert document_of(first).fulfillment_no in why
    [why] = seen(first, day, floor.actor)[second.pk].against
    assert document_of(first).fulfillment_no in why


def test_missing_goods_are_the_reason(shop: Shop, floor: Floor) -> None:
    shop.stock(1)
    day = Day(shop)
    first, second = day.order("1"), day.order("2")
    day.until(5)
    [why] = seen(first, day, floor.actor)[second.pk].against
    assert why


def test_order_on_a_document_of_its_own_says_so(day: Day, floor: Floor) -> None:
    day.scans = False
    first = day.order("1")
    day.until(10)
    second = day.order("2")
    keep_apart(second.pk, actor=floor.actor, reason="?", now=day.now)
    day.until(12)
    Order.objects.filter(pk=second.pk).update(is_kept_apart=False)
    one = seen(first, day, floor.actor)[second.pk]
    assert one.by_hand
    assert len(one.against) == 1


def test_strangers_and_finished_orders_are_no_companions(day: Day, floor: Floor) -> None:
    first = day.order("1")
    day.until(10)
    floor.ship(document_of(first))
    second = day.order("2")
    assert seen(second, day, floor.actor) == {}


def test_orders_of_unseen_stores_are_not_told(day: Day, floor: Floor) -> None:
    elsewhere = Shop(StoreFactory.create(channel=day.shop.store.channel), day.shop.warehouse)
    first = day.order("1")
    foreign = day.order("2", shop=elsewhere)
    local: User = UserFactory.create()
    grant(local, "customer_service", day.shop.store)
    assert seen(first, day, local) == {}
    one = seen(first, day, floor.actor)[foreign.pk]
    assert str(REASONS[Reason.SCOPE]) in one.against


def test_more_companions_do_not_mean_more_questions(day: Day, floor: Floor) -> None:
    first = day.order("1")

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            seen(first, day, floor.actor)
        return len(asked)

    for n in range(3):
        day.order(f"a{n}")
    day.until(5)
    count()
    few = count()
    for n in range(8):
        day.order(f"b{n}")
    day.until(10)
    assert count() == few


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words(reason: Reason) -> None:
    assert str(REASONS[reason])
