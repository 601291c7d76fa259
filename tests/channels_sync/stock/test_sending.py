"""Numbers reach the shop fresh, in order, once, and never as a sudden zero."""

from datetime import timedelta

import pytest

from channels_sync.models import ListingStock, StockRule
from channels_sync.services.stock import by_hand, marking
from channels_sync.services.stock.reading import _next_version, read_fresh
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import Bundle, BundleComponent, StockAllotment
from oms.scheduling import single_flight
from tests.channels_sync.admin.conftest import member
from tests.channels_sync.stock.conftest import Counter, ScriptedTaker
from tests.factories.oms import NOW, StoreFactory

pytestmark = pytest.mark.django_db

Told = type[ScriptedTaker]


def trouble(kind: ErrorKind, **more: object) -> IntegrationError:
    return IntegrationError("their words", kind=kind, code="x", **more)  # type: ignore[arg-type]


def test_number_is_read_when_it_is_sent(counter: Counter, platform: Told) -> None:
    milk = counter.goods(10)
    listing = counter.listing("P1", milk)
    marking.mark_skus([milk.pk], now=counter.now)
    counter.move(milk, 7)
    assert counter.send() == 1
    assert platform.told == [("P1", 7)]
    row = counter.row(listing)
    assert (row.sent, row.due_at, row.sent_at) == (7, None, counter.now)
    assert row.parts["skus"][0]["on_hand"] == 7


def test_version_goes_on_where_a_listing_is_deleted_and_made_again(
    counter: Counter, platform: Told
) -> None:
    milk = counter.goods(10)
    versions = []
    for units in (9, 8, 7):
        listing = counter.listing("P1", milk)
        counter.move(milk, units)
        marking.mark_skus([milk.pk], now=counter.now)
        counter.send()
        versions.append(counter.row(listing).version)
        listing.delete()
    assert versions == sorted(set(versions))
    assert [told for _listing, told in platform.told] == [9, 8, 7]


def test_two_numbers_of_one_second_have_two_versions() -> None:
    first = _next_version(0, now=NOW)
    assert _next_version(first, now=NOW) == first + 1
    assert _next_version(first, now=NOW + timedelta(seconds=9)) == first + 9


def test_changes_of_one_moment_are_one_number(counter: Counter, platform: Told) -> None:
    milk = counter.goods(10)
    counter.listing("P1", milk)
    for units in (9, 8, 7):
        counter.move(milk, units)
        marking.mark_skus([milk.pk], now=counter.now)
    assert counter.send(seconds=1) == 0
    counter.send(seconds=1)
    assert platform.told == [("P1", 7)]


def test_woken_worker_waits_for_what_was_marked_a_moment_ago(
    counter: Counter, platform: Told
) -> None:
    milk = counter.goods(10)
    counter.listing("P1", milk)
    slept: list[float] = []
    marking.wait_for_more(now=counter.now, sleep=slept.append)
    assert slept == []
    marking.mark_skus([milk.pk], now=counter.now)
    marking.wait_for_more(now=counter.now, sleep=slept.append)
    assert counter.send(seconds=slept[0]) == 1
    marking.wait_for_more(now=counter.now, sleep=slept.append)
    assert len(slept) == 1


def test_number_that_did_not_change_is_not_sent(counter: Counter, platform: Told) -> None:
    milk = counter.goods(10)
    counter.listing("P1", milk)
    marking.mark_skus([milk.pk], now=counter.now)
    counter.send()
    marking.mark_skus([milk.pk], now=counter.now)
    assert counter.send() == 0
    assert platform.told == [("P1", 10)]
    assert not ListingStock.objects.exclude(due_at=None).exists()


def test_change_while_a_number_is_on_its_way_is_sent_next(counter: Counter, platform: Told) -> None:
    milk = counter.goods(10)
    counter.listing("P1", milk)
    marking.mark_skus([milk.pk], now=counter.now)

    def sold() -> None:
        counter.move(milk, 4)
        marking.mark_skus([milk.pk], now=counter.now)

    platform.meanwhile.append(sold)
    counter.send()
    counter.send()
    assert platform.told == [("P1", 10), ("P1", 4)]


