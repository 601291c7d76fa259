"""Invents believable orders: buyers, carts and doors that nobody has."""

import random
from collections.abc import Iterator, Mapping, Sequence
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
from oms.models import Sku

PEOPLE = (
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


class OrderMaker:
    """Invents orders; the same seed invents the same ones."""

    def __init__(self, skus: Sequence[Sku], *, seed: int, first: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311  # invented data, no secret
        self._skus = skus
        self._by_code = {sku.code: sku for sku in skus}
        self._price = prices()
        self._number = first

    def order(
        self, at: datetime, *, buyer: int | None = None, goods: Mapping[str, int] | None = None
    ) -> IncomingOrder:
        """One paid order placed and paid at ``at``; ``goods`` are {SKU code: units}."""
        pick = self._random
        who = pick.randrange(60) if buyer is None else buyer
        lines = tuple(self._lines(goods or self._cart()))
        value = sum((line.unit_price * line.quantity for line in lines), Decimal(0))
        freight = Decimal(0) if value >= 99 else Decimal(8)
        self._number += 1
        return IncomingOrder(
            channel_order_no=f"D{at:%y%m%d}{self._number:05d}",
            channel_status=ChannelStatus.PAID,
            channel_modified_at=at,
            ordered_at=at,
            paid_at=at,
            currency="CNY",
            goods_amount=value,
            freight=freight,
            paid_amount=value + freight,
            lines=lines,
            buyer=IncomingBuyer(channel_buyer_id=f"demo-buyer-{who:03d}"),
            receiver=self._receiver(who),
            buyer_memo=pick.choice(_MEMOS),
            ship_by=at + timedelta(hours=48),
        )

    def _cart(self) -> dict[str, int]:
        chosen = self._random.sample(list(self._skus), self._random.choice((1, 1, 1, 2, 2, 3)))
        return {sku.code: self._random.choice((1, 1, 1, 1, 2, 3)) for sku in chosen}

    def _lines(self, goods: Mapping[str, int]) -> Iterator[IncomingLine]:
        for position, (code, quantity) in enumerate(goods.items(), start=1):
            yield IncomingLine(
                channel_line_no=str(position),
                channel_product_id=code,
                merchant_code=code,
                title=self._by_code[code].name,
                quantity=quantity,
                unit_price=Decimal(self._price[code]),
            )

    def _receiver(self, who: int) -> PlainReceiver:
        province, city, district, street = _PLACES[who % len(_PLACES)]
        return PlainReceiver(
            name=PEOPLE[who % len(PEOPLE)],
            phone=f"1380000{who:04d}",
            province=province,
            city=city,
            district=district,
            street=f"{street}-{who}",
            email=f"buyer{who:03d}@example.com",
        )


def make_maker(*, seed: int, first: int = 0) -> OrderMaker:
    """Return a maker over what can be sent by ordinary parcel; ``first`` begins its numbers."""
    skus = Sku.objects.filter(needs_cold_chain=False).order_by("code")
    return OrderMaker(list(skus), seed=seed, first=first)
