"""An import: what it makes, what it puts in front of people, and that it survives its workers."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from channels_sync import tasks
from channels_sync.models import (
    ExternalCancellation,
    ExternalCancellationLine,
    ImportFault,
    ImportMapping,
    RawOrder,
)
from channels_sync.services import exceptions
from channels_sync.services.imports import jobs, page, running
from channels_sync.services.imports.ledger import proof_lines
from channels_sync.services.reading import read_group
from oms.models import Demand, Job, Listing, Order, OrderLine, OutboxEvent, Payment, Sku, User
from oms.scheduling import single_flight
from oms.services.slices import MOST_ATTEMPTS
from tests.channels_sync.services.imports.conftest import Run
from tests.factories.channels_sync import PHONE, csv_file, queued, row
from tests.factories.oms import NOW, SkuFactory
from tests.oms.privacy.keys import NEW

pytestmark = pytest.mark.django_db


def bad(number: str = "F-9") -> list[str]:
    return row(number, quantity=-1)


def test_rows_become_orders_and_the_proof_holds(run: Run) -> None:
    job = run(row("F-1"), row("F-1", "CUP", quantity=1, price="0.333"), row("F-2"))
    assert (job.state, job.total, job.done, job.failed) == ("done", 3, 3, 0)
    assert job.result["counts"] == {"new": 2}
    assert job.result["skus_made"] == 2
    assert proof_lines(job.result["proof"]) == [
        "rows read = orders + cancellations + exceptions: 3 = 3 + 0 + 0",
        "CNY read = orders + cancellations + exceptions: 50.333 = 50.333 + 0 + 0",
    ]
    assert Order.objects.count() == 2
    assert RawOrder.objects.filter(status="ingested", order__isnull=False).count() == 2


def test_live_orders_are_owed_and_history_is_not(run: Run) -> None:
    run(row("F-1"))
    assert Order.objects.get().status == "pending_review"
    assert Demand.objects.count() == 1
    run(row("H-1"), history="closed_external")
    history = Order.objects.get(channel_order_no="H-1")
    assert history.status == "closed_external"
    assert not Demand.objects.filter(order_item__order=history).exists()
    assert not Payment.objects.filter(payment_no="H-1").exists()
    assert not history.merge_key


def test_history_tells_nobody_anything(run: Run) -> None:
    job = run(row("H-1"), row("C-1", quantity=-1), **HISTORY)
    assert job.result["counts"] == {"new": 1, "cancellations": 1}
    assert not OutboxEvent.objects.exists()


HISTORY = {"history": "closed_external", "cancellation_prefix": "C"}


def test_repeated_sku_stays_separate_lines(run: Run) -> None:
    run(row("F-1"), row("F-1"))
    assert OrderLine.objects.count() == 2


def test_second_import_of_a_file_changes_nothing(run: Run) -> None:
    run(row("F-1"), bad(), row("C-1", quantity=-1), cancellation_prefix="C")
    job = run(row("F-1"), bad(), row("C-1", quantity=-1))
    assert job.result["counts"] == {"unchanged": 1, "faulty": 1, "cancellations_known": 1}
    assert job.result["proof"]["holds"]
    assert (Order.objects.count(), RawOrder.objects.count()) == (1, 3)


def test_change_of_keys_changes_no_cancellation_and_the_buyer_is_known(
    run: Run, settings: Settings
) -> None:
    phone = "13800001111"
    back = row("C-1", quantity=-1, buyer=phone)
    run(row("F-1", buyer=phone), back, cancellation_prefix="C")
    settings.OMS_INDEX_KEYS = settings.OMS_INDEX_KEYS | {2: NEW}
    job = run(back, row("C-2", quantity=-1, buyer=phone))
    assert job.result["counts"] == {"cancellations_known": 1, "cancellations": 1}
    line = ExternalCancellationLine.objects.get(cancellation__number="C-2")
    assert line.order_line == OrderLine.objects.get()


def test_codes_that_are_skus_already_are_used(run: Run) -> None:
    SkuFactory.create(code="MUG")
    job = run(row("F-1"))
    assert job.result["skus_made"] == 0
    assert Sku.objects.count() == 1


def test_without_the_request_unknown_codes_wait_for_a_person(run: Run) -> None:
    job = run(row("F-1"), row("F-2"), create_skus=False)
    assert job.result["causes"] == {"unmapped_listing": 2}
    assert not Sku.objects.exists()
    assert Listing.objects.get().sku is None


def test_faulty_rows_become_exceptions_that_can_be_replayed(
    run: Run, mapping: ImportMapping, clerk: User
) -> None:
    job = run(row("F-1", price="1,5"), row("F-2"))
    assert (job.done, job.failed) == (2, 1)
    fault = ImportFault.objects.get(job=job)
    assert (fault.channel_order_no, fault.rows, fault.cause) == ("F-1", [2], "unreadable")
    assert "Price" in fault.explanation
    raw = exceptions.exceptions(clerk).get()
    mapping.options |= {"decimal_mark": ",", "thousands_mark": "."}
    mapping.save()
    assert exceptions.replay([raw.pk], actor=clerk, now=NOW).ingested == 1
    assert Order.objects.get(channel_order_no="F-1").goods_amount == Decimal("3.00")


def test_import_with_the_mended_mapping_closes_the_exceptions(run: Run) -> None:
    run(row("F-1", price="1,5"))
    run(row("F-1", price="1,5"), decimal_mark=",", thousands_mark=".")
    assert list(RawOrder.objects.values_list("status", flat=True)) == ["superseded"]
    assert Order.objects.count() == 1


def test_equal_rows_without_a_number_are_two_exceptions(run: Run) -> None:
    job = run(row(""), row(""))
    assert job.failed == 2
    assert RawOrder.objects.filter(status="exception").count() == 2
    assert job.result["proof"]["holds"]


def test_older_rows_than_what_is_known_change_nothing_and_are_counted(run: Run) -> None:
    run(row("F-1", placed="2026-11-11 09:30:00"))
    job = run(row("F-1", placed="2026-11-11 09:00:00", quantity=9))
    assert job.result["counts"] == {"older": 1}
    assert job.result["proof"]["holds"]
    assert proof_lines(job.result["proof"])[0].endswith("1 = 0 + 0 + 0 + 1")
    assert OrderLine.objects.get().quantity == 2


def test_changed_cancellation_is_put_in_front_of_a_person(run: Run) -> None:
    run(row("C-1", quantity=-1), cancellation_prefix="C")
    job = run(row("C-1", quantity=-2))
    assert job.result["causes"] == {"cancellation_changed": 1}
    assert ExternalCancellation.objects.get().amount == Decimal("12.5")


def test_trial_tells_the_same_and_writes_nothing(run: Run) -> None:
    run(row("F-1"))
    rows = [row("F-1"), row("F-2", "CUP"), bad(), row("C-1", quantity=-1)]
    trial = run(*rows, dry_run=True, cancellation_prefix="C")
    counts = {"unchanged": 1, "new": 1, "faulty": 1, "cancellations": 1}
    assert trial.result["counts"] == counts
    assert trial.result["skus_made"] == 1
    assert trial.result["proof"]["holds"]
    assert ImportFault.objects.filter(job=trial).count() == 1
    assert (Order.objects.count(), RawOrder.objects.count(), Sku.objects.count()) == (1, 1, 1)
    assert not ExternalCancellation.objects.exists()
    assert run(*rows).result["counts"] == counts


@pytest.mark.parametrize("dry_run", [True, False])
def test_changed_unchanged_new_and_faulty_rows_are_told_apart(run: Run, dry_run: bool) -> None:
    run(row("F-1"), row("F-2"))
    job = run(row("F-1"), row("F-2", quantity=3), row("F-3"), bad(), dry_run=dry_run)
    assert job.result["counts"] == {"unchanged": 1, "changed": 1, "new": 1, "faulty": 1}
    assert proof_lines(job.result["proof"]) == [
        "rows read = orders + cancellations + exceptions + differing: 4 = 2 + 0 + 1 + 1",
        "CNY read = orders + cancellations + exceptions + differing: 75 = 50 + 0 + -12.5 + 37.5",
    ]
    assert Order.objects.count() == (2 if dry_run else 3)


def test_changed_lines_hold_their_order_and_are_not_written_over(run: Run) -> None:
    run(row("F-1"))
    for _time in range(2):
        assert run(row("F-1", quantity=3)).result["proof"]["differing"]["rows"] == 1
    order = Order.objects.get()
    assert order.holds.filter(code="changed_on_channel", released_at=None).count() == 1
    assert order.lines.get().quantity == 2


def test_import_goes_on_where_its_worker_was_killed(
    run: Run, mapping: ImportMapping, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PAGE_ORDERS", 1)
    rows = [row(f"F-{number}") for number in range(4)]
    job = jobs.start(mapping.pk, file=csv_file(*rows), actor=clerk, dry_run=False, now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(page, "keep_raw", _die_at_call(2))
        with pytest.raises(KeyboardInterrupt):
            running.run_slice(job.pk, now=NOW)
    job.refresh_from_db()
    assert (job.state, job.done, job.attempts) == ("running", 1, 0)
    assert Order.objects.count() == 2, "one was taken in, but not booked"
    running.run_slice(job.pk, now=NOW + timedelta(minutes=5))
    job.refresh_from_db()
    assert (job.state, job.done, job.result["counts"]) == ("done", 4, {"new": 4})
    assert job.result["proof"]["holds"]
    assert (Order.objects.count(), RawOrder.objects.count()) == (4, 4)


def test_file_that_always_kills_its_worker_is_given_up(
    mapping: ImportMapping, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = jobs.start(mapping.pk, file=csv_file(row()), actor=clerk, dry_run=False, now=NOW)
    monkeypatch.setattr(running, "survey", _die)
    for _attempt in range(MOST_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            running.run_slice(job.pk, now=NOW)
    running.run_slice(job.pk, now=NOW)
    job.refresh_from_db()
    assert job.state == "failed"
    assert str(MOST_ATTEMPTS) in job.error


def test_slice_ends_in_time_and_the_next_goes_on(
    run: Run, mapping: ImportMapping, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PAGE_ORDERS", 1)
    rows = [row(f"F-{number}") for number in range(3)]
    job = jobs.start(mapping.pk, file=csv_file(*rows), actor=clerk, dry_run=False, now=NOW)
    running.run_slice(job.pk, now=NOW, seconds=0)
    job.refresh_from_db()
    assert (job.state, job.done) == ("running", 1)
    for _slice in range(3):
        running.run_slice(job.pk, now=NOW, seconds=0)
    running.run_slice(job.pk, now=NOW)
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 3)


def test_cancelled_import_keeps_what_is_in_and_reads_no_further(
    mapping: ImportMapping, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PAGE_ORDERS", 1)
    rows = [row(f"F-{number}") for number in range(3)]
    job = jobs.start(mapping.pk, file=csv_file(*rows), actor=clerk, dry_run=False, now=NOW)

    def stop(_job: Job) -> None:
        jobs.stop(job.pk, actor=clerk, now=NOW)

    running.run_slice(job.pk, now=NOW, progress=stop)
    job.refresh_from_db()
    assert (job.state, job.done) == ("cancelled", 1)
    assert running.run_slice(job.pk, now=NOW) is True
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_changed_mapping_does_not_change_a_running_import(
    mapping: ImportMapping, clerk: User
) -> None:
    job = jobs.start(mapping.pk, file=csv_file(row()), actor=clerk, dry_run=False, now=NOW)
    mapping.options |= {"currency": "USD"}
    mapping.save()
    running.run_slice(job.pk, now=NOW)
    assert Order.objects.get().currency == "CNY"


def test_file_without_a_mapped_column_fails_with_its_name(
    mapping: ImportMapping, clerk: User
) -> None:
    mapping.options["columns"] |= {"city": "Town"}
    mapping.save()
    job = jobs.start(mapping.pk, file=csv_file(row()), actor=clerk, dry_run=False, now=NOW)
    running.run_slice(job.pk, now=NOW)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "Town" in job.error


def test_worker_takes_the_oldest_import_that_nobody_works_on(
    mapping: ImportMapping, clerk: User, django_capture_on_commit_callbacks: Any
) -> None:
    made = [
        jobs.start(mapping.pk, file=csv_file(row(number)), actor=clerk, dry_run=False, now=NOW)
        for number in ("F-1", "F-2")
    ]
    with (
        single_flight(f"import:{made[0].pk}"),
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert running.run_next(now=NOW) is True
    states = [Job.objects.get(pk=job.pk).state for job in made]
    assert states == ["waiting", "done"]
    assert queued(running.RUN) == 1


@pytest.mark.usefixtures("clock")
def test_task_runs_an_import(mapping: ImportMapping, clerk: User) -> None:
    job = jobs.start(mapping.pk, file=csv_file(row()), actor=clerk, dry_run=False, now=NOW)
    tasks.run_imports()
    job.refresh_from_db()
    assert job.state == "done"


def test_import_of_the_command_is_left_alone_by_workers(mapping: ImportMapping) -> None:
    job = jobs.start(
        mapping.pk, file=csv_file(row()), actor=None, dry_run=False, now=NOW, by_command=True
    )
    assert running.run_next(now=NOW) is False
    assert Job.objects.get(pk=job.pk).state == "waiting"


def test_fault_of_ours_in_one_order_leaves_the_others(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = read_group

    def faulty(group: Any, **told: Any) -> Any:
        if group.number == "F-1":
            raise ZeroDivisionError(PHONE)
        return genuine(group, **told)

    monkeypatch.setattr(page, "read_group", faulty)
    job = run(row("F-1", phone=PHONE), row("F-2"))
    assert job.result["causes"] == {"unexpected": 1}
    assert PHONE not in str(job.result) + ImportFault.objects.get().explanation


def test_job_and_faults_hold_nobody_s_data(run: Run) -> None:
    job = run(row("F-1", phone=PHONE, quantity=-1), row("F-2", phone=PHONE, price="x"))
    assert job.failed == 2
    told = [str(fault.__dict__) for fault in ImportFault.objects.all()]
    assert PHONE not in f"{job.params} {job.result} {job.error} {job.label} {told}"


def test_replayed_file_row_makes_its_skus(run: Run, clerk: User, mapping: ImportMapping) -> None:
    run(row("F-1"), create_skus=False)
    mapping.options |= {"create_skus": True}
    mapping.save()
    [raw] = exceptions.exceptions(clerk)
    preview = exceptions.preview_replay([raw.pk], actor=clerk, now=NOW)
    assert (len(preview.will), Sku.objects.count()) == (1, 0)
    exceptions.replay([raw.pk], actor=clerk, now=NOW)
    assert (Order.objects.count(), Sku.objects.count()) == (1, 1)


def _die(*_args: Any) -> Any:
    raise KeyboardInterrupt  # like a worker that is killed: no handler of ours sees it


def _die_at_call(number: int) -> Any:
    calls = iter(range(1, number + 1))
    genuine = page.keep_raw

    def maybe(*args: Any, **told: Any) -> Any:
        if next(calls) == number:
            raise KeyboardInterrupt
        return genuine(*args, **told)

    return maybe
