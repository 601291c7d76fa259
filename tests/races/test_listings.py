"""A listing comes to stand for something else while orders of it come in."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import transaction

from oms.models import Listing, Order, Sku, Store, User
from oms.queries.proofs import violations
from oms.services.listings import changing, following
from oms.services.listings.changing import Target
from oms.services.orders.ingest import ingest, ingest_many
from tests.factories.basics import NOW, SkuFactory, UserFactory
from tests.factories.incoming import Shop, incoming_line, incoming_order
from tests.races.together import await_waiting, closing, queued_behind, refusals

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def map_anew(listing: Listing, sku: Sku, actor: User) -> None:
    changing.change({listing.pk: Target(sku_id=sku.pk)}, actor=actor, now=NOW)
    following.follow_due(now=NOW)


def goods() -> set[str]:
    return set(Order.objects.values_list("items__sku__code", flat=True))


def test_order_that_read_the_old_mapping_follows_the_new_one() -> None:
    shop, mug = Shop(), SkuFactory.create(code="MUG")
    change = partial(map_anew, shop.listing(), mug, UserFactory.create(superuser=True))
    tell = partial(ingest, shop.store.pk, order=incoming_order(), now=NOW)
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            # The order names its store when all is written: it waits there with the old goods.
            Store.objects.select_for_update().get(pk=shop.store.pk)
            told = pool.submit(closing, tell)
            await_waiting(1)
            changed = pool.submit(closing, change)
            await_waiting(2)
        assert told.exception() is changed.exception() is None
    assert goods() == {"MUG"}
    assert violations() == []


def test_order_that_comes_during_the_change_has_the_new_goods() -> None:
    shop, mug = Shop(), SkuFactory.create(code="MUG")
    listing, actor = shop.listing(), UserFactory.create(superuser=True)
    tell = partial(ingest, shop.store.pk, order=incoming_order(), now=NOW)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            changing.change({listing.pk: Target(sku_id=mug.pk)}, actor=actor, now=NOW)
            told = pool.submit(closing, tell)
            await_waiting(1)
        assert told.exception() is None
    assert goods() == {"MUG"}


def test_two_pages_of_orders_read_a_mapping_side_by_side() -> None:
    shop = Shop()
    lines = tuple(incoming_line(f"P{number}") for number in range(5))
    for line in lines:
        shop.listing(line.channel_product_id)
    pages = [
        [incoming_order(f"{page}-{n}", lines=lines[:: 1 - 2 * page]) for n in range(5)]
        for page in range(2)
    ]
    jobs = [partial(ingest_many, shop.store.pk, orders=page, now=NOW) for page in pages]
    # Both wait for the store, none for the other.
    assert refusals(queued_behind(shop.store, *jobs)) == []
    assert Order.objects.count() == 10
    assert violations() == []