def test_bundle_follows_its_parts(counter: Counter, platform: Told) -> None:
    milk, tea = counter.goods(10), counter.goods(3)
    bundle = Bundle.objects.create(code="B", name="b")
    BundleComponent.objects.create(bundle=bundle, sku=milk, quantity=2)
    BundleComponent.objects.create(bundle=bundle, sku=tea, quantity=1)
    counter.listing("P1", bundle=bundle)
    marking.mark_skus([tea.pk], now=counter.now)
    counter.send()
    counter.move(tea, 1)
    marking.mark_skus([tea.pk], now=counter.now)
    counter.send()
    assert platform.told == [("P1", 3), ("P1", 1)]


def test_rule_of_the_shop_counts(counter: Counter, platform: Told) -> None:
    milk = counter.goods(10)
    counter.listing("P1", milk, ratio=2)
    StockRule.objects.update(share_percent=50, keep_back=1)
    StockAllotment.objects.create(sku=milk, kind="exclusive", store=counter.store, quantity=4)
    marking.mark_store(counter.store.pk, now=counter.now)
    counter.send()
    assert platform.told == [("P1", 3)]  # (10 - 4) * 50% - 1 + 4 = 6, in pairs


def test_shop_without_a_rule_is_told_nothing(counter: Counter, platform: Told) -> None:
    milk = counter.goods(10)
    counter.listing("P1", milk)
    StockRule.objects.update(is_on=False)
    assert marking.mark_skus([milk.pk], now=counter.now) == 0
    assert (counter.send(), marking.sweep(now=counter.now)) == (0, 0)
    assert platform.told == []


def test_unmapped_listing_is_never_told(counter: Counter, platform: Told) -> None:
    counter.listing("P1")
    assert marking.mark_store(counter.store.pk, now=counter.now) == 0


def test_sweep_finds_what_nobody_told(counter: Counter, platform: Told) -> None:
    milk, tea = counter.goods(10), counter.goods(5)
    counter.listing("P1", milk)
    counter.listing("P2", tea)
    assert marking.sweep(now=counter.now) == 2
    counter.send()
    counter.move(tea, 2)
    assert marking.sweep(now=counter.now) == 1
    counter.send()
    assert platform.told == [("P1", 10), ("P2", 5), ("P2", 2)]


def test_refused_listing_stops_no_other(counter: Counter, platform: Told) -> None:
    goods = [counter.goods(n) for n in (1, 2)]
    bad, good = (counter.listing(f"P{n}", sku) for n, sku in enumerate(goods))
    platform.refused["P0"] = trouble(ErrorKind.FATAL)
    marking.mark_store(counter.store.pk, now=counter.now)
    assert counter.send() == 1
    assert counter.row(good).sent == 2
    row = counter.row(bad)
    assert (row.sent, row.attempts, "their words" in row.last_error) == (None, 1, True)


def test_same_number_is_tried_again_under_its_own_key(counter: Counter, platform: Told) -> None:
    milk = counter.goods(10)
    counter.listing("P1", milk)
    marking.mark_skus([milk.pk], now=counter.now)
    platform.troubles.append(trouble(ErrorKind.RETRY))
    assert counter.send() == 0
    assert counter.send(minutes=1) == 1
    assert platform.keys[0] == platform.keys[1]
    counter.move(milk, 9)
    marking.mark_skus([milk.pk], now=counter.now)
    counter.send()
    assert platform.keys[2] != platform.keys[1]


def test_throttled_line_rests(counter: Counter, platform: Told) -> None:
    for number in range(5):
        counter.listing(f"P{number}", counter.goods(number + 1))
    marking.mark_store(counter.store.pk, now=counter.now)
    busy = trouble(ErrorKind.THROTTLE, retry_after=timedelta(minutes=2))
    platform.troubles += [None, busy]
    assert counter.send() == 3
    assert counter.send(minutes=1) == 0
    assert counter.send(minutes=2) == 2
    assert not ListingStock.objects.exclude(attempts=0).exists()


def test_fault_of_ours_is_not_quoted(counter: Counter, platform: Told) -> None:
    counter.listing("P1", counter.goods(1))
    platform.troubles.append(ZeroDivisionError("13800001111"))
    marking.mark_store(counter.store.pk, now=counter.now)
    assert counter.send() == 0
    assert "13800001111" not in ListingStock.objects.get().last_error


