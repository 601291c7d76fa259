from datetime import timedelta

from oms.models import Bundle, Listing, User
from tests.factories.oms import NOW, ListingFactory, SkuFactory, StoreFactory
from tests.oms.services.sheets.files import complaints, counts, imported

HEADER = ["平台商品ID", "平台规格ID", "商品标题", "对应SKU或套装编码", "每件对应数量"]


def test_listings_are_mapped_to_skus_and_bundles_of_their_store(root: User) -> None:
    store, other = StoreFactory.create(), StoreFactory.create()
    SkuFactory.create(code="A")
    Bundle.objects.create(code="SET", name="set")
    ListingFactory.create(store=other, channel_product_id="1", channel_sku_id="")
    rows = [
        HEADER,
        ["1", "", "apple", "A", "2"],
        ["1", "x", "", "SET", ""],
        ["2", "", "", "nothing", ""],
    ]
    job = imported("listings", rows, actor=root, place_id=store.pk)
    assert counts(job) == {"new": 2, "faulty": 1}
    assert complaints(job) == {4: "there is no SKU or bundle “nothing”: import those first"}
    found = Listing.objects.filter(store=store).order_by("pk")
    assert list(found.values_list("channel_sku_id", "sku__code", "bundle__code", "ratio")) == [
        ("", "A", None, 2),
        ("x", None, "SET", 1),
    ]
    assert {row.effective_from for row in found} == {NOW}


def test_new_mapping_holds_from_now_and_the_old_one_is_shown(root: User) -> None:
    earlier = NOW - timedelta(days=9)
    listing = ListingFactory.create(
        sku=SkuFactory.create(code="A"), channel_sku_id="", effective_from=earlier
    )
    SkuFactory.create(code="B")
    rows = [HEADER, [listing.channel_product_id, "", "new title", "A", ""]]
    imported("listings", rows, actor=root, place_id=listing.store_id)
    listing.refresh_from_db()
    assert (listing.title, listing.effective_from) == ("new title", earlier)
    rows = [HEADER, [listing.channel_product_id, "", "", "B", ""]]
    job = imported("listings", rows, actor=root, place_id=listing.store_id)
    listing.refresh_from_db()
    assert listing.sku is not None
    assert (listing.sku.code, listing.effective_from) == ("B", NOW)
    assert "A → B" in job.result["samples"]["changed"][0]["note"]
