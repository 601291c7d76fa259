"""A refund that no channel can carry out ends with finance, and with nobody else."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from channels_sync.handlers import end_done_by_platform
from channels_sync.models import PushJob
from channels_sync.pages.contributed import board_counts
from channels_sync.services.push import by_hand, queueing
from oms.models import EvidenceEntry, OutboxEvent, Refund, Store, TimelineEntry, User
from oms.services import refunds, transfers
from tests.aftersales import acts
from tests.channels_sync.push.parcels import order_of, refund_of, the_job
from tests.factories.aftersales import refund_only_case, supervisor
from tests.factories.oms import StoreFactory, UserFactory, grant

pytestmark = pytest.mark.django_db


def finance_of(store: Store) -> User:
    user: User = UserFactory.create(is_staff=True)
    grant(user, "finance", store)
    return user


@pytest.fixture
def stuck() -> PushJob:
    """Give the refund of a shop without a line outward."""
    refund = refund_of(order_of(StoreFactory.create()))
    queueing.queue_refunds([refund.pk], now=refund.asked_at)
    return the_job()


def the_refund() -> Refund:
    return Refund.objects.get()


def test_finance_ends_what_no_channel_can_do(stuck: PushJob, now: datetime) -> None:
    person = finance_of(stuck.store)
    by_hand.confirm_transfer(stuck.pk, note="voucher 17", actor=person, now=now)
    assert (the_job().status, the_job().done_at) == ("done", now)
    assert (the_refund().status, the_refund().confirmed_at) == ("confirmed", now)
    told = OutboxEvent.objects.get(name="channels.refund.confirmed")
    assert told.payload["refund_ids"] == [the_refund().pk]
    assert EvidenceEntry.objects.get(kind="refund.transfer").actor_id == person.pk
    moved = TimelineEntry.objects.get(subject="refund", action="confirm")
    assert (moved.actor, moved.note) == (person, "voucher 17")


@pytest.mark.parametrize("role", ["customer_service", "store_manager", "auditor"])
def test_only_finance_of_the_store_confirms(stuck: PushJob, now: datetime, role: str) -> None:
    colleague: User = UserFactory.create()
    grant(colleague, role, stuck.store)
    for person in (colleague, finance_of(StoreFactory.create())):
        with pytest.raises(by_hand.NothingStuck):
            by_hand.confirm_transfer(stuck.pk, note="paid", actor=person, now=now)
    assert (the_job().status, the_refund().status) == ("needs_person", "asked")


def test_transfer_without_a_word_is_refused(stuck: PushJob, now: datetime) -> None:
    with pytest.raises(transfers.TransferUnnamed):
        by_hand.confirm_transfer(stuck.pk, note=" ", actor=finance_of(stuck.store), now=now)
    assert the_refund().status == "asked"


def test_what_a_worker_may_be_sending_is_not_confirmed(stuck: PushJob, now: datetime) -> None:
    clerk: User = UserFactory.create()
    grant(clerk, "customer_service", stuck.store)
    by_hand.retry([stuck.pk], actor=clerk, now=now)
    with pytest.raises(by_hand.NothingStuck):
        by_hand.confirm_transfer(stuck.pk, note="paid", actor=finance_of(stuck.store), now=now)


def test_money_that_is_back_is_not_confirmed_again(stuck: PushJob, now: datetime) -> None:
    refunds.mark_done_by_platform(the_refund().pk, now=now)
    with pytest.raises(transfers.AlreadyBack):
        by_hand.confirm_transfer(stuck.pk, note="paid", actor=finance_of(stuck.store), now=now)
    end_done_by_platform(refund_ids=[the_refund().pk], now=now)
    assert the_job().status == "done"


def test_board_of_finance_counts_what_it_has_to_pay_by_hand(stuck: PushJob) -> None:
    person, clerk = finance_of(stuck.store), UserFactory.create()
    grant(clerk, "customer_service", stuck.store)
    counts = {one.key: one for one in board_counts(person, stuck.status_at)}
    assert counts["channels.transfers"].count == 1
    client = Client()
    client.force_login(person)
    assert client.get(counts["channels.transfers"].url).context["cl"].result_count == 1
    assert "channels.transfers" not in {one.key for one in board_counts(clerk, stuck.status_at)}


def test_button_asks_first_and_then_books(stuck: PushJob) -> None:
    client = Client()
    client.force_login(finance_of(stuck.store))
    address = reverse("admin:channels_sync_pushjob_transfer_this", args=[stuck.pk])
    page = client.get(reverse("admin:channels_sync_pushjob_change", args=[stuck.pk]))
    assert address in page.content.decode()
    asked = client.get(address).content.decode()
    assert stuck.reference in asked
    assert "20.00" in asked
    assert the_refund().status == "asked"
    client.post(address, {"confirmed": "yes", "note": "voucher 17"})
    assert (the_job().status, the_refund().status) == ("done", "confirmed")


def test_case_ends_with_the_transfer_and_not_by_whoever_agreed(now: datetime) -> None:
    case = refund_only_case()
    boss = supervisor(case)
    grant(boss, "finance", case.store)
    acts.approve(case, actor=boss)
    acts.deliver()
    assert the_job().status == "needs_person"
    with pytest.raises(transfers.AgreedByYou):
        by_hand.confirm_transfer(the_job().pk, note="paid", actor=boss, now=now)
    assert the_job().status == "needs_person"
    by_hand.confirm_transfer(the_job().pk, note="paid", actor=finance_of(case.store), now=now)
    acts.deliver()
    case = acts.fresh(case)
    assert (case.money, case.status) == ("confirmed", "closed")