def test_one_worker_a_store(counter: Counter, platform: Told) -> None:
    counter.listing("P1", counter.goods(1))
    marking.mark_store(counter.store.pk, now=counter.now)
    with single_flight(f"channels.stock:{counter.store.pk}"):
        assert counter.send() == 0
    assert counter.send() == 1


def many(counter: Counter, count: int) -> list[ListingStock]:
    skus = [counter.goods(5) for _ in range(count)]
    for number, sku in enumerate(skus):
        counter.listing(f"P{number:02}", sku)
    marking.mark_store(counter.store.pk, now=counter.now)
    counter.send()
    for sku in skus:
        counter.move(sku, 0)
    marking.mark_store(counter.store.pk, now=counter.now)
    return list(ListingStock.objects.order_by("pk"))


def test_sudden_zero_for_many_waits_for_a_person(counter: Counter, platform: Told) -> None:
    rows = many(counter, 20)
    platform.told.clear()
    assert counter.send() == 0
    assert ListingStock.objects.filter(is_blocked=True).count() == 20
    manager = member(counter.store, "store_manager")
    ids = [row.pk for row in rows]
    assert by_hand.send_now(ids, actor=manager, now=counter.now) == 20
    counter.send()
    assert sorted(platform.told) == [(f"P{n:02}", 0) for n in range(20)]


def test_few_zeros_are_sold_out(counter: Counter, platform: Told) -> None:
    many(counter, 3)
    assert counter.send() == 3


def test_stock_that_comes_back_ends_the_waiting(counter: Counter, platform: Told) -> None:
    rows = many(counter, 20)
    counter.send()
    sku = rows[0].listing.sku
    assert sku is not None
    counter.move(sku, 8)
    marking.mark_skus([sku.pk], now=counter.now)
    platform.told.clear()
    counter.send()
    assert platform.told == [("P00", 8)]


def test_stranger_lets_no_zeros_go(counter: Counter, platform: Told) -> None:
    rows = many(counter, 20)
    counter.send()
    stranger = member(StoreFactory.create(), "store_manager")
    assert by_hand.send_now([row.pk for row in rows], actor=stranger, now=counter.now) == 0


def test_number_is_looked_up_after_a_minute(counter: Counter, platform: Told) -> None:
    listing = counter.listing("P1", counter.goods(10))
    marking.mark_store(counter.store.pk, now=counter.now)
    counter.send()
    assert counter.row(listing).shown is None
    platform.shows["P1"] = 9  # one was sold there
    counter.send(minutes=1)
    row = counter.row(listing)
    assert (row.shown, row.differs, row.look_at) == (9, False, None)


def test_number_that_the_channel_lost_is_sent_again(counter: Counter, platform: Told) -> None:
    listing = counter.listing("P1", counter.goods(10))
    marking.mark_store(counter.store.pk, now=counter.now)
    counter.send()
    platform.shows["P1"] = 99
    counter.send(minutes=1)
    assert counter.row(listing).differs
    counter.send()
    assert platform.told == [("P1", 10), ("P1", 10)]
    assert not counter.row(listing).differs


def test_listing_that_the_channel_does_not_know_is_left_alone(
    counter: Counter, platform: Told
) -> None:
    listing = counter.listing("P1", counter.goods(10))
    marking.mark_store(counter.store.pk, now=counter.now)
    counter.send()
    platform.shows.clear()
    counter.send(minutes=1)
    row = counter.row(listing)
    assert (row.shown, row.shown_at, row.differs) == (None, counter.now, False)


def test_many_listings_are_read_by_few_queries(
    counter: Counter, platform: Told, django_assert_max_num_queries: object
) -> None:
    for number in range(30):
        counter.listing(f"P{number}", counter.goods(1))
    marking.mark_store(counter.store.pk, now=counter.now)
    assert callable(django_assert_max_num_queries)
    with django_assert_max_num_queries(12):
        assert len(read_fresh(counter.store.pk, limit=50, now=counter.now + timedelta(1))) == 30
