"""What was not taken in: seen by whom it concerns, mended, replayed."""

from datetime import timedelta
from typing import Any

import pytest

from channels_sync.models import RawOrder
from channels_sync.services import exceptions, intake
from channels_sync.services.exceptions import NotFromHere, NothingChosen
from oms.models import Listing, Order, TimelineEntry, User
from tests.factories.channels_sync import HookShop, line_json, queued
from tests.factories.oms import NOW, SkuFactory, UserFactory, grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> HookShop:
    return HookShop()


@pytest.fixture
def clerk(shop: HookShop) -> User:
    user = UserFactory.create()
    grant(user, "customer_service", shop.store)
    return user


@pytest.fixture
def stranger() -> User:
    """Return somebody with the same role in another store."""
    user = UserFactory.create()
    grant(user, "customer_service", HookShop(sku=SkuFactory.create()).store)
    return user


def unmapped(shop: HookShop, count: int = 1, code: str = "CAP") -> list[int]:
    """Return exceptions that wait for one listing to be mapped."""
    rows = [
        shop.keep(number=f"{code}-{number}", lines=[line_json(code, title=code)])
        for number in range(count)
    ]
    intake.drain(now=NOW)
    return [row.pk for row in rows]


def map_listing(code: str = "CAP") -> None:
    listing = Listing.objects.get(merchant_code=code)
    listing.sku = SkuFactory.create()
    listing.save()


def test_inbox_groups_by_cause_with_count_and_oldest(shop: HookShop, clerk: User) -> None:
    ids = unmapped(shop, 3)
    RawOrder.objects.filter(pk=ids[0]).update(received_at=NOW - timedelta(hours=4))
    shop.keep(number="bad", lines=[])
    intake.drain(now=NOW)
    first, second = exceptions.inbox(clerk, now=NOW)
    assert (first.cause, first.count, first.oldest) == (
        "unmapped_listing",
        3,
        NOW - timedelta(hours=4),
    )
    assert "CAP" in first.explanation
    assert (second.cause, second.count) == ("faulty_order", 1)


def test_inbox_of_another_store_s_people_is_empty(shop: HookShop, stranger: User) -> None:
    unmapped(shop)
    assert exceptions.inbox(stranger, now=NOW) == []


def test_right_to_see_orders_is_no_right_to_replay_them(shop: HookShop) -> None:
    auditor = UserFactory.create()
    grant(auditor, "auditor", shop.store)
    ids = unmapped(shop)
    assert exceptions.inbox(auditor, now=NOW) == []
    with pytest.raises(NothingChosen):
        exceptions.replay(ids, actor=auditor, now=NOW)


def test_mapping_a_listing_once_heals_all_its_orders(shop: HookShop, clerk: User) -> None:
    ids = unmapped(shop, 5)
    map_listing()
    result = exceptions.replay(ids, actor=clerk, now=NOW)
    assert (result.ingested, result.again, result.queued) == (5, 0, 0)
    assert Order.objects.count() == 5
    assert exceptions.inbox(clerk, now=NOW) == []


def test_replay_of_what_is_not_mended_stays_an_exception(shop: HookShop, clerk: User) -> None:
    [pk] = unmapped(shop)
    result = exceptions.replay([pk], actor=clerk, now=NOW)
    assert (result.ingested, result.again) == (0, 1)
    assert RawOrder.objects.get(pk=pk).status == "exception"


def test_replay_names_who_did_it(shop: HookShop, clerk: User) -> None:
    [pk] = unmapped(shop)
    map_listing()
    exceptions.replay([pk], actor=clerk, now=NOW)
    acts = TimelineEntry.objects.filter(subject="raw_order", subject_id=pk).order_by("pk")
    assert list(acts.values_list("action", "actor_id")) == [
        ("refuse", None),
        ("replay", clerk.pk),
        ("ingest", clerk.pk),
    ]


def test_replay_of_many_leaves_the_rest_to_the_worker(
    shop: HookShop,
    clerk: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    ids = unmapped(shop, 3)
    map_listing()
    monkeypatch.setattr(exceptions, "AT_ONCE", 2)
    with django_capture_on_commit_callbacks(execute=True):
        result = exceptions.replay(ids, actor=clerk, now=NOW)
    assert (result.ingested, result.queued) == (2, 1)
    assert queued(intake.DRAIN) == 1
    intake.drain(now=NOW)
    assert Order.objects.count() == 3


def test_replay_cannot_be_done_for_another_store(shop: HookShop, stranger: User) -> None:
    [pk] = unmapped(shop)
    map_listing()
    with pytest.raises(NothingChosen):
        exceptions.replay([pk], actor=stranger, now=NOW)
    assert RawOrder.objects.get(pk=pk).status == "exception"


def test_preview_tells_who_can_and_changes_nothing(shop: HookShop, clerk: User) -> None:
    [healed] = unmapped(shop)
    map_listing()
    [waiting] = unmapped(shop, code="SOCKS")
    preview = exceptions.preview_replay([healed, waiting], actor=clerk, now=NOW)
    assert [row.pk for row in preview.will] == [healed]
    [(row, why)] = preview.wont
    assert row.pk == waiting
    assert "SOCKS" in why
    assert not Order.objects.exists()
    assert exceptions.exceptions(clerk).count() == 2


def test_preview_looks_at_the_first_ones_and_says_so(
    shop: HookShop, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = unmapped(shop, 3)
    monkeypatch.setattr(exceptions, "AT_ONCE", 2)
    preview = exceptions.preview_replay(ids, actor=clerk, now=NOW)
    assert (len(preview.wont), preview.unseen) == (2, 1)


def test_snoozed_exception_comes_back_in_time(shop: HookShop, clerk: User) -> None:
    ids = unmapped(shop)
    exceptions.snooze(ids, until=NOW + timedelta(hours=1), actor=clerk, now=NOW)
    assert exceptions.inbox(clerk, now=NOW) == []
    assert len(exceptions.inbox(clerk, now=NOW + timedelta(hours=1))) == 1


def test_colleague_of_the_store_can_be_asked(shop: HookShop, clerk: User) -> None:
    ids = unmapped(shop)
    assert exceptions.assign(ids, to=clerk, actor=clerk, now=NOW) == 1
    assert RawOrder.objects.get().assigned_to == clerk


def test_stranger_cannot_be_asked(shop: HookShop, clerk: User, stranger: User) -> None:
    ids = unmapped(shop)
    with pytest.raises(NotFromHere):
        exceptions.assign(ids, to=stranger, actor=clerk, now=NOW)
    assert RawOrder.objects.get().assigned_to is None


def test_dismissed_exception_is_over_and_says_why(shop: HookShop, clerk: User) -> None:
    [pk] = unmapped(shop)
    exceptions.dismiss([pk], reason="a test order", actor=clerk, now=NOW)
    assert RawOrder.objects.get(pk=pk).status == "ignored"
    entry = TimelineEntry.objects.get(subject_id=pk, action="dismiss")
    assert (entry.note, entry.actor) == ("a test order", clerk)
