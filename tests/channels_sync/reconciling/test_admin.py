"""Days and differences in the back office: asked for, seen, explained, signed."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from channels_sync.models import Finding, ReconciledDay
from channels_sync.services.reconciling import running
from tests.channels_sync.admin.conftest import browser, member
from tests.channels_sync.reconciling.conftest import DAY, Books, ScriptedLedger, listed
from tests.factories.oms import NOW, StoreFactory

pytestmark = pytest.mark.django_db
YES = {"confirmed": "yes"}


@pytest.fixture
def manager(books: Books) -> Client:
    return browser(books.manager)


def at(name: str, *ids: int) -> str:
    return reverse(f"admin:channels_sync_{name}", args=ids)


def test_day_is_asked_for_by_a_form(books: Books, manager: Client) -> None:
    told = {"store": str(books.store.pk), "day": DAY.isoformat()}
    reply = manager.post(at("reconciledday_ask_for_day"), YES | told)
    day = ReconciledDay.objects.get()
    assert (day.store, day.day, day.state) == (books.store, DAY, "waiting")
    assert reply["Location"] == at("reconciledday_change", day.pk)


def test_day_that_is_not_over_is_told(books: Books, manager: Client) -> None:
    told = {"store": str(books.store.pk), "day": NOW.date().isoformat()}
    manager.post(at("reconciledday_ask_for_day"), YES | told)
    assert not ReconciledDay.objects.exists()


@pytest.mark.parametrize("day", ["", "yesterday", "2026-13-40"])
def test_day_that_is_none_is_asked_again(books: Books, manager: Client, day: str) -> None:
    told = {"store": str(books.store.pk), "day": day}
    assert manager.post(at("reconciledday_ask_for_day"), YES | told).status_code == 200


def test_page_shows_both_sides(
    books: Books, manager: Client, platform: type[ScriptedLedger]
) -> None:
    books.order("A-1")
    platform.rows.append(listed("A-1", paid=Decimal("90.50")))
    day = books.run()
    page = manager.get(at("reconciledday_change", day.pk)).content.decode()
    assert "A-1" in page
    assert "90.50" in page


def test_difference_is_explained_and_the_day_signed(books: Books, manager: Client) -> None:
    books.order("A-1")
    day = books.run()
    manager.post(at("reconciledday_sign_day", day.pk), YES)
    assert ReconciledDay.objects.get().signed_at is None
    finding = Finding.objects.get()
    manager.post(at("finding_explain_it", finding.pk), YES | {"note": "a test order"})
    finding.refresh_from_db()
    assert (finding.state, finding.note) == ("explained", "a test order")
    manager.post(at("reconciledday_sign_day", day.pk), YES)
    assert ReconciledDay.objects.get().signed_by == books.manager


def test_day_is_checked_again(books: Books, manager: Client) -> None:
    day = books.run()
    manager.post(at("reconciledday_read_again", day.pk), YES)
    day.refresh_from_db()
    assert day.state == "waiting"


def test_page_follows_while_the_day_is_read_and_then_rests(books: Books, manager: Client) -> None:
    running.ask(books.store.pk, day=DAY, actor=books.manager, now=NOW)
    day = ReconciledDay.objects.get()
    assert "every 3s" in manager.get(at("reconciledday_change", day.pk)).content.decode()
    running.run_due(now=NOW)
    assert "every 3s" not in manager.get(at("reconciledday_change", day.pk)).content.decode()


def test_lists_are_shown(books: Books, manager: Client) -> None:
    books.order("A-1")
    books.run()
    for page in ("reconciledday_changelist", "finding_changelist"):
        assert manager.get(at(page)).status_code == 200


def test_stranger_sees_and_signs_nothing(books: Books) -> None:
    books.order("A-1")
    day = books.run()
    running.explain(Finding.objects.get().pk, note="x", actor=books.manager, now=NOW)
    stranger = browser(member(StoreFactory.create(), "store_manager"))
    assert "A-1" not in stranger.get(at("finding_changelist")).content.decode()
    stranger.post(at("reconciledday_sign_day", day.pk), YES)
    stranger.post(
        at("reconciledday_ask_for_day"), YES | {"store": books.store.pk, "day": "2026-11-09"}
    )
    assert ReconciledDay.objects.get().signed_at is None
