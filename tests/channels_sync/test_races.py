"""Two at the same instant: one order, one message, one page of work."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from channels_sync.models import HookNonce, RawOrder
from channels_sync.services import exceptions, intake
from channels_sync.services.imports import jobs, running
from oms.models import Job, Order, Sku
from tests.factories.channels_sync import (
    HookShop,
    ImportMappingFactory,
    csv_file,
    line_json,
    row,
)
from tests.factories.oms import NOW, UserFactory, grant
from tests.races.together import refusals, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

RIVALS = 6


@pytest.mark.usefixtures("clock")
def test_one_event_delivered_many_times_at_once_is_kept_once() -> None:
    shop = HookShop()
    message = shop.message()
    answers: list[Any] = together(*[partial(shop.send, message)] * RIVALS)
    assert not refusals(answers)
    assert [answer.status_code for answer in answers] == [200] * RIVALS
    fresh = [answer for answer in answers if answer.json() == {"code": 0}]
    assert len(fresh) == 1
    assert RawOrder.objects.count() == 1
    assert HookNonce.objects.count() == RIVALS


@pytest.mark.usefixtures("clock")
def test_one_nonce_used_many_times_at_once_passes_once() -> None:
    shop = HookShop()
    sends = [
        partial(shop.send, shop.message(number=f"W-{number}"), nonce="once")
        for number in range(RIVALS)
    ]
    answers: list[Any] = together(*sends)
    assert not refusals(answers)
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (RIVALS - 1)
    assert RawOrder.objects.count() == 1


def test_drains_at_once_share_the_work_and_repeat_none() -> None:
    shop = HookShop()
    for number in range(30):
        shop.keep(number=f"W-{number}")
    results = together(*[partial(intake.drain, now=NOW)] * 4)
    assert not refusals(results)
    intake.drain(now=NOW)
    assert Order.objects.count() == 30
    assert set(RawOrder.objects.values_list("status", "attempts")) == {("ingested", 1)}


def test_two_deliveries_of_one_order_make_one_order() -> None:
    shop = HookShop()
    first, second = shop.keep("order.paid"), shop.keep("order.updated")
    process = [partial(intake.process, [raw.pk], now=NOW) for raw in (first, second)]
    assert not refusals(together(*process))
    assert Order.objects.count() == 1
    assert list(RawOrder.objects.values_list("status", flat=True)) == ["ingested"] * 2


def test_one_exception_replayed_by_two_people_comes_in_once() -> None:
    shop = HookShop()
    raw = shop.keep(lines=[line_json("CAP")])
    intake.drain(now=NOW)
    people = [UserFactory.create(), UserFactory.create()]
    for person in people:
        grant(person, "customer_service", shop.store)
    shop.store.listings.update(sku=shop.sku)
    replays = [partial(exceptions.replay, [raw.pk], actor=person, now=NOW) for person in people]
    lost = refusals(together(*replays))
    assert all(isinstance(error, exceptions.NothingChosen) for error in lost)
    assert Order.objects.count() == 1
    assert RawOrder.objects.get().status == "ingested"


def test_one_file_imported_twice_at_once_makes_every_order_once(
    settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    mapping = ImportMappingFactory.create()
    rows = [row(f"F-{number}", code=f"SKU-{number % 7}") for number in range(60)]
    made = [
        jobs.start(mapping.pk, file=csv_file(*rows), actor=None, dry_run=False, now=NOW)
        for _twice in range(2)
    ]
    results = together(*[partial(running.run_slice, job.pk, now=NOW) for job in made])
    assert not refusals(results)
    found = Job.objects.filter(pk__in=[job.pk for job in made])
    assert [job.state for job in found] == ["done", "done"]
    assert all(job.result["proof"]["holds"] for job in found)
    assert (Order.objects.count(), Sku.objects.count()) == (60, 7)
    assert RawOrder.objects.filter(status="ingested").count() == 60


def test_one_import_run_by_two_workers_is_run_by_one(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    mapping = ImportMappingFactory.create()
    rows = [row(f"F-{number}") for number in range(40)]
    job = jobs.start(mapping.pk, file=csv_file(*rows), actor=None, dry_run=False, now=NOW)
    run = partial(running.run_slice, job.pk, now=NOW + timedelta(minutes=1))
    results = together(run, run)
    assert not refusals(results)
    job.refresh_from_db()
    assert (job.state, job.done, job.result["counts"]) == ("done", 40, {"new": 40})
    assert Order.objects.count() == 40
