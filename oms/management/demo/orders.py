"""Believable orders over the last days, sent through the same door as every real one."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from oms.dto import (
    ChannelStatus,
    IncomingBuyer,
    IncomingLine,
    IncomingOrder,
    PlainReceiver,
)
from oms.management.demo.goods import prices
from oms.models import Sku, Store
from oms.services.dispatch import dispatch
from oms.services.merging.scan import scan
from oms.services.orders.ingest import ingest_many

_PEOPLE = (
    "李晓雨",
    "王子涵",
    "刘一鸣",
    "张若溪",
    "黄佳怡",
    "徐文博",
    "朱可心",
    "马俊杰",
    "胡雅静",
    "郭浩然",
)
_PLACES = (
    ("浙江省", "杭州市", "西湖区", "文三路 100 号 3 幢 502 室"),
    ("浙江省", "宁波市", "鄞州区", "天童南路 88 号 1 单元 201"),
    ("广东省", "深圳市", "福田区", "福华一路 6 号 12 楼"),
    ("广东省", "广州市", "天河区", "体育东路 20 号 905 房"),
    ("上海市", "上海市", "浦东新区", "张杨路 500 弄 7 号 1102 室"),
    ("四川省", "成都市", "武侯区", "人民南路四段 9 号 2 栋"),
    ("北京市", "北京市", "朝阳区", "建国路 93 号 A 座 1806"),
)
_MEMOS = ("", "", "", "", "麻烦包装好一点", "周末送", "不要放快递柜")


_WITHOUT_STREET = PlainReceiver(
    name="沈一诺", phone="13800009999", province="浙江省", city="杭州市", district="滨江区"
)


class OrderMaker:
    """Invents orders; the same seed invents the same ones."""

    def __init__(self, skus: Sequence[Sku], *, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  # invented data, no secret
        self._skus = skus
        self._price = prices()
        self._number = 0

    def order(self, at: datetime, *, buyer: int | None = None) -> IncomingOrder:
        """One paid order placed and paid at ``at``."""
        pick = self._random
        who = pick.randrange(60) if buyer is None else buyer
        lines = tuple(self._lines(pick.choice((1, 1, 1, 2, 2, 3))))
        goods = sum((line.unit_price * line.quantity for line in lines), Decimal(0))
        freight = Decimal(0) if goods >= 99 else Decimal(8)
        self._number += 1
        return IncomingOrder(
            channel_order_no=f"D{at:%y%m%d}{self._number:05d}",
            channel_status=ChannelStatus.PAID,
            channel_modified_at=at,
            ordered_at=at,
            paid_at=at,
            currency="CNY",
            goods_amount=goods,
            freight=freight,
            paid_amount=goods + freight,
            lines=lines,
            buyer=IncomingBuyer(channel_buyer_id=f"demo-buyer-{who:03d}"),
            receiver=self._receiver(who),
            buyer_memo=pick.choice(_MEMOS),
            ship_by=at + timedelta(hours=48),
        )

    def _lines(self, count: int) -> Iterator[IncomingLine]:
        for position, sku in enumerate(self._random.sample(list(self._skus), count), start=1):
            yield IncomingLine(
                channel_line_no=str(position),
                channel_product_id=sku.code,
                merchant_code=sku.code,
                title=sku.name,
                quantity=self._random.choice((1, 1, 1, 1, 2, 3)),
                unit_price=Decimal(self._price[sku.code]),
            )

    def _receiver(self, who: int) -> PlainReceiver:
        province, city, district, street = _PLACES[who % len(_PLACES)]
        return PlainReceiver(
            name=_PEOPLE[who % len(_PEOPLE)],
            phone=f"1380000{who:04d}",
            province=province,
            city=city,
            district=district,
            street=f"{street}-{who}",
            email=f"buyer{who:03d}@example.com",
        )


def seed_orders(*, now: datetime) -> None:
    """Let orders come in over the last day, with the system working on them in between."""
    store = Store.objects.get(code="demo-shop")
    group = Store.objects.get(code="demo-group")
    skus = list(Sku.objects.filter(needs_cold_chain=False).order_by("code"))
    maker = OrderMaker(skus, seed=20261122)
    start = now - timedelta(hours=20)
    for hour in range(20):
        at = start + timedelta(hours=hour)
        batch = [maker.order(at + timedelta(minutes=3 * i)) for i in range(3)]
        ingest_many(store.pk, orders=batch, now=at + timedelta(minutes=10))
        dispatch(now=at + timedelta(minutes=25))
    ingest_many(
        group.pk, orders=[maker.order(now - timedelta(hours=1)) for _i in range(4)], now=now
    )
    _siblings(store.pk, maker, now=now)
    _special_cases(store.pk, maker, now=now)
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
    alone = maker.order(now - timedelta(minutes=2), buyer=11)
    ingest_many(store_id, orders=[alone], now=now - timedelta(minutes=2))


def _special_cases(store_id: int, maker: OrderMaker, *, now: datetime) -> None:
    """What people look at: unpaid, no street, paid too little, held, cancelled, history."""
    at = now - timedelta(minutes=30)
    paid = maker.order(at)
    half = replace(maker.order(at), paid_amount=Decimal(1))
    nowhere = replace(maker.order(at), receiver=_WITHOUT_STREET)
    unpaid = replace(
        maker.order(at),
        channel_status=ChannelStatus.UNPAID,
        paid_at=None,
        paid_amount=Decimal(0),
    )
    risk = replace(maker.order(at), platform_hold="平台风控审核中")
    gone = replace(maker.order(at), channel_status=ChannelStatus.COMPLETED)
    orders = [paid, half, nowhere, unpaid, risk, gone]
    ingest_many(store_id, orders=orders, now=at)
    cancelled = replace(
        paid,
        channel_status=ChannelStatus.CANCELLED,
        channel_modified_at=at + timedelta(minutes=5),
    )
    ingest_many(store_id, orders=[cancelled], now=at + timedelta(minutes=5))
