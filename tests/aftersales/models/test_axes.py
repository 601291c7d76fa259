"""An axis is a second model over the case's own row, so that the one mover serves it."""

from datetime import datetime, timedelta

import pytest

from aftersales.flows import Approval, Money
from aftersales.models import AfterSalesCase, ApprovalAxis, CaseAxis, MoneyAxis
from aftersales.models.axes import AXES
from aftersales.services.axes import move
from oms.models import TimelineEntry
from oms.transitions import IllegalTransition, fire_many
from tests.factories.aftersales import open_case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("axis", AXES)
def test_axis_and_case_are_one_row(axis: type[CaseAxis]) -> None:
    case = open_case()
    row = axis._default_manager.get(pk=case.pk)
    assert row.status == getattr(case, axis.COLUMN)
    assert row.status_at == getattr(case, f"{axis.COLUMN}_since")
    assert str(row) == f"{axis.COLUMN}: {row.status}"


def test_move_changes_the_case_and_says_since_when(now: datetime) -> None:
    case, later = open_case(), now + timedelta(hours=1)
    move(case, axis=ApprovalAxis, action="approve", now=later, note="fine")
    stored = AfterSalesCase.objects.get(pk=case.pk)
    for row in (case, stored):
        assert (row.approval, row.approval_since) == (Approval.APPROVED, later)
        assert (row.money, row.status) == (Money.NONE, "open")
    entry = TimelineEntry.objects.get(subject="case_approval", action="approve")
    assert (entry.subject_id, entry.entered_at, entry.at) == (case.pk, now, later)
    assert entry.note == "fine"


def test_illegal_move_changes_nothing(now: datetime) -> None:
    case = open_case()
    with pytest.raises(IllegalTransition):
        fire_many(MoneyAxis, [case.pk], "confirm", now=now)
    assert AfterSalesCase.objects.get(pk=case.pk).money == Money.NONE
