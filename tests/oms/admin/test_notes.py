"""What the program writes down is read in words; what a person wrote stays, masked."""

import pytest
from django.test import Client

from oms.admin.notes import NOTES, VERDICTS, spoken, verdict
from oms.models import FulfillmentOrder, Order, RouteDecision, TimelineEntry
from oms.routing.choice import Verdict
from tests.factories.incoming import Shop
from tests.factories.oms import NOW, OrderFactory, SkuFactory
from tests.oms.admin.rows import PHONE, merge_group
from tests.oms.admin.world import World, signed_in
from tests.oms.services.day import Day


@pytest.fixture
def desk(world: World) -> Client:
    return signed_in(world.person("customer_service"))


@pytest.mark.parametrize("code", list(Verdict))
def test_every_verdict_has_words(code: Verdict) -> None:
    assert code in VERDICTS
    assert verdict("one that nobody knows") == "one that nobody knows"


def test_note_of_a_person_is_kept_and_masked() -> None:
    assert spoken("wrong colour") == "wrong colour"
    assert PHONE not in spoken(f"call {PHONE}")


@pytest.mark.django_db
def test_what_the_dispatcher_writes_is_known() -> None:
    """Notes are stored as the code writes them: a reworded one would be shown in English."""
    day = Day(Shop())
    day.shop.stock(9)
    day.order("1")
    day.order("2")
    day.until(20)
    written = set(TimelineEntry.objects.exclude(note="").values_list("note", flat=True))
    numbers = set(Order.objects.values_list("order_no", flat=True))
    numbers |= set(FulfillmentOrder.objects.values_list("fulfillment_no", flat=True))
    assert "same buyer, same address, paid" in written
    assert {note for note in written if note.split(",")[0] not in numbers} <= set(NOTES)


def test_choice_of_a_warehouse_names_places_and_what_they_lack(world: World, desk: Client) -> None:
    order, sku = OrderFactory.create(store=world.store), SkuFactory.create()
    rows = [
        {"warehouse": world.warehouse.code, "verdict": "same_city", "missing": {}},
        {"warehouse": "gone", "verdict": "short", "missing": {str(sku.pk): 3}},
    ]
    RouteDecision.objects.create(
        order=order,
        warehouse=world.warehouse,
        reason="same_city",
        alternatives=rows,
        decided_at=NOW,
    )
    html = desk.get(f"/admin/oms/order/{order.pk}/change/").content.decode()
    assert world.warehouse.name in html
    assert f"{sku.code} × 3" in html
    assert str(VERDICTS["same_city"]) in html
    assert "same_city" not in html
    RouteDecision.objects.update(alternatives=["odd", {"missing": ["odd"]}, {}])
    assert desk.get(f"/admin/oms/order/{order.pk}/change/").status_code == 200


def test_merge_says_why_in_words(world: World, desk: Client) -> None:
    group = merge_group(world)
    group.reasons, group.settings = ["same buyer, same address, paid"], {"wait": "0:10:00"}
    group.save()
    html = desk.get(f"/admin/oms/mergegroup/{group.pk}/change/").content.decode()
    assert spoken("same buyer, same address, paid") in html
    assert "0:10:00" in html


def test_empty_list_says_what_to_do(world: World, desk: Client) -> None:
    html = desk.get("/admin/oms/order/").content.decode()
    assert "oms-nothing" in html
    assert 'href="?"' not in html
    OrderFactory.create(store=world.store)
    html = desk.get("/admin/oms/order/", {"q": "nothing-like-it"}).content.decode()
    assert "oms-nothing" in html
    assert 'href="?"' in html
