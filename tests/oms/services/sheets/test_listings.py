from datetime import timedelta

import pytest

from oms.models import Bundle, Listing, ListingChange, User
from oms.services.listings import changing, following
from oms.services.sheets import jobs, running
from oms.services.sheets.kinds import kind_of
from oms.services.sheets.running import reference_of
from oms.services.sheets.standing import Standing
from oms.transitions import fire
from tests.factories.incoming import Shop, incoming_order
from tests.factories.oms import NOW, ListingFactory, SkuFactory, StoreFactory, UserFactory
from tests.oms.services.sheets.files import ENDLESS, as_csv, complaints, counts, imported, tried

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


class Sold:
    """A listing that stands for A, with one order to be reviewed and one in the warehouse."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.listing = ListingFactory.create(
            store=self.shop.store,
            sku=SkuFactory.create(code="A"),
            channel_product_id="P1",
            channel_sku_id="",
        )
        SkuFactory.create(code="B")
        self.open = self.shop.take_in(incoming_order("1"))
        self.released = self.shop.take_in(incoming_order("2"))
        for action in ("approve", "allocate", "release"):
            fire(self.released, action, now=NOW)

    def mapped_to(self, code: str) -> list[list[str]]:
        return [HEADER, ["P1", "", "", code, ""]]

    def goods(self) -> list[str]:
        following.follow_due(now=NOW)
        orders = (self.open, self.released)
        return [order.items.get().sku.code for order in orders]


@pytest.fixture
def sold(db: None) -> Sold:
    return Sold()


def test_dry_run_tells_which_open_orders_would_follow(root: User, sold: Sold) -> None:
    job = tried("listings", sold.mapped_to("B"), actor=root, place_id=sold.shop.store.pk)
    told = "open orders: 1 get the new goods, 1 stay as they are"
    assert job.result["samples"]["changed"][0]["note"].endswith(f"A → B; {told}")
    effects = Standing.from_json(job.result).effects
    assert kind_of("listings").say_effects(effects) == [told]
    assert not ListingChange.objects.exists()
    assert sold.goods() == ["A", "A"]


def test_listing_without_orders_touches_none(root: User, sold: Sold) -> None:
    listing = ListingFactory.create(store=sold.shop.store, channel_sku_id="")
    rows = [HEADER, [listing.channel_product_id, "", "", "B", ""]]
    job = tried("listings", rows, actor=root, place_id=sold.shop.store.pk)
    assert "open orders" not in job.result["samples"]["changed"][0]["note"]
    assert kind_of("listings").say_effects(job.result["effects"]) == []


def test_new_title_alone_is_no_change_of_meaning(root: User, sold: Sold) -> None:
    rows = [HEADER, ["P1", "", "another title", "A", "1"]]
    job = imported("listings", rows, actor=root, place_id=sold.shop.store.pk)
    assert (counts(job), ListingChange.objects.count()) == ({"changed": 1}, 0)
    assert job.result["effects"] == {}


def test_orders_follow_an_imported_list_and_it_can_be_taken_back(root: User, sold: Sold) -> None:
    job = imported("listings", sold.mapped_to("B"), actor=root, place_id=sold.shop.store.pk)
    assert sold.goods() == ["B", "A"]
    assert ListingChange.objects.get().changed_by == root
    batch = changing.batch_of(reference_of(job))
    assert changing.may_undo(batch, user=root)
    assert not changing.may_undo(batch, user=UserFactory.create())
    assert changing.undo(batch, actor=root, now=NOW) == 1
    assert sold.goods() == ["A", "A"]
    assert not changing.may_undo(batch, user=root)


def test_changes_of_one_list_have_one_name_over_all_its_pages(
    root: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_PAGE_ROWS", 1)
    SkuFactory.create(code="B")
    store = StoreFactory.create()
    listings = ListingFactory.create_batch(3, store=store, channel_sku_id="")
    rows = [[listing.channel_product_id, "", "", "B", "2"] for listing in listings]
    job = imported("listings", [HEADER, *rows], actor=root, place_id=store.pk)
    batches = set(ListingChange.objects.values_list("batch", flat=True))
    assert batches == {changing.batch_of(reference_of(job))}
    assert changing.undo(batches.pop(), actor=root, now=NOW) == 3


def test_list_of_the_command_has_no_author(sold: Sold) -> None:
    job = jobs.start_by_command(
        "listings",
        place_id=sold.shop.store.pk,
        file=as_csv(sold.mapped_to("B")),
        dry_run=False,
        now=NOW,
    )
    running.run_slice(job.pk, now=NOW, seconds=ENDLESS)
    assert ListingChange.objects.get().changed_by is None
    assert sold.goods() == ["B", "A"]
