"""The review list: sure ones together, doubtful ones chosen, a change asked about and undone."""

import pytest
from django.test import Client
from django.urls import reverse

from oms.models import Barcode, Listing, ListingChange, Order, Sku, Store
from oms.services.listings import following
from oms.services.orders.ingest import ingest
from tests.factories.basics import NOW, SkuFactory
from tests.factories.incoming import incoming_line, incoming_order
from tests.factories.oms import StoreFactory, UserFactory, grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return StoreFactory.create()


def signed_in(store: Store, role: str = "customer_service") -> Client:
    user = UserFactory.create(is_staff=True)
    grant(user, role, store)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(store: Store) -> Client:
    return signed_in(store)


def listing(store: Store, number: str, code: str = "", sku: Sku | None = None) -> Listing:
    return Listing.objects.create(
        store=store,
        channel_product_id=number,
        title=f"商品{number}",
        merchant_code=code,
        sku=sku,
        effective_from=NOW,
    )


REVIEW = "/admin/oms/listing/review/"


def test_sure_ones_are_accepted_together_after_a_question(store: Store, desk: Client) -> None:
    cup, mug = SkuFactory.create(code="CUP"), SkuFactory.create(code="MUG")
    Barcode.objects.create(sku=mug, code="6901234567892")
    by_code, by_barcode = listing(store, "P1", "CUP"), listing(store, "P2", "6901234567892")
    chosen = {f"listing-{by_code.pk}": f"sku-{cup.pk}", f"listing-{by_barcode.pk}": f"sku-{mug.pk}"}
    assert desk.get(REVIEW).status_code == 200
    assert desk.post(REVIEW, chosen).status_code == 200
    assert not Listing.objects.exclude(sku=None).exists()
    assert desk.post(REVIEW, chosen | {"confirmed": "yes"}).status_code == 302
    assert dict(Listing.objects.values_list("pk", "sku")) == {
        by_code.pk: cup.pk,
        by_barcode.pk: mug.pk,
    }
    (batch,) = set(ListingChange.objects.values_list("batch", flat=True))
    undo = reverse("admin:listing_undo", args=[batch])
    assert desk.get(undo).status_code == 200
    assert desk.post(undo, {"confirmed": "yes"}).status_code == 302
    assert not Listing.objects.exclude(sku=None).exists()


def test_form_cannot_choose_what_was_not_proposed(store: Store, desk: Client) -> None:
    SkuFactory.create(code="CUP")
    other = SkuFactory.create(code="OTHER")
    row = listing(store, "P1", "CUP")
    for value in (f"sku-{other.pk}", "sku-x", "bundle-1", "'"):
        desk.post(REVIEW, {f"listing-{row.pk}": value, "confirmed": "yes", "listing-x": "1"})
    row.refresh_from_db()
    assert row.sku is None


def test_field_of_no_listing_is_passed_over(store: Store, desk: Client) -> None:
    SkuFactory.create(code="CUP")
    row = listing(store, "P1", "CUP")
    for name in (f"listing-0{row.pk}", f"listing-{'9' * 25}", "listing-٣"):
        assert desk.post(REVIEW, {name: "sku-1"}).status_code == 200


def test_people_of_another_store_see_and_change_nothing(store: Store) -> None:
    cup = SkuFactory.create(code="CUP")
    row = listing(store, "P1", "CUP")
    stranger = signed_in(StoreFactory.create())
    assert "商品P1" not in stranger.get(REVIEW).content.decode()
    stranger.post(REVIEW, {f"listing-{row.pk}": f"sku-{cup.pk}", "confirmed": "yes"})
    row.refresh_from_db()
    assert row.sku is None
    assert signed_in(store, "auditor").get(REVIEW).status_code == 403


def test_change_that_touches_open_orders_is_asked_about_first(store: Store, desk: Client) -> None:
    cup, mug = SkuFactory.create(code="CUP"), SkuFactory.create(code="MUG")
    row = listing(store, "P1", sku=cup)
    ingest(store.pk, order=incoming_order("A-1", lines=(incoming_line("P1"),)), now=NOW)
    url = reverse("admin:oms_listing_change", args=[row.pk])
    told = {"sku": mug.pk, "bundle": "", "ratio": "1"}
    question = desk.post(url, told)
    assert (question.status_code, "A-1" in question.content.decode()) == (200, True)
    row.refresh_from_db()
    assert row.sku == cup
    assert desk.post(url, told | {"confirmed": "yes"}).status_code == 302
    following.follow_due(now=NOW)
    row.refresh_from_db()
    assert row.sku == mug
    assert list(Order.objects.get().items.values_list("sku", flat=True)) == [mug.pk]
