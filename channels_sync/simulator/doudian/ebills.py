"""The e-waybill service: numbers, print data, branches and labels, in Doudian's words."""

import re
from datetime import datetime
from typing import Any

from channels_sync.simulator.doudian.orders import to_shop_order
from channels_sync.simulator.doudian.reading import Reading
from channels_sync.simulator.doudian.words import Data, business, wrong_field
from channels_sync.simulator.market.branches import Branch, branches_of
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.refusals import NotFound, Refusal
from channels_sync.simulator.market.sealing import seal
from channels_sync.simulator.market.store import Waybill
from channels_sync.simulator.market.waybills import NotServed, SoldOut

CODES = {
    "shunfeng": "sf",
    "zhongtong": "zto",
    "yuantong": "yto",
    "shentong": "sto",
    "yunda": "yunda",
    "ems": "ems",
    "youzhengguonei": "china_post",
    "jtexpress": "jt",
    "jd": "jd",
    "debangwuliu": "deppon",
}
_THEIRS = {ours: theirs for theirs, ours in CODES.items()}
_PACK = re.compile(r"[0-9A-Za-z_]{1,64}")
_MOST = 100
_SOLD_OUT, _NOT_SERVED, _WRONG_RECEIVER, _OTHER = "10701", "10710", "10705", "10700"
_DIRECT, _FRANCHISE = 1, 2


class Ebills:
    """One shop's waybills. A refusal of one order comes inside an answer that went well."""

    def __init__(self, market: Market, reading: Reading, *, shop_id: str) -> None:
        self._desk = market.waybills
        self._reading = reading
        self._shop_id = shop_id

    def create(self, told: Data, now: datetime) -> Data:
        """``/logistics/newCreateOrder``: one order and one ``pack_id`` get one number."""
        code, sender = _code(told), _place(told["sender_info"]["address"])
        if not 0 < len(told["order_infos"]) <= _MOST:
            raise wrong_field("order_infos")
        given, refused = [], []
        for info in told["order_infos"]:
            if not _PACK.fullmatch(str(info.get("pack_id") or "0")):
                raise wrong_field("pack_id")
            try:
                given.append(self._create(info, code, sender, now))
            except Refusal as refusal:
                refused.append(_refused(info, refusal))
        return {"ebill_infos": given, "err_infos": refused}

    def cancel(self, told: Data, now: datetime) -> Data:
        """``/logistics/cancelOrder``."""
        self._desk.void(str(told["track_no"]), carrier=CODES[_code(told)])
        return {"cancel_result": {"success": True}}

    def apply(self, told: Data, now: datetime) -> Data:
        """``/logistics/waybillApply``: what the print component opens, and nobody else."""
        given, refused = [], []
        for row in told["waybill_applies"]:
            number = str(row["track_no"])
            try:
                waybill = self._desk.find(number, carrier=CODES[_code(row)])
            except NotFound as refusal:
                refused.append({"track_no": number, "err_code": 10702, "err_msg": str(refusal)})
            else:
                given.append(_print_data(waybill))
        return {"waybill_infos": given, "err_infos": refused}

    def sites(self, told: Data, now: datetime) -> Data:
        """``/logistics/listShopNetsite``: an empty code asks for every company's."""
        code = str(told.get("logistics_code") or "")
        if code and code not in CODES:
            raise wrong_field("logistics_code")
        found = branches_of(CODES[code] if code else "")
        return {"logistics_code": code, "netsites": [self._site(branch) for branch in found]}

    def templates(self, told: Data, now: datetime) -> Data:
        """``/logistics/templateList``."""
        code = _code(told)
        url = f"https://sf6-ttcdn.example.com/templates/{code}"
        infos = [
            {"template_id": at, "template_code": f"{code}_{name}", "template_name": name}
            | {"template_url": f"{url}/{at}.xml", "version": 1, "template_type": at}
            for at, name in ((1, "一联单 76×130"), (2, "二联单 100×180"))
        ]
        return {"template_data": [{"logistics_code": code, "template_infos": infos}]}

    def shop_key(self, told: Data, now: datetime) -> Data:
        """``/logistics/getShopKey``: asked by the print component itself."""
        return {"key": seal("doudian", "shop key", self._shop_id)}

    def _create(self, info: Data, code: str, sender: tuple[str, ...], now: datetime) -> Data:
        order = self._reading.order(info["order_id"])
        self._check_receiver(order, info["receiver_info"])
        pack = str(info.get("pack_id") or "")
        waybill = self._desk.issue(
            f"{order.number}/{pack}/{code}",
            [order.number, *map(str, info.get("combine_orders") or ())],
            carrier=CODES[code],
            place=(sender[0], sender[1], sender[2], sender[3]),
            at=now,
        )
        return {
            "order_id": order.number,
            "pack_id": pack,
            "track_no": waybill.waybill_no,
            "company": code,
            "sort_code": "310-A12-07",
            "short_address_code": "310",
            "short_address_name": order.receiver.city,
            "package_center_code": "310A",
            "package_center_name": f"{order.receiver.city}集包",
            "sub_waybill_codes": "",
            "extra_resp": "",
            "hint_msg": "",
            "order_channel": "1",
        }

    def _check_receiver(self, order: Order, told: Data) -> None:
        """Only the very ciphertext of this order is opened."""
        shown = to_shop_order(order, (), shop_id=self._shop_id)
        contact, address = told["contact"], told["address"]
        given = (contact.get("name"), contact.get("mobile"), address.get("detail_address"))
        sealed = (
            shown["encrypt_post_receiver"],
            shown["encrypt_post_tel"],
            shown["post_addr"]["encrypt_detail"],
        )
        if given != sealed:
            raise WrongReceiver("收件人信息与订单不符，无法解密")

    def _site(self, branch: Branch) -> dict[str, Any]:
        left = self._desk.left(branch)
        province, city, district, street = branch.place
        return {
            "netsite_code": branch.code,
            "netsite_name": branch.name,
            "amount": "" if left is None else str(left),
            "company": _THEIRS[branch.carrier],
            "company_type": _DIRECT if left is None else _FRANCHISE,
            "allocated_quantity": -1,
            "cancelled_quantity": -1,
            "recycled_quantity": -1,
            "sender_address": [
                {
                    "province_name": province,
                    "city_name": city,
                    "district_name": district,
                    "street_name": "",
                    "detail_address": street,
                }
            ],
        }


