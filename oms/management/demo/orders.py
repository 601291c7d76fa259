"""Today's orders, sent through the same door as every real one."""

from datetime import datetime, timedelta

from oms.management.demo.maker import OrderMaker, make_maker
from oms.management.demo.special import seed_special
from oms.models import Store
from oms.services.dispatch import dispatch
from oms.services.merging.scan import scan
from oms.services.orders.ingest import ingest_many


def seed_orders(*, now: datetime) -> None:
    """Let orders come in over the last day, with the system working on them in between."""
    store = Store.objects.get(code="demo-shop")
    group = Store.objects.get(code="demo-group")
    maker = make_maker(seed=20261122)
    for hour in range(2, 14):
        at = now - timedelta(hours=14 - hour)
        batch = [maker.order(at + timedelta(minutes=3 * i)) for i in range(3)]
        ingest_many(store.pk, orders=batch, now=at + timedelta(minutes=10))
        dispatch(now=at + timedelta(minutes=25))
    gathered = [maker.order(now - timedelta(hours=1)) for _i in range(4)]
    ingest_many(group.pk, orders=gathered, now=now)
    _siblings(store.pk, maker, now=now)
    seed_special(store.pk, maker, now=now)
    dispatch(now=now)


def _siblings(store_id: int, maker: OrderMaker, *, now: datetime) -> None:
    """Two orders of one buyer, two minutes apart, that become one parcel; and one still waiting."""
    first = maker.order(now - timedelta(minutes=8), buyer=7)
    second = maker.order(now - timedelta(minutes=6), buyer=7)
    ingest_many(store_id, orders=[first], now=now - timedelta(minutes=8))
    dispatch(now=now - timedelta(minutes=7))
    ingest_many(store_id, orders=[second], now=now - timedelta(minutes=6))
    dispatch(now=now - timedelta(minutes=5))
    scan(now=now - timedelta(minutes=5))
    waiting = [maker.order(now - timedelta(minutes=2), buyer=buyer) for buyer in (11, 12)]
    ingest_many(store_id, orders=waiting, now=now - timedelta(minutes=2))
