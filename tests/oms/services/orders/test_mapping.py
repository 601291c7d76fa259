from decimal import Decimal

import pytest

from oms.models import Bundle, BundleComponent, Listing
from oms.services.orders.faults import UnmappedListing
from oms.services.orders.ingest import Verdict, ingest
from tests.factories.basics import NOW, ListingFactory, SkuFactory, StoreFactory
from tests.factories.incoming import Shop, incoming_line, incoming_order


@pytest.fixture
def trusting() -> Shop:
    """A shop whose merchant codes are SKU codes."""
    return Shop(store=StoreFactory.create(maps_by_code=True))


def make_bundle(code: str, **units: int) -> Bundle:
    bundle = Bundle.objects.create(code=code, name="礼盒")
    for sku_code, quantity in units.items():
        sku = SkuFactory.create(code=sku_code)
        BundleComponent.objects.create(bundle=bundle, sku=sku, quantity=quantity)
    return bundle


def test_trusting_store_maps_a_new_listing_to_the_sku_of_its_code(trusting: Shop) -> None:
    sku = SkuFactory.create(code="CUP-1")
    order = incoming_order(lines=(incoming_line("P1", merchant_code="CUP-1"),))
    assert ingest(trusting.store.pk, order=order, now=NOW).verdict is Verdict.CREATED
    listing = Listing.objects.get()
    assert (listing.sku, listing.channel_product_id, listing.effective_from) == (sku, "P1", NOW)


def test_trusting_store_maps_a_new_listing_to_the_bundle_of_its_code(trusting: Shop) -> None:
    bundle = make_bundle("BOX-1", CUP=1)
    order = incoming_order(lines=(incoming_line("P1", merchant_code="BOX-1"),))
    assert ingest(trusting.store.pk, order=order, now=NOW).verdict is Verdict.CREATED
    assert Listing.objects.get().bundle == bundle


@pytest.mark.parametrize("code", ["", "CUP-2"])
def test_trusting_store_refuses_a_code_that_names_nothing(trusting: Shop, code: str) -> None:
    SkuFactory.create(code="CUP-1")
    order = incoming_order(lines=(incoming_line("P1", merchant_code=code),))
    assert isinstance(ingest(trusting.store.pk, order=order, now=NOW).refusal, UnmappedListing)
    listing = Listing.objects.get()
    assert (listing.sku, listing.bundle, listing.merchant_code) == (None, None, code)


def test_elsewhere_a_code_is_only_a_suggestion(shop: Shop) -> None:
    SkuFactory.create(code="CUP-1")
    order = incoming_order(lines=(incoming_line("P1", merchant_code="CUP-1"),))
    assert ingest(shop.store.pk, order=order, now=NOW).verdict is Verdict.REFUSED
    assert Listing.objects.get().sku is None


def test_bundle_becomes_its_components_with_exact_shares(shop: Shop) -> None:
    bundle = make_bundle("BOX-1", CUP=1, PLATE=1, SPOON=1)
    ListingFactory.create(
        store=shop.store, channel_product_id="P1", channel_sku_id="", sku=None, bundle=bundle
    )
    line = incoming_line("P1", quantity=2, unit_price=Decimal("50.00"))
    order = shop.take_in(incoming_order(lines=(line,)))
    items = list(order.items.order_by("pk"))
    assert [(item.sku.code, item.quantity) for item in items] == [
        ("CUP", 2),
        ("PLATE", 2),
        ("SPOON", 2),
    ]
    assert [str(item.paid_share) for item in items] == ["33.34", "33.33", "33.33"]


def test_pack_of_bundles_multiplies(shop: Shop) -> None:
    bundle = make_bundle("BOX-1", CUP=2, PLATE=3)
    ListingFactory.create(
        store=shop.store,
        channel_product_id="P1",
        channel_sku_id="",
        sku=None,
        bundle=bundle,
        ratio=5,
    )
    order = shop.take_in(incoming_order(lines=(incoming_line("P1", quantity=2),)))
    assert [item.quantity for item in order.items.order_by("pk")] == [20, 30]


def test_empty_bundle_is_not_mapped(shop: Shop) -> None:
    bundle = make_bundle("BOX-1")
    ListingFactory.create(
        store=shop.store, channel_product_id="P1", channel_sku_id="", sku=None, bundle=bundle
    )
    assert shop.tell(incoming_order()).verdict is Verdict.REFUSED


def test_variants_of_one_product_are_mapped_apart(shop: Shop) -> None:
    red, blue = SkuFactory.create(), SkuFactory.create()
    for variant, sku in (("RED", red), ("BLUE", blue)):
        ListingFactory.create(
            store=shop.store, channel_product_id="P1", channel_sku_id=variant, sku=sku
        )
    lines = tuple(incoming_line("P1", channel_sku_id=variant) for variant in ("BLUE", "RED"))
    ingest(shop.store.pk, order=incoming_order(lines=lines), now=NOW)
    listing = Listing.objects.get(channel_sku_id="RED")
    assert list(listing.store.orders.get().items.values_list("sku", flat=True)) == [
        blue.pk,
        red.pk,
    ]
