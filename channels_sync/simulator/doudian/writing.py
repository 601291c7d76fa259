"""What may be told: parcels, answers, memos, stock."""

import threading
from datetime import datetime
from typing import Any

from channels_sync.simulator.doudian.reading import Reading
from channels_sync.simulator.doudian.words import (
    CARRIERS,
    Data,
    No,
    business,
    seconds,
    wrong_field,
)
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.store import Stock

_AGREE = frozenset({101, 201, 301})
_RECEIVED = 111
_REFUSE = frozenset({102, 112, 202, 302})
_NEEDS_ADDRESS = frozenset({101, 301})
_REASONS = (
    {"reject_reason_code": 1, "reason": "商品已签收", "evidence_need": "Y"},
    {"reject_reason_code": 7, "reason": "与买家协商一致", "evidence_need": "N"},
)
ADDRESSES: tuple[Data, ...] = tuple(
    {
        "address_id": number,
        "reciever_name": "退货组",
        "is_default": 1 - at,
        "is_send_default": 0,
        "receiver_provinc": province,
        "receiver_city": city,
        "receiver_district": district,
        "receiver_street": "",
        "receiver_detail": detail,
        "remark": "",
    }
    for at, (number, province, city, district, detail) in enumerate(
        (
            (580001, "浙江省", "杭州市", "余杭区", "演示路 1 号"),
            (580002, "广东省", "广州市", "白云区", "示例路 1 号"),
        )
    )
)
"""``receiver_provinc`` is how the platform spells it."""
_LONGEST_MEMO, _LONGEST_NAME, _MOST_STARS = 60, 50, 5


