"""Orders of the days before: the warehouse has sent them, some buyers have them already."""

from dataclasses import replace
from datetime import datetime, timedelta

from oms.dto import ChannelStatus
from oms.management.demo.maker import make_maker
from oms.models import Order, Store
from oms.services.dispatch import dispatch
from oms.services.merging.scan import scan
from oms.services.orders.ingest import ingest_many

OFTEN_SENT_BACK = ("HOOD-07", "EARB-01", "SNKR-05", "LAMP-01")
"""What is bought every day of the past, so that some of it can come back."""
_SIBLINGS = timedelta(minutes=2)


def seed_day(at: datetime, *, number: int) -> None:
    """Let one day's orders come in at ``at``; the last two are of one buyer and become one."""
    store = Store.objects.get(code="demo-shop")
    maker = make_maker(seed=number, first=1000 * number)
    bought = [maker.order(at, goods={code: 1}) for code in OFTEN_SENT_BACK]
    others = [maker.order(at) for _order in range(3)]
    first = maker.order(at, buyer=30 + number)
    ingest_many(store.pk, orders=[*bought, *others, first], now=at)
    dispatch(now=at)
    second = maker.order(at + _SIBLINGS, buyer=30 + number)
    ingest_many(store.pk, orders=[second], now=at + _SIBLINGS)
    scan(now=at + _SIBLINGS)
    for minutes in (30, 60):
        dispatch(now=at + timedelta(minutes=minutes))


def complete_day(at: datetime, *, number: int, now: datetime) -> None:
    """Let the channel say of a day's ordinary orders that their buyers have confirmed them."""
    store = Store.objects.get(code="demo-shop")
    maker = make_maker(seed=number, first=1000 * number)
    for code in OFTEN_SENT_BACK:
        maker.order(at, goods={code: 1})
    done = [
        replace(maker.order(at), channel_status=ChannelStatus.COMPLETED, channel_modified_at=now)
        for _order in range(2)
    ]
    shipped = Order.objects.filter(
        store=store,
        channel_order_no__in=[order.channel_order_no for order in done],
        status__in=("shipped", "delivered"),
    )
    sent = set(shipped.values_list("channel_order_no", flat=True))
    ingest_many(store.pk, orders=[one for one in done if one.channel_order_no in sent], now=now)