class WrongReceiver(Refusal):
    """The ciphertext is not this order's."""


def _code(told: Data) -> str:
    code = str(told.get("logistics_code") or "")
    if code not in CODES:
        raise wrong_field("logistics_code")
    return code


def _place(address: Data) -> tuple[str, ...]:
    """``country_code`` is required, and the only value that there is."""
    if address.get("country_code") != "CHN":
        raise business("国家编码不正确")
    street = f"{address.get('street_name') or ''}{address.get('detail_address') or ''}"
    names = ("province_name", "city_name", "district_name")
    return (*(str(address.get(name) or "") for name in names), street)


def _refused(info: Data, refusal: Refusal) -> dict[str, str]:
    match refusal:
        case SoldOut():
            code = _SOLD_OUT
        case NotServed():
            code = _NOT_SERVED
        case WrongReceiver():
            code = _WRONG_RECEIVER
        case _:
            code = _OTHER
    return {
        "order_id": str(info["order_id"]),
        "pack_id": str(info.get("pack_id") or ""),
        "err_code": code,
        "err_msg": str(refusal),
        "order_channel": "1",
    }


def _print_data(waybill: Waybill) -> dict[str, str]:
    return {
        "order_id": waybill.orders[0],
        "track_no": waybill.waybill_no,
        "print_data": seal("doudian", "label", waybill.waybill_no),
        "sign": seal("doudian", "label signature", waybill.waybill_no),
    }
