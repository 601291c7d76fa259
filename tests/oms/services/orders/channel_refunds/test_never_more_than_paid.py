"""Platform and shop pay back in any order, any amounts: never more than was paid (I4)."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from oms.dto import RefundStage
from oms.models import Order, Payment, Refund
from oms.queries.proofs import violations
from oms.refusals import Refusal
from oms.services import refunds
from tests.factories.basics import NOW
from tests.factories.incoming import Shop, incoming_line, incoming_order
from tests.factories.refunds import of_line, tell


@dataclass(frozen=True)
class Platform:
    """What the platform tells of a request."""

    number: str
    stage: RefundStage
    amount: Decimal
    minutes: int
    line: tuple[str, int | None] | None

    def __call__(self, order: Order) -> None:
        tell(
            order,
            channel_refund_no=self.number,
            status=self.stage,
            amount=self.amount,
            minutes=self.minutes,
            lines=of_line(*self.line) if self.line else (),
        )


@dataclass(frozen=True)
class Ours:
    """What we ask for ourselves."""

    case_no: str
    units: int
    amount: Decimal

    def __call__(self, order: Order) -> None:
        item = order.items.order_by("pk").first()
        assert item is not None
        with suppress(Refusal):
            refunds.ask(
                order.pk,
                case_no=self.case_no,
                units={item.pk: self.units},
                amount=self.amount,
                reason="",
                actor=None,
                now=NOW,
            )


amounts = st.decimals("0", "200", places=2)
stages = st.sampled_from(
    [RefundStage.WAIT_MERCHANT, RefundStage.REFUNDING, RefundStage.CLOSED, RefundStage.SUCCESS]
)
lines = st.none() | st.tuples(st.sampled_from(["L1", "L2"]), st.none() | st.integers(1, 9))
platform = st.builds(
    Platform, st.sampled_from(["R-1", "R-2", "R-3"]), stages, amounts, st.integers(0, 3), lines
)
ours = st.builds(Ours, st.sampled_from(["AS-1", "AS-2"]), st.integers(1, 3), amounts)


class NeverMoreThanPaid(TestCase):
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(platform | ours, max_size=7))
    def test_never(self, told: list[Callable[[Order], None]]) -> None:
        order = two_lines()
        for word in told:
            word(order)
            self._check(order)

    def _check(self, order: Order) -> None:
        paid = Payment.objects.get()
        back = Refund.objects.filter(order=order).aggregate(sum=Sum("amount"))["sum"] or 0
        assert paid.refunded == back <= order.paid_amount
        for item in order.items.all():
            assert 0 <= item.refunded_amount <= item.paid_share
        assert violations() == []


def two_lines() -> Order:
    lines = (
        incoming_line("P1", channel_line_no="L1", quantity=3),
        incoming_line("P2", channel_line_no="L2"),
    )
    return Shop().take_in(incoming_order(lines=lines, freight=Decimal("8.00")))
