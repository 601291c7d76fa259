"""The pages of messages to channels and of pulls: who sees them, who acts, and what that does."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from channels_sync.flows import PushStatus
from channels_sync.models import PushJob, SyncCursor, SyncRun
from channels_sync.services.push import queueing
from oms.integration.errors import ErrorKind
from oms.models import Store
from tests.channels_sync.push.conftest import Worker
from tests.channels_sync.push.parcels import order_of, parcel, refund_of, the_job, whole
from tests.channels_sync.push.scripted import ScriptedOutbound, trouble
from tests.factories.oms import StoreFactory, UserFactory, grant

pytestmark = pytest.mark.django_db

S = PushStatus
LIST = "admin:channels_sync_pushjob_changelist"


@pytest.fixture
def stuck(store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]) -> PushJob:
    """Give a tracking upload that the channel refused."""
    channel.script.append(trouble(ErrorKind.FATAL))
    queueing.queue_shipments([parcel(whole(order_of(store))).pk], now=now)
    worker.run()
    return the_job()


def browser(store: Store | None, role: str = "") -> Client:
    client = Client()
    if store is not None:
        user = UserFactory.create(is_staff=True)
        grant(user, role, store)
        client.force_login(user)
    return client


@pytest.fixture
def clerk(store: Store) -> Client:
    return browser(store, "customer_service")


def page_of(job: PushJob, name: str = "change") -> str:
    return reverse(f"admin:channels_sync_pushjob_{name}", args=[job.pk])


def text(reply: Any) -> str:
    assert reply.status_code == 200
    return str(reply.content.decode())


def test_list_shows_what_stands_in_the_way(stuck: PushJob, clerk: Client) -> None:
    shown = text(clerk.get(reverse(LIST)))
    for part in (stuck.reference, stuck.order.order_no, "系统繁忙"):
        assert part in shown


def test_queue_of_a_person_holds_only_what_waits_for_him(
    stuck: PushJob, store: Store, now: datetime, clerk: Client
) -> None:
    queueing.queue_shipments([parcel(whole(order_of(store))).pk], now=now)
    fresh = PushJob.objects.exclude(pk=stuck.pk).get()
    shown = text(clerk.get(reverse(LIST), {"status__exact": "needs_person"}))
    assert stuck.reference in shown
    assert fresh.reference not in shown


def test_page_shows_the_job_and_its_key(stuck: PushJob, clerk: Client) -> None:
    shown = text(clerk.get(page_of(stuck)))
    assert stuck.key in shown
    assert "try_this_again" in shown or page_of(stuck, "try_this_again") in shown


def test_retry_asks_first_and_then_puts_it_back(stuck: PushJob, clerk: Client) -> None:
    address = page_of(stuck, "try_this_again")
    assert stuck.reference in text(clerk.get(address))
    assert the_job().status == S.NEEDS_PERSON
    assert clerk.post(address, {"confirmed": "yes"}).status_code == 302
    assert the_job().status == S.WAITING


def test_chosen_jobs_are_retried_from_the_list(stuck: PushJob, clerk: Client) -> None:
    chosen = {"action": "try_again", "_selected_action": [str(stuck.pk)]}
    assert stuck.reference in text(clerk.post(reverse(LIST), chosen))
    assert the_job().status == S.NEEDS_PERSON
    clerk.post(reverse(LIST), chosen | {"confirmed": "yes"})
    assert the_job().status == S.WAITING


def test_what_was_done_by_hand_is_noted_with_a_word(stuck: PushJob, clerk: Client) -> None:
    address = page_of(stuck, "settle_this")
    assert stuck.reference in text(clerk.get(address))
    clerk.post(address, {"confirmed": "yes", "note": ""})
    assert the_job().status == S.NEEDS_PERSON
    clerk.post(address, {"confirmed": "yes", "note": "shipped in the back end"})
    assert the_job().status == S.DONE


def test_refund_is_not_settled_by_a_word(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound], clerk: Client
) -> None:
    channel.script.append(trouble(ErrorKind.FATAL))
    queueing.queue_refunds([refund_of(order_of(store)).pk], now=now)
    worker.run()
    clerk.post(page_of(the_job(), "settle_this"), {"confirmed": "yes", "note": "paid"})
    assert the_job().status == S.NEEDS_PERSON


@pytest.mark.parametrize("name", ["try_this_again", "settle_this"])
@pytest.mark.parametrize("who", ["anonymous", "other store", "looker"])
def test_nobody_else_acts(stuck: PushJob, store: Store, name: str, who: str) -> None:
    clients = {
        "anonymous": browser(None),
        "other store": browser(StoreFactory.create(), "customer_service"),
        "looker": browser(store, "finance"),
    }
    reply = clients[who].post(page_of(stuck, name), {"confirmed": "yes", "note": "x"})
    assert reply.status_code in (302, 403, 404)
    assert the_job().status == S.NEEDS_PERSON


def test_looker_sees_the_list_and_another_store_does_not(stuck: PushJob, store: Store) -> None:
    assert stuck.reference in text(browser(store, "finance").get(reverse(LIST)))
    foreign = browser(StoreFactory.create(), "customer_service")
    assert stuck.reference not in text(foreign.get(reverse(LIST)))
    assert foreign.get(page_of(stuck)).status_code == 302


def test_nothing_is_added_changed_or_deleted_by_hand(stuck: PushJob, store: Store) -> None:
    manager = browser(store, "store_manager")
    assert manager.get(reverse("admin:channels_sync_pushjob_add")).status_code == 403
    assert manager.post(page_of(stuck), {"status": "done"}).status_code == 403
    assert manager.post(page_of(stuck, "delete")).status_code in (403, 404)
    assert the_job().status == S.NEEDS_PERSON


@pytest.fixture
def mark(store: Store, now: datetime) -> SyncCursor:
    SyncRun.objects.create(
        store=store, started_at=now, since=now, until=now, outcome="failed", error="no token"
    )
    return SyncCursor.objects.create(
        store=store, since=now, not_before=now, failures=2, last_error="no token"
    )


@pytest.mark.parametrize("model", ["synccursor", "syncrun"])
def test_pulls_are_shown_to_whoever_may_mend_them(
    mark: SyncCursor, store: Store, clerk: Client, model: str
) -> None:
    address = reverse(f"admin:channels_sync_{model}_changelist")
    assert "no token" in text(clerk.get(address))
    assert browser(store, "finance").get(address).status_code == 403
    foreign = browser(StoreFactory.create(), "customer_service")
    assert "no token" not in text(foreign.get(address))