class Writing:
    """Takes what one shop is told. ``request_id`` and ``idempotent_id`` are remembered."""

    def __init__(self, market: Market, reading: Reading) -> None:
        self._market = market
        self._reading = reading
        self._told: dict[str, Data] = {}
        self._fetched: dict[str, str] = {}
        self._images: dict[str, str] = {}
        self._lock = threading.Lock()

    def ship(self, told: Data, now: datetime) -> Data:
        """``/order/logisticsAdd``: all that is open."""
        order = self._shippable(told)
        carrier = _carrier(told)
        shipped = self._market.ship(
            order, carrier=carrier, waybill_no=str(told["logistics_code"]), at=now
        )
        return {"pack_id": shipped.parcels[-1].number}

    def ship_parts(self, told: Data, now: datetime) -> Data:
        """``/order/logisticsAddMultiPack``: the same ``request_id`` gets the same answer."""
        key = str(told.get("request_id") or "")
        if not key:
            raise No(40001, "isv.parameter-missing", "缺少参数 request_id")
        with self._lock:
            if key not in self._told:
                order = self._shippable(told)
                packs = [self._ship_part(order, pack, now) for pack in told["pack_list"]]
                self._told[key] = {"pack_list": packs}
            return self._told[key]

    def change(self, told: Data, now: datetime) -> Data:
        """``/order/logisticsEdit``: the one parcel of an order that left whole."""
        order = self._reading.order(told.get("order_id"))
        if len(order.parcels) != 1 or len(order.parcels[0].line_nos) != len(order.lines):
            raise business("70011:包裹单号缺失，请修改后重试")
        return self._change(told, order.parcels[0].waybill_no, now)

    def change_part(self, told: Data, now: datetime) -> Data:
        """``/order/logisticsEditByPack``."""
        order = self._reading.order(told.get("order_id"))
        for box in order.parcels:
            if box.number == str(told.get("pack_id")):
                return self._change(told, box.waybill_no, now)
        raise business("包裹不存在")

    def _change(self, told: Data, old: str, now: datetime) -> Data:
        self._market.renumber(
            str(told["order_id"]),
            carrier=_carrier(told),
            waybill_no=str(told["logistics_code"]),
            at=now,
            replaces=old,
        )
        return {}

    def operate(self, told: Data, now: datetime) -> Data:
        """``/afterSale/operate``."""
        number = told.get("type")
        items = [self._operate(number, item, now) for item in told["items"]]
        return {"items": items}

    def reasons(self, told: Data, now: datetime) -> Data:
        """``/afterSale/rejectReasonCodeList``."""
        return {"items": list(_REASONS)}

    def addresses(self, told: Data, now: datetime) -> Data:
        """``/address/list``: the shop's own list; it tells no phone."""
        if not all(told.get(key) for key in ("page_size", "page_no", "order_by", "order_field")):
            raise wrong_field("page_size, page_no, order_by, order_field")
        return {"total": len(ADDRESSES), "address_list": list(ADDRESSES)}

    def remark(self, told: Data, now: datetime) -> Data:
        """``/order/addOrderRemark``."""
        memo, order = told.get("remark"), self._reading.order(told.get("order_id"))
        if not isinstance(memo, str) or len(memo) > _LONGEST_MEMO:
            raise wrong_field("remark")
        star = order.seller_flag
        if told.get("is_add_star") == "true":
            star = int(told["star"])
        if not 0 <= star <= _MOST_STARS:
            raise wrong_field("star")
        self._market.change_memo(order.number, memo=memo, flag=star, at=now)
        return {}

    def set_stock(self, told: Data, now: datetime) -> Data:
        """``/sku/syncStock``: one idempotent id counts once."""
        key = f"stock {told.get('idempotent_id')}"
        with self._lock:
            if told.get("idempotent_id") and key in self._told:
                raise No(40003, "isv.idempotent-id-existed", "幂等ID重复")
            self._market.set_stock(self._sku(told).sku_id, _units(told))
            self._told[key] = {}
        return {}

    def set_stocks(self, told: Data, now: datetime) -> Data:
        """``/sku/syncStockBatch``: all of them or none."""
        skus = [(self._sku(row), _units(row)) for row in told["sku_sync_list"]]
        if any(sku.product_id != str(told["product_id"]) for sku, _number in skus):
            raise business("商品 ID 与规格不匹配")
        for sku, number in skus:
            self._market.set_stock(sku.sku_id, number)
        return {}

    def stock(self, told: Data, now: datetime) -> Data:
        """``/sku/stockNum``."""
        sku = self._sku(told)
        shown = {"sku_id": int(sku.sku_id), "code": sku.merchant_code, "sku_type": 0}
        return shown | {"stock_num": sku.quantity}

    def _shippable(self, told: Data) -> str:
        number = self._reading.order(told.get("order_id")).number
        is_refused = told.get("is_reject_refund") or told.get("is_refund_reject")
        if self._market.has_open_refund(number) and not is_refused:
            raise business("订单存在未处理的退款申请，不能发货")
        return number

    def _ship_part(self, order: str, pack: Data, now: datetime) -> dict[str, Any]:
        lines = tuple(str(row["shipped_order_id"]) for row in pack["shipped_order_info"])
        waybill_no = str(pack["logistics_code"])
        shipped = self._market.ship(
            order, carrier=_carrier(pack), waybill_no=waybill_no, line_nos=lines, at=now
        )
        return {"pack_id": shipped.parcels[-1].number, "logistics_code": waybill_no}

    def _operate(self, number: object, item: Data, now: datetime) -> dict[str, Any]:
        refund = self._reading.refund(item.get("aftersale_id"))
        answer = {"aftersale_id": int(refund.number), "status_code": 0, "status_msg": ""}
        if item.get("update_time", seconds(refund.modified_at)) != seconds(refund.modified_at):
            return answer | {"status_code": 30001, "status_msg": "售后单已变更，请刷新"}
        if number in _AGREE:
            given = (item.get("logistics") or {}).get("receiver_address_id")
            address = next((row for row in ADDRESSES if row["address_id"] == given), None)
            if number in _NEEDS_ADDRESS and not address:
                return answer | {"status_code": 30002, "status_msg": "缺少退货地址"}
            self._market.requests.agree(refund.number, at=now, address=_written(address))
        elif number == _RECEIVED:
            self._market.requests.pay(refund.number, at=now)
        elif number in _REFUSE:
            problem = self._wrong_refusal(item)
            if problem:
                return answer | problem
            self._market.requests.refuse(refund.number, reason=str(item.get("reason")), at=now)
        else:
            raise wrong_field("type")
        return answer

    def _wrong_refusal(self, item: Data) -> dict[str, Any]:
        codes = {row["reject_reason_code"]: row for row in _REASONS}
        reason = codes.get(item.get("reject_reason_code"))
        if reason is None:
            return {"status_code": 30003, "status_msg": "缺少拒绝原因"}
        shown = [row.get("url") for row in item.get("evidence") or []]
        if not set(shown) <= set(self._images.values()):
            return {"status_code": 30004, "status_msg": "凭证图片不在素材中心"}
        if reason["evidence_need"] == "Y" and not shown:
            return {"status_code": 30005, "status_msg": "缺少凭证"}
        return {}

    def upload_image(self, told: Data, now: datetime) -> Data:
        """``/material/uploadImageSync``: looked through later; the same address is kept once."""
        url, name = str(told.get("url") or ""), str(told.get("material_name") or "")
        if not url.startswith(("http://", "https://")) or not 0 < len(name) <= _LONGEST_NAME:
            raise wrong_field("url, material_name")
        with self._lock:
            known = next((key for key, kept in self._fetched.items() if kept == url), "")
            number = known or str(7_000_000_000 + len(self._fetched))
            self._fetched[number] = url
        return {"material_id": number, "folder_id": "0", "is_new": not known, "audit_status": 1}

    def image(self, told: Data, now: datetime) -> Data:
        """``/material/queryMaterialDetail``: by then it has passed."""
        number = str(told.get("material_id") or "")
        if number not in self._fetched:
            raise business("素材不存在")
        self._images[number] = f"https://images.example.com/{number}.jpg"
        info = {"material_id": number, "audit_status": 3, "byte_url": self._images[number]}
        return {"material_info": info}

    def _sku(self, told: Data) -> Stock:
        for sku in self._market.store.stock():
            if str(told.get("sku_id") or "") == sku.sku_id:
                return sku
            if not told.get("sku_id") and told.get("code") == sku.merchant_code:
                return sku
        raise business("商品规格不存在")


def _carrier(told: Data) -> str:
    code = str(told.get("company_code"))
    if code not in CARRIERS or not told.get("logistics_code"):
        raise wrong_field("company_code, logistics_code")
    return code


def _units(told: Data) -> int:
    number = told.get("stock_num")
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise wrong_field("stock_num")
    return number


def _written(address: Data | None) -> str:
    parts = ("receiver_provinc", "receiver_city", "receiver_district", "receiver_detail")
    return " ".join(str(address[part]) for part in parts) if address else ""
