from functools import partial

import pytest

from oms.models import Job
from oms.refusals import Refusal
from oms.scheduling import single_flight
from oms.services import slices
from oms.services.slices import Stopped, lock_running, run_oldest, work_alone
from tests.factories.oms import NOW

pytestmark = pytest.mark.django_db


class Spoilt(Refusal):
    message = "nothing of it can be read"


def job(**told: object) -> Job:
    return Job.objects.create(kind="list", label="a list", created_at=NOW, **told)


def work_on(one: Job, work: slices.LetGo, let_go: slices.LetGo = lambda _job: None) -> Job:
    assert work_alone(
        one.pk, work=work, lock=f"list:{one.pk}", spoils=Spoilt, now=NOW, let_go=let_go
    )
    one.refresh_from_db()
    return one


def spoil(_job: Job) -> None:
    raise Spoilt


def forget(one: Job) -> None:
    one.params = {}


def test_work_is_begun_and_counted() -> None:
    seen: list[Job] = []
    one = work_on(job(), seen.append)
    assert [each.pk for each in seen] == [one.pk]
    assert (one.state, one.attempts, one.started_at) == (Job.State.RUNNING, 1, NOW)


def test_job_that_somebody_works_on_is_left_to_him() -> None:
    one = job()
    with single_flight(f"list:{one.pk}"):
        assert not work_alone(one.pk, work=spoil, lock=f"list:{one.pk}", spoils=Spoilt, now=NOW)


@pytest.mark.parametrize("state", [Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED])
def test_job_that_ended_is_not_begun_again(state: Job.State) -> None:
    assert work_on(job(state=state), spoil).state == state


def test_refusal_ends_the_job_in_its_words() -> None:
    one = work_on(job(params={"name": "a person"}), spoil, let_go=forget)
    assert (one.state, one.error, one.finished_at) == (Job.State.FAILED, str(Spoilt()), NOW)
    assert one.params == {}


def test_job_that_kills_its_workers_is_given_up() -> None:
    one = work_on(job(attempts=slices.MOST_ATTEMPTS), spoil, let_go=forget)
    assert one.state == Job.State.FAILED
    assert str(slices.MOST_ATTEMPTS) in one.error


def test_worker_of_a_cancelled_job_lets_go() -> None:
    def cancelled_meanwhile(one: Job) -> None:
        Job.objects.filter(pk=one.pk).update(state=Job.State.CANCELLED)
        with pytest.raises(Stopped):
            lock_running(one)
        raise Stopped

    assert work_on(job(), cancelled_meanwhile).state == Job.State.CANCELLED


def test_oldest_that_is_free_is_worked_on_and_more_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nudged: list[str] = []
    monkeypatch.setattr(slices, "nudge", nudged.append)
    job(state=Job.State.DONE)
    busy, free, _later = job(), job(), job()
    tried: list[int] = []

    def run_slice(pk: int) -> bool:
        tried.append(pk)
        return pk != busy.pk

    run = partial(run_oldest, Job.objects.all(), run_slice=run_slice, task="run")
    assert run()
    assert (tried, nudged) == ([busy.pk, free.pk], ["run"])
    Job.objects.update(state=Job.State.DONE)
    assert not run()
    assert nudged == ["run"]
