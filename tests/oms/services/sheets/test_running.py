import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from oms import tasks
from oms.models import Job, Sku, User
from oms.scheduling import single_flight
from oms.services.sheets import jobs, running
from oms.services.sheets.goods import SkuSheet
from oms.services.sheets.kinds import Context, Groups, Outrun
from tests.factories.oms import NOW, SkuFactory
from tests.oms.services.sheets.files import ENDLESS, Rows, as_csv, counts, faulty, imported, tried

ROWS: Rows = [["sku", "name"], *([f"S{n}", f"thing {n}" if n % 3 else ""] for n in range(1, 10))]


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_PAGE_ROWS", 2)


def started(root: User) -> Job:
    """Start an import and leave all of it to the workers."""
    trial = tried("skus", ROWS, actor=root)
    with single_flight("oms.sheets:skus"):
        return jobs.take_over(trial.pk, actor=root, now=NOW)


def break_after(pages: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker die when it has written so many pages, before they are booked."""
    original: Callable[[SkuSheet, Groups, Context], None] = SkuSheet.apply
    left = [pages]

    def apply(self: SkuSheet, groups: Groups, context: Context) -> None:
        original(self, groups, context)
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(SkuSheet, "apply", apply)


@pytest.mark.django_db(transaction=True)
def test_import_goes_on_where_its_worker_died(monkeypatch: pytest.MonkeyPatch, root: User) -> None:
    job = started(root)
    break_after(2, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        running.run_next(now=NOW, seconds=ENDLESS)
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.RUNNING, 2)
    assert Sku.objects.count() == 2
    running.run_next(now=NOW, seconds=ENDLESS)
    job.refresh_from_db()
    assert (job.state, job.done, job.failed) == (Job.State.DONE, 9, 3)
    assert counts(job) == {"new": 6, "faulty": 3}
    assert [fault.number for fault in faulty(job)] == [4, 7, 10]


def test_slice_ends_in_time_and_the_next_one_goes_on(root: User) -> None:
    job = started(root)
    done = []
    while running.run_slice(job.pk, now=NOW, seconds=0):
        job.refresh_from_db()
        done.append(job.done)
        if job.state == Job.State.DONE:
            break
    assert done == [2, 4, 6, 8, 9]
    assert Sku.objects.count() == 6


def test_two_lists_of_one_kind_never_run_at_once(root: User) -> None:
    job = started(root)
    with single_flight("oms.sheets:skus"):
        assert not running.run_slice(job.pk, now=NOW)
    job.refresh_from_db()
    assert job.state == Job.State.WAITING
    tasks.run_sheets()
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_import_asked_for_twice_is_one(root: User) -> None:
    trial = tried("skus", ROWS, actor=root)
    first, second = (jobs.take_over(trial.pk, actor=root, now=NOW) for _time in range(2))
    assert first.pk == second.pk
    assert counts(first) == {"new": 6, "faulty": 3}


def test_import_of_an_unfinished_trial_is_refused(root: User) -> None:
    with single_flight("oms.sheets:skus"):
        trial = jobs.try_out("skus", place_id=None, file=as_csv(ROWS), actor=root, now=NOW)
    with pytest.raises(jobs.NotTriedOut):
        jobs.take_over(trial.pk, actor=root, now=NOW)
    done = imported("skus", ROWS, actor=root)
    with pytest.raises(jobs.NotTriedOut):
        jobs.take_over(done.pk, actor=root, now=NOW)


def test_stopped_import_keeps_what_it_has_and_reads_no_further(root: User) -> None:
    job = started(root)
    running.run_slice(job.pk, now=NOW, seconds=0)
    jobs.stop(job.pk, actor=root, now=NOW)
    assert not running.run_next(now=NOW)
    job.refresh_from_db()
    assert (job.state, job.done, Sku.objects.count()) == (Job.State.CANCELLED, 2, 2)
    with pytest.raises(jobs.AlreadyOver):
        jobs.stop(job.pk, actor=root, now=NOW)


def test_file_that_kills_its_worker_does_not_do_so_for_ever(root: User) -> None:
    job = started(root)
    Job.objects.filter(pk=job.pk).update(attempts=5, state=Job.State.RUNNING)
    running.run_next(now=NOW + timedelta(hours=1))
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.error.startswith("Stopped after 5 attempts")


@pytest.mark.django_db(transaction=True)
def test_page_is_planned_anew_when_somebody_was_faster(
    monkeypatch: pytest.MonkeyPatch, root: User
) -> None:
    original: Callable[[SkuSheet, Groups, Context], None] = SkuSheet.apply
    outrun = [True]

    def apply(self: SkuSheet, groups: Groups, context: Context) -> None:
        original(self, groups, context)
        if outrun:
            outrun.clear()
            raise Outrun

    monkeypatch.setattr(SkuSheet, "apply", apply)
    job = imported("skus", ROWS, actor=root)
    assert counts(job) == {"new": 6, "faulty": 3}
    assert Sku.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_code_that_somebody_saves_at_the_same_moment_is_found_then(
    monkeypatch: pytest.MonkeyPatch, root: User
) -> None:
    """The first plan did not see the other person's SKU; the clash makes a second one."""
    original: Callable[[SkuSheet, Groups, Context], None] = SkuSheet.plan
    SkuFactory.create(code="S1", name="theirs")
    blind = [True]

    def plan(self: SkuSheet, groups: Groups, context: Context) -> None:
        if blind and not context.reference.endswith(":0"):
            blind.clear()
            Sku.objects.filter(code="S1").update(code="unseen")
            original(self, groups, context)
            Sku.objects.filter(code="unseen").update(code="S1")
        else:
            original(self, groups, context)

    trial = tried("skus", [["sku", "name"], ["S1", "ours"]], actor=root)
    monkeypatch.setattr(SkuSheet, "plan", plan)
    job = jobs.take_over(trial.pk, actor=root, now=NOW, seconds=ENDLESS)
    assert counts(job) == {"changed": 1}
    assert Sku.objects.get(code="S1").name == "ours"


def test_what_is_kept_with_the_job_is_plain_data(root: User) -> None:
    job = imported("skus", ROWS, actor=root)
    assert json.loads(json.dumps(job.result)) == job.result
    assert job.params["sheet"] == "skus"


def test_group_that_is_too_large_for_a_transaction_is_refused(
    monkeypatch: pytest.MonkeyPatch, root: User
) -> None:
    monkeypatch.setattr("oms.services.sheets.reading.LARGEST_GROUP", 2)
    for code in ("A", "B", "C"):
        SkuFactory.create(code=code)
    rows = [["bundle", "bundle name", "component", "quantity"]]
    rows += [["S", "s", code, "1"] for code in ("A", "B", "C")]
    job = tried("bundles", rows, actor=root)
    assert counts(job) == {"faulty": 3}
    assert {fault.reason for fault in faulty(job)} == {
        "More than 2 rows belong together here; take the rest over by hand."
    }
