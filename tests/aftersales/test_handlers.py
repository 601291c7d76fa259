"""Durable delivery: whatever is killed in the middle, there is one refund in the end."""

from datetime import datetime, timedelta

import pytest
import time_machine

from aftersales import handlers, tasks
from aftersales.flows import Money, Receipt
from aftersales.services import settlement
from oms.events import bus
from oms.events.types import (
    ApprovalDecided,
    RefundConfirmed,
    RefundDoneByPlatform,
    ReturnReceived,
    ReturnRequested,
)
from oms.models import EventDelivery, Refund
from oms.scheduling import registered
from tests.aftersales import acts
from tests.factories.aftersales import open_case


@pytest.mark.parametrize(
    ("event", "handler"),
    [
        (ApprovalDecided, handlers.take_decisions),
        (ReturnReceived, handlers.note_receipts),
        (ReturnRequested, handlers.take_in_request),
        (RefundConfirmed, handlers.note_confirmed),
        (RefundDoneByPlatform, handlers.note_done_by_platform),
    ],
)
def test_every_event_that_concerns_us_is_handled(event: type, handler: object) -> None:
    name = f"{handler.__module__}.{handler.__qualname__}"  # type: ignore[attr-defined]
    assert name in bus.handlers_of(event.name)  # type: ignore[attr-defined]


class Killed(Exception):
    """The worker dies here."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["bus.publish", "append", "move", "refunds.ask"])
def test_worker_killed_while_settling_leaves_one_refund(
    step: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = acts.approve(open_case())
    acts.dock_receives(acts.expected_of(case))
    with monkeypatch.context() as broken:
        broken.setattr(f"aftersales.services.settlement.{step}", _die)
        bus.deliver_due(now=now)
    half = acts.fresh(case)
    assert (half.receipt, half.money, Refund.objects.count()) == (
        Receipt.EXPECTED,
        Money.NONE,
        0,
    )
    assert EventDelivery.objects.filter(delivered_at=None).count() == 1
    later = now + timedelta(minutes=1)
    bus.deliver_due(now=later)
    bus.deliver_due(now=later)
    assert (acts.fresh(case).money, Refund.objects.count()) == (Money.ASKED, 1)
    assert len(acts.published("aftersales.refund.requested")) == 1


def _die(*_args: object, **_kwargs: object) -> None:
    raise Killed


@pytest.mark.django_db
def test_case_that_cannot_be_settled_does_not_stop_the_others(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [acts.approve(open_case()) for _n in range(2)]
    with monkeypatch.context() as silent:
        silent.setattr("aftersales.services.goods.settle_if_ready", lambda *a, **k: None)
        for case in cases:
            acts.receive(case)
    real = settlement.settle

    def settle(case_id: int, *, now: datetime) -> bool:
        if case_id == cases[0].pk:
            raise Killed
        return real(case_id, now=now)

    monkeypatch.setattr(settlement, "settle", settle)
    assert settlement.settle_missed(now=now + timedelta(hours=1)) == 1
    assert [acts.fresh(case).money for case in cases] == [Money.NONE, Money.ASKED]


@pytest.mark.django_db
def test_schedule_settles_what_an_event_missed(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = acts.approve(open_case())
    with monkeypatch.context() as silent:
        silent.setattr("aftersales.services.goods.settle_if_ready", lambda *a, **k: None)
        acts.receive(case)
    assert acts.fresh(case).money == Money.NONE
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        tasks.settle()
    assert acts.fresh(case).money == Money.NONE
    with time_machine.travel(now + timedelta(minutes=30), tick=False):
        tasks.settle()
        tasks.tidy()
    assert acts.fresh(case).money == Money.ASKED


def test_schedules_are_declared() -> None:
    names = {declared.name for declared in registered()}
    assert {"aftersales.settle", "aftersales.tidy"} <= names
