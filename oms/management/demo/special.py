"""What people look at: unpaid, held for every reason, cancelled, soon due, late, history."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from oms.dto import ChannelStatus, IncomingOrder, PlainReceiver
from oms.management.demo.maker import OrderMaker
from oms.models import Order, User
from oms.services.dispatch import dispatch
from oms.services.holds import hold_order
from oms.services.merging.scan import scan
from oms.services.orders.ingest import ingest_many

_WITHOUT_STREET = PlainReceiver(
    name="沈一诺", phone="13800009999", province="浙江省", city="杭州市", district="滨江区"
)
_DUE_IN_HOURS = (2, 3, 7, 9, 11)
CLERK = "kefu"


def seed_special(store_id: int, maker: OrderMaker, *, now: datetime) -> None:
    """Let in what does not go its way by itself."""
    at = now - timedelta(minutes=30)
    _held(store_id, maker, at=at)
    _pressing(store_id, maker, now=now)
    _cancelled(store_id, maker, at=at)
    _cancelled_in_a_merge(store_id, maker, now=now)
    unpaid = replace(
        maker.order(at), channel_status=ChannelStatus.UNPAID, paid_at=None, paid_amount=Decimal(0)
    )
    elsewhere = replace(maker.order(at), channel_status=ChannelStatus.COMPLETED)
    ingest_many(store_id, orders=[unpaid, elsewhere], now=at)


def _held(store_id: int, maker: OrderMaker, *, at: datetime) -> None:
    """Paid too little, no street, the platform's own check, too few on the shelf, by hand."""
    half = replace(maker.order(at), paid_amount=Decimal(1))
    nowhere = replace(maker.order(at), receiver=_WITHOUT_STREET)
    risk = replace(maker.order(at), platform_hold="平台风控审核中")
    too_many = maker.order(at, goods={"KEYB-03": 400})
    asked = maker.order(at)
    ingest_many(store_id, orders=[half, nowhere, risk, too_many, asked], now=at)
    clerk = User.objects.filter(username=CLERK).first()
    if clerk is not None:
        order = Order.objects.get(store=store_id, channel_order_no=asked.channel_order_no)
        hold_order(order.pk, actor=clerk, detail="买家来电要改颜色，等确认", now=at)


def _pressing(store_id: int, maker: OrderMaker, *, now: datetime) -> None:
    """Some have to leave within hours; one is late, because nobody has answered about its street."""
    at = now - timedelta(minutes=40)
    soon = [
        replace(maker.order(at), ship_by=now + timedelta(hours=hours)) for hours in _DUE_IN_HOURS
    ]
    ingest_many(store_id, orders=soon, now=at)
    before = now - timedelta(hours=50)
    late = replace(maker.order(before), receiver=_WITHOUT_STREET)
    ingest_many(store_id, orders=[late], now=before)


def _cancelled(store_id: int, maker: OrderMaker, *, at: datetime) -> None:
    placed = maker.order(at)
    ingest_many(store_id, orders=[placed], now=at)
    ingest_many(store_id, orders=[_taken_back(placed, at=at)], now=at + timedelta(minutes=5))


def _cancelled_in_a_merge(store_id: int, maker: OrderMaker, *, now: datetime) -> None:
    """Two orders became one parcel, then the buyer took the first one back: the other one goes."""
    at = now - timedelta(minutes=45)
    first, second = (maker.order(at, buyer=21) for _order in range(2))
    ingest_many(store_id, orders=[first, second], now=at)
    dispatch(now=at)
    scan(now=at)
    ingest_many(store_id, orders=[_taken_back(first, at=at)], now=at + timedelta(minutes=5))


def _taken_back(order: IncomingOrder, *, at: datetime) -> IncomingOrder:
    later = at + timedelta(minutes=5)
    return replace(order, channel_status=ChannelStatus.CANCELLED, channel_modified_at=later)
