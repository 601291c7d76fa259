"""The boundless e-waybills (无界电子面单) and the cloud printing, in JD's words."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from channels_sync.simulator.jd import words
from channels_sync.simulator.market import sealing
from channels_sync.simulator.market.branches import Branch, branches_of
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.refusals import NotFound, Refusal

Params = Mapping[str, Any]
Answer = dict[str, Any]
VENDER = "10010001"
CODES = {"SF": "sf", "ZTO": "zto", "YTO": "yto", "STO": "sto", "YUNDA": "yunda", "JD": "jd"}
_THEIRS = {ours: theirs for theirs, ours in CODES.items()}
_NUMBERS = {"sf": 467, "zto": 1499, "yto": 463, "sto": 470}
_DONE, _WRONG, _FAILED = 0, 1, -1
_OF_JD = "0010001"
_DIRECT, _FRANCHISE = 1, 2


class WrongParams(Refusal):
    """Something in the request is not as the document says."""


class Waybills:
    """Each method returns what stands inside the answer's root, beside ``code``."""

    def __init__(self, market: Market, key: str) -> None:
        self._market = market
        self._desk = market.waybills
        self._key = key
        self.table: dict[str, Callable[[Params, datetime], Answer]] = {
            "jingdong.seller.vender.info.get": self._vender,
            "jingdong.ldop.alpha.provider.sign.success.info.get": self._signed,
            "jingdong.ldop.alpha.waybill.receive": self._receive,
            "jingdong.ldop.alpha.waybill.api.unbind": self._unbind,
            "jingdong.printing.printData.pullData": self._print_data,
            "jingdong.printing.template.getTemplateList": self._templates,
        }

    def _vender(self, params: Params, now: datetime) -> Answer:
        told = {"vender_id": VENDER, "shop_id": 880001, "shop_name": "木棉小店", "col_type": 0}
        return {"vender_info_result": told}

    def _signed(self, params: Params, now: datetime) -> Answer:
        if str(params.get("venderCode")) != VENDER:
            return _result(_WRONG, "商家编码不正确")
        return _result(_DONE, data=[self._contract(branch) for branch in branches_of("")])

    def _receive(self, params: Params, now: datetime) -> Answer:
        """``content`` is JSON, written as a text or as an object."""
        try:
            numbers, waybill = self._issue(_content(params), now)
        except WrongParams as refusal:
            return _result(_WRONG, str(refusal))
        except Refusal as refusal:
            return _result(_FAILED, str(refusal))
        data = {"waybillCodeList": [waybill], "platformOrderNo": numbers}
        return _result(_DONE, data=data)

    def _issue(self, told: Params, now: datetime) -> tuple[str, str]:
        carrier = _carrier(told)
        numbers = str(told.get("platformOrderNo") or "")
        if told.get("salePlatform") != _OF_JD or str(told.get("vendorCode")) != VENDER:
            raise WrongParams("销售平台或商家编码不正确")
        if int(told.get("waybillCount") or 0) != 1 or not told.get("vendorOrderCode"):
            raise WrongParams("运单数量或商家订单号不正确")
        order = self._market.order(numbers.split(",")[0])
        self._check_receiver(order, told.get("toAddress") or {})
        _check_account(carrier, told)
        waybill = self._desk.issue(
            f"{told['vendorOrderCode']}/{carrier}",
            numbers.split(","),
            carrier=carrier,
            place=None,
            at=now,
        )
        return numbers, waybill.waybill_no

    def _unbind(self, params: Params, now: datetime) -> Answer:
        try:
            self._desk.void(str(params.get("waybillCode", "")), carrier=_carrier(params))
        except WrongParams as refusal:
            return _result(_WRONG, str(refusal))
        except Refusal as refusal:
            return _result(_FAILED, str(refusal))
        return _result(_DONE)

    def _print_data(self, params: Params, now: datetime) -> Answer:
        told = params.get("param1") or {}
        carrier, rows = _carrier({"providerCode": told.get("cpCode")}), []
        for info in told.get("wayBillInfos") or []:
            number = str(info.get("wayBillCode") or "")
            rows.append(self._sealed(number, carrier, str(info.get("orderNo") or "")))
        is_done = bool(rows) and (told.get("parameters") or {}).get("eCustomerCode") == VENDER
        reply = {"code": "1", "message": "操作成功！"} if is_done else _NO_DATA
        return {"returnType": {**reply, "objectId": told.get("objectId"), "prePrintDatas": rows}}

    def _templates(self, params: Params, now: datetime) -> Answer:
        code = str((params.get("param1") or {}).get("cpCode") or "")
        _carrier({"providerCode": code})
        templates = [
            {
                "standardTemplateId": at,
                "standardTemplateName": name,
                "standardTemplateUrl": f"https://template-content.example.com/{code}/{at}",
                "standardWaybillType": str(at),
            }
            for at, name in ((1, "一联单 76×130"), (2, "二联单 100×180"))
        ]
        datas = {"sDatas": [{"cpCode": code, "standardTemplates": templates}], "uDatas": []}
        return {"returnType": {"code": "1", "message": "操作成功！", "datas": datas}}

    def _sealed(self, number: str, carrier: str, order_no: str) -> Answer:
        try:
            waybill = self._desk.find(number, carrier=carrier)
        except NotFound as refusal:
            return {"code": "0", "msg": str(refusal), "wayBillNo": number, "perPrintData": ""}
        if order_no not in waybill.orders:
            return {"code": "0", "msg": "订单号与运单号不符", "wayBillNo": number}
        data = sealing.seal(self._key, "label", number)
        return {"code": "1", "msg": "操作成功！", "wayBillNo": number, "perPrintData": data}

    def _check_receiver(self, order: Order, told: Params) -> None:
        shown = words.receiver(order, self._key)
        given = [told.get(key) for key in ("contact", "mobile", "address")]
        if given != [shown[f"encrypt_{key}"] for key in ("fullname", "mobile", "fullAddress")]:
            raise WrongParams("收件人信息无法解密")

    def _contract(self, branch: Branch) -> Answer:
        left = self._desk.left(branch)
        province, city, district, street = branch.place
        return {
            "providerId": _NUMBERS[branch.carrier],
            "providerCode": _THEIRS[branch.carrier],
            "providerName": branch.name,
            "operationType": _DIRECT if left is None else _FRANCHISE,
            "branchCode": branch.code,
            "branchName": branch.name,
            "settlementCode": "5710000001" if left is None else "",
            "supportCod": False,
            "amount": left or 0,
            "address": {
                "provinceName": province,
                "cityName": city,
                "countryName": district,
                "countrysideName": "",
                "address": street,
            },
        }


_NO_DATA = {"code": "0", "message": "没有可用的打印数据"}


def _content(params: Params) -> Params:
    told = params.get("content")
    try:
        content = json.loads(told) if isinstance(told, str) else told
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise WrongParams("content 不是 JSON")
    return content


def _carrier(told: Params) -> str:
    code = str(told.get("providerCode") or "")
    if code not in CODES:
        raise WrongParams("承运商编码不正确")
    return CODES[code]


def _check_account(carrier: str, told: Params) -> None:
    """A company with branches wants the branch's code, one without them that of the contract."""
    mine = branches_of(carrier)
    is_direct = bool(mine) and mine[0].limit is None
    given = told.get("settlementCode") if is_direct else told.get("branchCode")
    known = {"5710000001"} if is_direct else {branch.code for branch in mine}
    if mine and given not in known:
        raise WrongParams("网点编码或结算编码不正确")


def _result(status: int, message: str = "", *, data: object = None) -> Answer:
    told: Answer = {"statusCode": status, "statusMessage": message}
    return {"resultInfo": told if data is None else {**told, "data": data}}
