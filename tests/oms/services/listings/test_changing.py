"""A listing stands for something else: who follows, who stays, and the way back."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError

from oms.access.checks import NotAllowed
from oms.models import (
    Bundle,
    BundleComponent,
    Demand,
    Listing,
    ListingChange,
    Order,
    OutboxEvent,
    Sku,
    Store,
    TimelineEntry,
    User,
)
from oms.models.locking import lock_rows
from oms.services.fulfillment.taking_out import active_lines
from oms.services.listings import changing, following, rewriting
from oms.services.listings.changing import Target
from oms.services.orders.cancel import cancel_units
from oms.services.orders.ingest import ingest
from oms.transitions import fire
from tests.factories.basics import NOW, SkuFactory
from tests.factories.incoming import Shop, incoming_line, incoming_order
from tests.factories.oms import FulfillmentOrderFactory, StoreFactory, UserFactory, grant

pytestmark = pytest.mark.django_db


class Desk:
    """A shop with one listing "P1" that stands for a cup, and a person who may change that."""

    def __init__(self) -> None:
        self.store: Store = StoreFactory.create()
        self.shop = Shop(store=self.store)
        self.cup: Sku = SkuFactory.create(code="CUP")
        self.mug: Sku = SkuFactory.create(code="MUG")
        self.listing = Listing.objects.create(
            store=self.store, channel_product_id="P1", sku=self.cup, effective_from=NOW
        )
        self.person: User = UserFactory.create()
        grant(self.person, "customer_service", self.store)

    def order(self, number: str, quantity: int = 2) -> Order:
        told = incoming_order(number, lines=(incoming_line("P1", quantity=quantity),))
        found = ingest(self.store.pk, order=told, now=NOW)
        return Order.objects.get(channel_order_no=found.channel_order_no, store=self.store)

    def change(self, target: Target) -> None:
        changing.change({self.listing.pk: target}, actor=self.person, now=NOW)
        following.follow_due(now=NOW)

    def box(self) -> Bundle:
        bundle = Bundle.objects.create(code="BOX", name="礼盒")
        for sku, units in ((self.cup, 2), (self.mug, 1)):
            BundleComponent.objects.create(bundle=bundle, sku=sku, quantity=units)
        return bundle


@pytest.fixture
def desk() -> Desk:
    return Desk()


def goods(order: Order) -> dict[str, int]:
    return dict(order.items.values_list("sku__code", "quantity"))


def owed(order: Order) -> dict[str, int]:
    rows = Demand.objects.filter(order_item__order=order, quantity__gt=0)
    return dict(rows.values_list("sku__code", "quantity"))


def paid(order: Order) -> Decimal:
    return sum((item.paid_share for item in order.items.all()), Decimal(0))


def test_open_order_follows_with_its_demand_and_keeps_its_money(desk: Desk) -> None:
    order = desk.order("1")
    before = paid(order)
    desk.change(Target(sku_id=desk.mug.pk, ratio=3))
    assert (goods(order), owed(order)) == ({"MUG": 6}, {"MUG": 6})
    assert paid(order) == before
    entry = TimelineEntry.objects.get(subject=Order.SUBJECT, subject_id=order.pk, action="remap")
    assert entry.actor == desk.person
    row = ListingChange.objects.get()
    assert (row.remapped, row.kept, row.followed_at) == (1, 0, NOW)


def test_one_sku_becomes_the_parts_of_a_bundle_and_back(desk: Desk) -> None:
    order = desk.order("1")
    before = paid(order)
    desk.change(Target(bundle_id=desk.box().pk))
    assert goods(order) == owed(order) == {"CUP": 4, "MUG": 2}
    assert paid(order) == before
    desk.change(Target(sku_id=desk.mug.pk))
    assert goods(order) == owed(order) == {"MUG": 2}
    assert paid(order) == before


def test_shop_is_told_anew_what_it_may_sell_of_a_bundle(desk: Desk) -> None:
    box = desk.box()
    changing.change({desk.listing.pk: Target(bundle_id=box.pk)}, actor=desk.person, now=NOW)
    (event,) = OutboxEvent.objects.filter(name="oms.stock.changed")
    assert event.payload["sku_ids"] == sorted([desk.cup.pk, desk.mug.pk])


def test_following_twice_changes_nothing(desk: Desk) -> None:
    order = desk.order("1")
    desk.change(Target(sku_id=desk.mug.pk))
    again = rewriting.follow(order.pk, listing_id=desk.listing.pk, actor=None, now=NOW)
    assert again == set()
    assert TimelineEntry.objects.filter(action="remap").count() == 1


def test_released_and_partly_cancelled_orders_stay_and_the_preview_says_so(desk: Desk) -> None:
    released, cut, free = desk.order("1"), desk.order("2"), desk.order("3")
    for action in ("approve", "allocate", "release"):
        fire(released, action, now=NOW)
    units = {item.pk: 1 for item in cut.items.all()}
    cancel_units(cut, units=units, reason="buyer", now=NOW)
    target = {desk.listing.pk: Target(sku_id=desk.mug.pk)}
    seen = changing.preview_change(target, actor=desk.person)
    assert [order.pk for order in seen.will] == [free.pk]
    assert [one.order.pk for one in seen.wont] == [cut.pk]
    assert (seen.released, seen.more) == (1, 0)
    desk.change(target[desk.listing.pk])
    assert [goods(order) for order in (released, cut, free)] == [{"CUP": 2}, {"CUP": 2}, {"MUG": 2}]
    row = ListingChange.objects.get()
    assert (row.remapped, row.kept) == (1, 1)


def test_preview_changes_nothing(desk: Desk) -> None:
    order = desk.order("1")
    changing.preview_change({desk.listing.pk: Target(sku_id=desk.mug.pk)}, actor=desk.person)
    desk.listing.refresh_from_db()
    assert (desk.listing.sku, goods(order)) == (desk.cup, {"CUP": 2})
    assert not ListingChange.objects.exists()


def test_change_is_taken_back_and_its_orders_follow_again(desk: Desk) -> None:
    order = desk.order("1")
    desk.change(Target(sku_id=desk.mug.pk, ratio=2))
    batch = ListingChange.objects.get().batch
    assert changing.undo(batch, actor=desk.person, now=NOW) == 1
    following.follow_due(now=NOW)
    desk.listing.refresh_from_db()
    assert (desk.listing.sku, desk.listing.ratio) == (desk.cup, 1)
    assert goods(order) == owed(order) == {"CUP": 2}
    with pytest.raises(changing.NothingToMap):
        changing.undo(batch, actor=desk.person, now=NOW)


def test_what_was_changed_again_is_not_taken_back(desk: Desk) -> None:
    desk.change(Target(sku_id=desk.mug.pk))
    first = ListingChange.objects.get().batch
    desk.change(Target(sku_id=desk.mug.pk, ratio=5))
    with pytest.raises(changing.ChangedSince):
        changing.undo(first, actor=desk.person, now=NOW)
    desk.listing.refresh_from_db()
    assert desk.listing.ratio == 5


def test_what_an_import_adds_while_its_change_is_taken_back_can_be_taken_back_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = changing.change({desk.listing.pk: Target(desk.mug.pk)}, actor=desk.person, now=NOW)
    other = Listing.objects.create(store=desk.store, channel_product_id="P2", effective_from=NOW)

    def with_a_page(model: type[Listing], ids: Iterable[int]) -> list[Listing]:
        targets = {other.pk: Target(desk.cup.pk)}
        changing.remap([other], targets=targets, batch=batch, actor=None, now=NOW)
        return lock_rows(model, ids)

    monkeypatch.setattr("oms.services.listings.changing.lock_rows", with_a_page)
    assert changing.undo(batch, actor=desk.person, now=NOW) == 1
    assert ListingChange.objects.get(listing=other).undone_at is None


def test_orders_of_another_listing_and_another_store_are_left_alone(desk: Desk) -> None:
    other = Desk.__new__(Desk)
    other.store = StoreFactory.create()
    Listing.objects.create(
        store=other.store, channel_product_id="P1", sku=desk.cup, effective_from=NOW
    )
    other.listing = desk.listing
    theirs = Desk.order(other, "9")
    desk.change(Target(sku_id=desk.mug.pk))
    assert goods(theirs) == {"CUP": 2}


Act = Callable[[Desk, User], object]


@pytest.mark.parametrize(
    "act",
    [
        lambda desk, who: changing.preview_change(
            {desk.listing.pk: Target(sku_id=desk.mug.pk)}, actor=who
        ),
        lambda desk, who: changing.change(
            {desk.listing.pk: Target(sku_id=desk.mug.pk)}, actor=who, now=NOW
        ),
    ],
)
def test_people_of_another_store_see_and_change_nothing(desk: Desk, act: Act) -> None:
    stranger = UserFactory.create()
    grant(stranger, "customer_service", StoreFactory.create())
    with pytest.raises(NotAllowed):
        act(desk, stranger)
    desk.listing.refresh_from_db()
    assert desk.listing.sku == desk.cup


def test_nothing_to_change_and_two_things_at_once_are_refused(desk: Desk) -> None:
    with pytest.raises(changing.NothingToMap):
        desk.change(Target(sku_id=desk.cup.pk))
    with pytest.raises(changing.OneThing):
        desk.change(Target(sku_id=desk.mug.pk, bundle_id=desk.box().pk))


def test_many_orders_follow_page_by_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "PAGE", 2)
    orders = [desk.order(str(number)) for number in range(5)]
    changing.change({desk.listing.pk: Target(sku_id=desk.mug.pk)}, actor=desk.person, now=NOW)
    assert [following.follow_due(now=NOW) for _page in range(4)] == [2, 2, 1, 0]
    assert all(goods(order) == {"MUG": 2} for order in orders)
    assert ListingChange.objects.get().remapped == 5


def test_order_that_cannot_follow_to_its_end_keeps_all_of_its_goods(desk: Desk) -> None:
    desk.change(Target(bundle_id=desk.box().pk))
    order = desk.order("1")
    for action in ("approve", "allocate"):
        fire(order, action, now=NOW)
    FulfillmentOrderFactory.create(order=order, allocated=True)
    desk.change(Target(sku_id=SkuFactory.create(code="PLATE").pk))
    order.refresh_from_db()
    assert (goods(order), order.status) == ({"CUP": 4, "MUG": 2}, "allocated")
    assert active_lines([order.pk])
    assert ListingChange.objects.order_by("pk").values_list("remapped", "kept").last() == (0, 1)


def test_order_that_fails_does_not_stop_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = desk.order("1"), desk.order("2")

    def follow(order_id: int, *, listing_id: int, actor: User | None, now: datetime) -> object:
        if order_id == first.pk:
            raise IntegrityError
        return rewriting.follow(order_id, listing_id=listing_id, actor=actor, now=now)

    monkeypatch.setattr(following, "follow", follow)
    desk.change(Target(sku_id=desk.mug.pk))
    assert (goods(first), goods(second)) == ({"CUP": 2}, {"MUG": 2})
    row = ListingChange.objects.get()
    assert (row.remapped, row.kept, row.followed_at) == (1, 1, NOW)


def test_more_than_can_be_taken_back_at_once_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.change(Target(sku_id=desk.mug.pk))
    monkeypatch.setattr(changing, "MOST_UNDONE", 0)
    with pytest.raises(changing.TooMany):
        changing.undo(ListingChange.objects.get().batch, actor=desk.person, now=NOW)
    desk.listing.refresh_from_db()
    assert desk.listing.sku == desk.mug
