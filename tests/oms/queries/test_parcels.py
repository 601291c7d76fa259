"""What was told of or handed over, and that no carrier has seen for too long."""

from datetime import timedelta

import pytest

from oms.models import Shipment, Store
from oms.queries.parcels import unscanned, unscanned_by_store, unscanned_count, waiting_longer
from tests.factories.oms import NOW
from tests.oms.admin import rows
from tests.oms.admin.world import World, make_world

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return make_world()


def parcel(world: World, **facts: object) -> Shipment:
    """Make a labelled parcel that a channel was told of 25 hours ago; its carrier can be asked."""
    made = rows.shipment(world)
    plain = {"uploaded_at": NOW - 25 * HOUR, "scan_expected": True}
    Shipment.objects.filter(pk=made.pk).update(**(plain | facts))
    return made


def late() -> int:
    return unscanned(Shipment.objects.all(), now=NOW).count()


@pytest.mark.parametrize(
    ("facts", "count"),
    [
        ({}, 1),
        ({"status": "handed_over", "handed_over_at": NOW}, 1),
        ({"status": "packed", "waybill_no": None}, 1),
        ({"uploaded_at": NOW - 23 * HOUR}, 0),
        ({"uploaded_at": None}, 0),
        ({"uploaded_at": None, "handed_over_at": NOW - 25 * HOUR, "status": "handed_over"}, 1),
        ({"first_scanned_at": NOW}, 0),
        ({"scan_expected": False}, 0),
        ({"scan_expected": None}, 0),
        ({"status": "cancelled"}, 0),
        ({"status": "coming_back", "handed_over_at": NOW}, 0),
    ],
)
def test_parcel_is_late_or_not(world: World, facts: dict[str, object], count: int) -> None:
    parcel(world, **facts)
    assert late() == count


@pytest.mark.parametrize(("hours", "count"), [(0, 0), (24, 1), (25, 1), (26, 0)])
def test_store_says_how_long_is_too_long(world: World, hours: int, count: int) -> None:
    parcel(world)
    Store.objects.update(scan_within_hours=hours)
    assert late() == count


def test_each_store_has_its_own_patience(world: World) -> None:
    parcel(world)
    Store.objects.filter(pk=world.other_store.pk).update(scan_within_hours=1)
    other = parcel(world, uploaded_at=NOW - 2 * HOUR)
    other.fulfillment.store = world.other_store
    other.fulfillment.save(update_fields=["store"])
    stores = [world.store.pk, world.other_store.pk]
    assert unscanned_by_store(stores, now=NOW) == dict.fromkeys(stores, 1)
    assert unscanned_by_store(stores[:1], now=NOW) == {world.store.pk: 1}


def test_any_length_may_be_asked_for(world: World) -> None:
    parcel(world)
    found = [
        waiting_longer(Shipment.objects.all(), hours=hours, now=NOW).count()
        for hours in (6, 24, 48)
    ]
    assert found == [1, 1, 0]


def test_person_counts_what_is_in_reach_and_since_when(world: World) -> None:
    parcel(world)
    parcel(world, uploaded_at=NOW - 40 * HOUR)
    manager = world.person("warehouse_manager")
    found = unscanned_count(manager, now=NOW)
    assert (found.count, found.oldest_at) == (2, NOW - 40 * HOUR)
    assert unscanned_count(world.stranger(), now=NOW).count == 0
