"""The workbench: who waits for whom, who goes apart and why, never a store one does not see."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from oms.dto import IncomingBuyer
from oms.models import Order, User
from oms.services.holds import hold_order
from oms.services.merging.bench import Bench, bench
from tests.factories.basics import StoreFactory, UserFactory
from tests.factories.incoming import Shop, moved_to
from tests.factories.oms import grant
from tests.oms.services.day import Day
from tests.oms.services.floor import Floor, document_of


def look(day: Day, actor: User) -> Bench:
    return bench(actor=actor, now=day.now)


def numbers(clusters: object) -> list[set[int]]:
    return [
        {one.base.order.pk, *(other.order.pk for other in one.others)}
        for one in clusters  # type: ignore[attr-defined]
    ]


def ids(*orders: Order) -> set[int]:
    return {order.pk for order in orders}


def test_siblings_that_wait_are_one_set_with_their_countdown(day: Day, floor: Floor) -> None:
    day.scans = False
    first, second = day.order("1"), day.order("2")
    day.until(1)
    found = look(day, floor.actor)
    assert numbers(found.waiting) == [ids(first, second)]
    assert found.apart == []
    first.refresh_from_db()
    assert found.waiting[0].waits_until == first.release_at
    assert (found.waiting[0].saved, len(found.waiting[0].mergeable)) == (1, 2)


def test_merge_that_waits_on_its_document_is_shown_until_it_goes(day: Day, floor: Floor) -> None:
    orders = [day.order("1"), day.order("2")]
    day.until(5)
    found = look(day, floor.actor)
    assert numbers(found.waiting) == [ids(*orders)]
    assert found.waiting[0].saved == 0
    day.until(10)
    assert look(day, floor.actor).waiting == []


def test_order_that_could_not_join_is_told_apart_with_reasons(day: Day, floor: Floor) -> None:
    day.scans = False
    first = day.order("1")
    other = day.order("2", receiver=moved_to("别处路9号"))
    day.until(1)
    [cluster] = look(day, floor.actor).apart
    assert ids(cluster.base.order, cluster.others[0].order) == ids(first, other)
    assert cluster.others[0].against
    assert cluster.mergeable == []


def test_same_door_and_same_buyer_are_one_set(day: Day, floor: Floor) -> None:
    day.scans = False
    first = day.order("1")
    same_buyer = day.order("2", receiver=moved_to("别处路9号"))
    same_door = day.order("3", buyer=IncomingBuyer(channel_buyer_id="buyer-2"))
    alone = day.order("4", receiver=moved_to("远方路1号"), buyer=None)
    day.until(1)
    [cluster] = numbers(look(day, floor.actor).apart)
    assert cluster == ids(first, same_buyer, same_door)
    assert alone.pk not in cluster


def test_what_can_be_merged_comes_first(day: Day, floor: Floor) -> None:
    day.scans = False
    apart = [day.order("1", buyer=None), day.order("2", buyer=None)]
    other = IncomingBuyer(channel_buyer_id="buyer-9")
    far = [
        day.order("3", receiver=moved_to("甲路1号"), buyer=other),
        day.order("4", receiver=moved_to("乙路2号"), buyer=other),
    ]
    day.until(1)
    assert numbers(look(day, floor.actor).apart) == [ids(*apart), ids(*far)]


def test_held_and_claimed_orders_cannot_be_merged_from_here(day: Day, floor: Floor) -> None:
    first = day.order("1")
    day.until(10)
    floor.claim(document_of(first))
    second = day.order("2")
    day.until(11)
    hold_order(second.pk, actor=floor.actor, detail="?", now=day.now)
    [cluster] = look(day, floor.actor).apart
    assert cluster.mergeable == []
    assert len(cluster.others[0].against) == 2


def test_orders_of_unseen_stores_are_not_on_the_bench(day: Day, floor: Floor) -> None:
    elsewhere = Shop(StoreFactory.create(channel=day.shop.store.channel), day.shop.warehouse)
    day.order("1")
    day.order("2", shop=elsewhere)
    local: User = UserFactory.create()
    grant(local, "customer_service", day.shop.store)
    assert look(day, local) == Bench([], [], is_cut=False)
    assert len(look(day, floor.actor).apart) == 1


def test_more_sets_do_not_mean_more_questions(day: Day, floor: Floor) -> None:
    day.scans = False

    def fill(number: int) -> None:
        buyer = IncomingBuyer(channel_buyer_id=f"buyer-{number}")
        for n in range(2):
            receiver = moved_to(f"测试路{number}号")
            day.order(f"{number}-{n}", buyer=buyer, receiver=receiver)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            look(day, floor.actor)
        return len(asked)

    fill(1)
    day.until(1)
    count()
    few = count()
    for number in range(2, 9):
        fill(number)
    day.until(2)
    assert count() == few
