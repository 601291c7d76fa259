"""Whatever is tried on rows with a flow, their timeline stays one unbroken chain (I7)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from oms.audit import timeline
from oms.flows.table import UnknownAction
from oms.models import (
    ApprovalRequest,
    ApprovalStep,
    FulfillmentOrder,
    Order,
    Refund,
    Shipment,
    TimelineEntry,
)
from oms.models.base import StatusModel
from oms.transitions import IllegalTransition, fire, fire_many
from tests.factories.oms import NOW
from tests.oms.models.samples import SAMPLES

KINDS = (Order, FulfillmentOrder, Shipment, Refund, ApprovalRequest, ApprovalStep)
COUNT = 3
MINUTES = st.integers(min_value=0, max_value=60 * 24 * 30)
ROWS = st.sets(st.integers(min_value=0, max_value=COUNT - 1), min_size=1)


class Life(RuleBasedStateMachine):
    """Some rows of one kind, and what is believed of each."""

    model: ClassVar[type[StatusModel]]
    rows: list[StatusModel]
    believed: list[str]
    now: datetime

    @initialize()
    def begin(self) -> None:
        make: Callable[[], Any] = SAMPLES[self.model]
        self.rows = [make() for _ in range(COUNT)]
        self.believed = [row.status for row in self.rows]
        self.now = NOW
        for row in self.rows:
            timeline.record_created(self.model.SUBJECT, [row.pk], row.status, at=row.status_at)

    @rule(data=st.data(), chosen=ROWS, later=MINUTES)
    def try_anything(self, data: st.DataObject, chosen: set[int], later: int) -> None:
        action = data.draw(st.sampled_from(sorted(self.model.FLOW.steps)))
        step = self.model.FLOW.step(action)
        self.now += timedelta(minutes=later)
        refused = {
            self.rows[i].pk: self.believed[i]
            for i in chosen
            if self.believed[i] not in step.sources
        }
        ids = [self.rows[i].pk for i in chosen]
        if refused:
            with pytest.raises(IllegalTransition) as illegal:
                fire_many(self.model, ids, action, now=self.now)
            assert illegal.value.standing == refused
            return
        fire_many(self.model, ids, action, now=self.now)
        for i in chosen:
            self.believed[i] = step.target

    @precondition(lambda self: any(map(self.model.FLOW.actions_from, self.believed)))
    @rule(data=st.data(), later=MINUTES)
    def go_on(self, data: st.DataObject, later: int) -> None:
        actions = self.model.FLOW.actions_from
        able = [i for i, status in enumerate(self.believed) if actions(status)]
        i = data.draw(st.sampled_from(able))
        action = data.draw(st.sampled_from(actions(self.believed[i])))
        self.now += timedelta(minutes=later)
        row = self.model._default_manager.get(pk=self.rows[i].pk)
        fire(row, action, now=self.now)
        self.believed[i] = row.status
        assert row.status == self.model.FLOW.step(action).target

    @rule(chosen=ROWS)
    def misspell(self, chosen: set[int]) -> None:
        with pytest.raises(UnknownAction):
            fire_many(self.model, [self.rows[i].pk for i in chosen], "aprove", now=self.now)

    @invariant()
    def chain_is_unbroken(self) -> None:
        for row, believed in zip(self.rows, self.believed, strict=True):
            kept = self.model._default_manager.values_list("status", "status_at").get(pk=row.pk)
            entries = list(
                TimelineEntry.objects.filter(
                    subject=self.model.SUBJECT, subject_id=row.pk
                ).order_by("pk")
            )
            assert entries[0].action == "create"
            assert kept == (believed, entries[-1].at)
            assert entries[-1].to_status == believed
            for before, after in zip(entries, entries[1:], strict=False):
                assert after.from_status == before.to_status
                assert after.entered_at == before.at <= after.at
                step = self.model.FLOW.step(after.action)
                assert after.from_status in step.sources
                assert after.to_status == step.target


@pytest.mark.property
@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_history_is_one_chain(kind: type[StatusModel]) -> None:
    life = type(f"LifeOf{kind.__name__}", (Life,), {"model": kind})
    run_state_machine_as_test(
        life, settings=settings(max_examples=12, stateful_step_count=30, deadline=None)
    )


def test_every_kind_of_row_with_a_flow_is_tried() -> None:
    assert {kind.__name__ for kind in KINDS} == {
        kind.__name__ for kind in StatusModel.__subclasses__() if kind.__module__.startswith("oms.")
    }
