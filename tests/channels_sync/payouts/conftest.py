from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from channels_sync.connectors.payouts.options import PayoutOptions
from channels_sync.models import PayoutFinding, PayoutStatement
from channels_sync.services.payouts import running, uploading
from oms.dto import ChannelStatus
from oms.models import Order, Refund, Store, User
from tests.channels_sync.admin.conftest import member
from tests.factories.oms import NOW, OrderFactory, StoreFactory
from tests.oms.services.sheets.files import as_csv

ENDLESS = float("inf")
PAID = datetime.fromisoformat("2026-11-03T09:00:00+08:00")
LATER = NOW + timedelta(days=30)
HEADER = ("账务流水号", "商户订单号", "发生时间", "收入金额(+元)", "支出金额(-元)", "业务类型")

Lines = Sequence[Sequence[object]]


def line(
    number: str,
    amount: str,
    word: str = "交易付款",
    *,
    flow: str = "",
    at: str = "2026-11-05 10:00",
) -> tuple[str, ...]:
    """Return a line of an account log; the flow number is made of what it says."""
    flow = flow or f"F{number}{word}{amount}{at}"
    comes = not amount.startswith("-")
    return (flow, number, at, amount if comes else "", "" if comes else amount, word)


class Finance:
    """A store's orders, and a person of finance who brings its statements."""

    def __init__(self) -> None:
        self.store: Store = StoreFactory.create()
        self.person: User = member(self.store, "finance")
        self.now = LATER

    def order(self, number: str, paid: str = "100", **told: object) -> Order:
        defaults: dict[str, object] = {
            "completed": True,
            "lines": False,
            "paid_amount": Decimal(paid),
            "paid_at": PAID,
            "ordered_at": PAID,
            "channel_status": ChannelStatus.COMPLETED.value,
            "channel_modified_at": PAID + timedelta(days=1),
        }
        row: Order = OrderFactory.create(
            store=self.store, channel_order_no=number, **defaults | told
        )
        return row

    def refund(self, order: Order, amount: str, *, status: str = "confirmed") -> Refund:
        return Refund.objects.create(
            refund_no=f"RF-{order.pk}-{amount}",
            store=self.store,
            order=order,
            amount=Decimal(amount),
            asked_at=PAID,
            confirmed_at=PAID if status == "confirmed" else None,
            status=status,
        )

    def bring(
        self, *lines: Sequence[object], header: Sequence[str] = HEADER, preset: str = ""
    ) -> PayoutStatement:
        """Upload a statement, start it as it was guessed, and run it to its end."""
        file = as_csv([header, *lines])
        statement, is_new = uploading.upload(
            self.store.pk, file=file, actor=self.person, now=self.now
        )
        if is_new:
            options = self.guessed(statement, preset=preset)
            uploading.start(statement.pk, options=options, actor=self.person, now=self.now)
            running.run_slice(statement.job_id, now=self.now, seconds=ENDLESS)
        statement.refresh_from_db()
        return statement

    def guessed(self, statement: PayoutStatement, *, preset: str = "") -> PayoutOptions:
        seen = uploading.glance(statement)
        return uploading.suggested(self.store, seen=seen, preset=preset)

    def findings(self) -> Mapping[str, tuple[object, ...]]:
        rows = PayoutFinding.objects.filter(store=self.store, state="open")
        return {row.order_no: (row.kind, row.reason, row.ours, row.theirs) for row in rows}


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def finance(db: None) -> Finance:
    return Finance()
