"""Pinduoduo's e-waybills over the market's waybill service."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.refusals import NotFound, Refusal
from channels_sync.simulator.market.sealing import seal
from channels_sync.simulator.market.waybills import (
    PLACE,
    Issued,
    State,
    Voided,
    Waybills,
    WrongReceiver,
    sealed_label,
)
from channels_sync.simulator.pinduoduo.errors import Wrong

Params = Mapping[str, str]
Answer = dict[str, Any]
COMPANIES = ("SF", "ZTO", "YTO", "STO", "YUNDA")
TEMPLATE = "https://file-link.pinduoduo.com/waybill_{}"
_REFUSED = 50001
_SENDER = ("province", "city", "district", "detail")


class EWaybills:
    """``operations`` are by the call's type."""

    def __init__(self, market: Market, waybills: Waybills, key: str) -> None:
        self._market = market
        self._waybills = waybills
        self._key = key
        self.operations: dict[str, Callable[[Params, datetime], Answer]] = {
            "pdd.waybill.get": self._guarded(self._get),
            "pdd.waybill.cancel": self._guarded(self._cancel),
            "pdd.waybill.search": self._search,
            "pdd.waybill.query.by.waybillcode": self._guarded(self._query),
            "pdd.cloudprint.stdtemplates.get": self._templates,
        }

    def _get(self, params: Params, now: datetime) -> Answer:
        asked = _parsed(params, "param_waybill_cloud_print_apply_new_request", dict)
        sender = asked["sender"]["address"]
        if any(sender.get(part) != PLACE[part] for part in _SENDER):
            raise Wrong(_REFUSED, "发货地址不在电子面单订购的发货地址中", "isv.service-error")
        rows = [self._one(asked["wp_code"], each, now) for each in asked["trade_order_info_dtos"]]
        return {"pdd_waybill_get_response": {"modules": rows}}

    def _one(self, company: str, parcel: Answer, now: datetime) -> Answer:
        orders = parcel["order_info"]["trade_order_list"]
        owner = self._market.order(orders[0]).receiver
        told = parcel["recipient"]
        if told.get("name") != f"~{seal(self._key, 'name', owner.name)}~0~":
            raise WrongReceiver("收件人密文与订单不匹配")
        if not parcel.get("template_url"):
            raise Wrong(21002, "请求参数不能为空：template_url")
        issued = self._waybills.issue(company, parcel["package_info"]["id"], orders, at=now)
        return self._told(issued, parcel["template_url"]) | {"object_id": parcel["object_id"]}

    def _cancel(self, params: Params, now: datetime) -> Answer:
        self._waybills.void(params.get("wp_code", ""), params.get("waybill_code", ""))
        return {"pdd_waybill_cancel_response": {"cancel_result": True}}

    def _query(self, params: Params, now: datetime) -> Answer:
        rows = []
        for asked in _parsed(params, "param_list", list):
            issued = self._waybills.read(asked["wp_code"], asked["waybill_code"])
            if issued.state is State.VOIDED:
                raise Voided("面单已取消")
            told = self._told(issued, TEMPLATE.format(issued.company))
            rows.append({"object_id": asked["object_id"], "waybill_cloud_print_response": told})
        return {"pdd_waybill_query_by_waybillcode_response": {"modules": rows}}

    def _search(self, params: Params, now: datetime) -> Answer:
        chosen = params.get("wp_code", "")
        cols = [
            {
                "wp_code": company,
                "wp_type": 1,
                "branch_account_cols": [
                    {
                        "branch_code": f"{company}57101",
                        "branch_name": "杭州西湖网点",
                        "quantity": balance,
                        "shipp_address_cols": [PLACE],
                    }
                ],
            }
            for company, balance in self._waybills.balances().items()
            if chosen in ("", company)
        ]
        return {"pdd_waybill_search_response": {"waybill_apply_subscription_cols": cols}}

    def _templates(self, params: Params, now: datetime) -> Answer:
        company = params.get("wp_code", "")
        template = {
            "standard_template_id": 1,
            "standard_template_name": "标准模板（100×180）",
            "standard_template_url": TEMPLATE.format(company),
        }
        rows = [{"wp_code": company, "standard_templates": [template]}]
        return {"pdd_cloudprint_stdtemplates_get_response": {"result": {"datas": rows}}}

    def _told(self, issued: Issued, template: str) -> Answer:
        receiver = self._market.order(issued.orders[0]).receiver
        data = sealed_label(issued, template, receiver)
        return {"waybill_code": issued.number, "print_data": data}

    @staticmethod
    def _guarded(
        act: Callable[[Params, datetime], Answer],
    ) -> Callable[[Params, datetime], Answer]:
        """Tell a refusal with the sub-code that the documentation has for it."""

        def do(params: Params, now: datetime) -> Answer:
            try:
                return act(params, now)
            except Refusal as refusal:
                raise Wrong(_REFUSED, str(refusal), _sub_code(refusal)) from refusal
            except (KeyError, TypeError):
                raise Wrong(10000, "参数错误") from None

        return do


def _sub_code(refusal: Refusal) -> str:
    match refusal:
        case Voided():
            return "isv.waybill-already-cancelled"
        case NotFound():
            return "isv.waybill-not-exist"
    return "isv.service-error"


def _parsed(params: Params, key: str, kind: type) -> Any:
    try:
        value = json.loads(params.get(key, ""))
    except ValueError:
        value = None
    if not isinstance(value, kind):
        raise Wrong(10000, f"参数错误：{key}")
    return value
