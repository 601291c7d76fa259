"""The signs: found when they are there, and never called fine without having been measured."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from channels_sync.models import (
    Finding,
    PayoutFinding,
    PayoutStatement,
    ReconciledDay,
    StoreConnection,
)
from channels_sync.services.health import Level, Sign, check
from oms.audit import timeline
from oms.models import Job, Order, OrderHold, Shipment, Store
from tests.channels_sync.admin.conftest import browser, member
from tests.channels_sync.push.parcels import order_of, parcel, whole
from tests.factories.oms import NOW, OrderFactory, StoreFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    return StoreFactory.create()


def sign(key: str, *stores: Store) -> Sign:
    (found,) = [one for one in check([store.pk for store in stores], now=NOW) if one.key == key]
    return found


def imported(store: Store, count: int, *, days_ago: int = 1, dry_run: bool = False) -> None:
    for _file in range(count):
        Job.objects.create(
            kind="order_import",
            label="file",
            params={"dry_run": dry_run, "store_id": store.pk},
            created_at=NOW - timedelta(days=days_ago),
        )


def test_three_files_a_day_are_fine_and_four_are_not(store: Store) -> None:
    imported(store, 3)
    imported(store, 3, days_ago=2)
    assert sign("by_hand", store).level is Level.FINE
    imported(store, 1)
    found = sign("by_hand", store)
    assert (found.level, found.readings[0].value) == (Level.TROUBLE, 4)


def test_trials_and_old_files_do_not_count(store: Store) -> None:
    imported(store, 9, dry_run=True)
    imported(store, 9, days_ago=8)
    assert sign("by_hand", store).readings[0].value == 0


def taken_away(store: Store, count: int, *, kind: str, action: str) -> None:
    job = Job.objects.create(
        kind=kind,
        label="file",
        params={"dry_run": True, "store_id": store.pk},
        created_at=NOW - timedelta(days=40),
    )
    for _file in range(count):
        timeline.record("job", job.pk, action, at=NOW - timedelta(days=1), actor=None)


def test_files_taken_away_count_like_files_brought(store: Store) -> None:
    imported(store, 2)
    taken_away(store, 1, kind="order_import", action="download_faulty_rows")
    taken_away(store, 9, kind="order_import", action="something else")
    assert sign("by_hand", store).readings[0].value == 3
    taken_away(store, 1, kind="payout_statement", action="download_differences")
    found = sign("by_hand", store)
    assert (found.level, found.readings[0].value) == (Level.TROUBLE, 4)
    taken_away(StoreFactory.create(), 9, kind="order_import", action="download_faulty_rows")
    assert sign("by_hand", store).readings[0].value == 4


def test_day_of_files_is_the_stores_own(store: Store) -> None:
    """At 02:00 in UTC it is the same day in Shanghai and the day before in Los Angeles."""
    for hours in (2, 6, 9, 12):
        Job.objects.create(
            kind="order_import",
            label="file",
            params={"dry_run": False, "store_id": store.pk},
            created_at=NOW.replace(hour=0, minute=0) - timedelta(days=2) + timedelta(hours=hours),
        )
    assert sign("by_hand", store).readings[0].value == 4
    Store.objects.filter(pk=store.pk).update(timezone="America/Los_Angeles")
    assert sign("by_hand", store).readings[0].value == 2


def short(order: Order) -> None:
    OrderHold.objects.create(order=order, code="shortage", owner="system", placed_at=NOW)


def test_conflict_on_one_channel_is_no_sign_and_on_two_is() -> None:
    one, other = (OrderFactory.create() for _ in range(2))
    assert one.store.channel_id != other.store.channel_id
    short(one)
    assert sign("conflicts", one.store, other.store).level is Level.FINE
    short(other)
    assert sign("conflicts", one.store, other.store).level is Level.TROUBLE


@pytest.mark.parametrize(
    ("told", "level"),
    [
        ({"ship_by": NOW - timedelta(minutes=1)}, Level.TROUBLE),
        ({"ship_by": NOW + timedelta(minutes=1), "paid_at": NOW - timedelta(days=9)}, Level.FINE),
        ({"ship_by": None, "paid_at": NOW - timedelta(hours=49)}, Level.TROUBLE),
        ({"ship_by": None, "paid_at": NOW - timedelta(hours=47)}, Level.FINE),
        ({"ship_by": NOW - timedelta(days=1), "shipped": True}, Level.FINE),
        ({"ship_by": NOW - timedelta(days=1), "unpaid": True}, Level.FINE),
    ],
)
def test_only_what_is_late_and_here_counts(
    store: Store, told: dict[str, object], level: Level
) -> None:
    OrderFactory.create(store=store, **told)
    assert sign("unshipped", store).level is level


def checked(store: Store, *, state: str = "done") -> ReconciledDay:
    StoreConnection.objects.create(store=store, kind="shopify")
    return ReconciledDay.objects.create(
        store=store, day=(NOW - timedelta(days=1)).date(), state=state, asked_at=NOW, not_before=NOW
    )


def brought(store: Store, *, days_ago: int = 3, is_compared: bool = True) -> PayoutStatement:
    job = Job.objects.create(kind="payout_statement", label="bill.csv", created_at=NOW)
    day = (NOW - timedelta(days=days_ago)).date()
    return PayoutStatement.objects.create(
        store=store,
        job=job,
        digest=str(job.pk),
        first_day=day,
        last_day=day,
        uploaded_by=UserFactory.create(),
        uploaded_at=NOW,
        compared_at=NOW if is_compared else None,
    )


def test_payouts_without_a_statement_are_never_fine(store: Store) -> None:
    assert sign("payout", store).level is Level.UNKNOWN
    checked(store)
    assert sign("payout", store).level is Level.UNKNOWN
    brought(store, is_compared=False)
    brought(store, days_ago=60)
    assert sign("payout", store).readings[0].value is None
    brought(store)
    assert (sign("payout", store).level, sign("payout", store).readings[0].value) == (Level.FINE, 0)


def test_open_difference_of_a_payout_is_a_sign(store: Store) -> None:
    statement = brought(store)
    row = PayoutFinding.objects.create(
        store=store,
        statement=statement,
        order_no="1",
        day=(NOW - timedelta(days=3)).date(),
        kind="income",
        reason="paid_short",
        found_at=NOW,
    )
    assert sign("payout", store).level is Level.TROUBLE
    row.state = "healed"
    row.save()
    assert sign("payout", store).level is Level.FINE


def test_open_difference_in_money_of_a_checked_day_is_a_sign(store: Store) -> None:
    day = checked(store)
    row = Finding.objects.create(
        day=day, store=store, channel_order_no="1", kind="amount", found_at=NOW
    )
    assert sign("payout", store).level is Level.TROUBLE
    row.state = "healed"
    row.save()
    assert sign("payout", store).level is Level.UNKNOWN


def test_parcel_told_of_and_not_scanned_is_a_sign_where_the_carrier_can_be_asked(
    store: Store,
) -> None:
    made = parcel(whole(order_of(store)), at=NOW - timedelta(hours=30))
    assert sign("unscanned", store).level is Level.UNKNOWN
    rows = Shipment.objects.filter(pk=made.pk)
    rows.update(scan_expected=True, uploaded_at=NOW - timedelta(hours=30))
    found = sign("unscanned", store)
    assert (found.level, found.readings[0].value) == (Level.TROUBLE, 1)
    rows.update(first_scanned_at=NOW)
    assert sign("unscanned", store).level is Level.FINE
    Store.objects.update(scan_within_hours=0)
    assert sign("unscanned", store).level is Level.UNKNOWN


def test_one_store_that_is_not_measured_keeps_the_sign_from_being_fine(store: Store) -> None:
    brought(store)
    assert sign("payout", store).level is Level.FINE
    assert sign("payout", store, StoreFactory.create()).level is Level.UNKNOWN


def test_page_shows_the_signs_of_ones_own_stores(store: Store) -> None:
    other = StoreFactory.create(name="别人的店")
    page = browser(member(store, "store_manager")).get(reverse("admin:channel_health"))
    text = page.content.decode()
    assert page.status_code == 200
    assert str(store) in text
    assert str(other) not in text


def test_page_is_closed_to_whoever_looks_after_no_store(store: Store) -> None:
    stranger: Client = browser(member(store, "warehouse_staff"))
    assert stranger.get(reverse("admin:channel_health")).status_code in (302, 403)


def test_number_of_queries_does_not_grow_with_the_stores(
    django_assert_max_num_queries: object,
) -> None:
    stores = [StoreFactory.create() for _ in range(12)]
    OrderFactory.create(store=stores[0], paid_amount=Decimal(1))
    assert callable(django_assert_max_num_queries)
    with django_assert_max_num_queries(12):
        check([store.pk for store in stores], now=NOW)
