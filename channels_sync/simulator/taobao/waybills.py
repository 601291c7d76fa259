"""Cainiao's part of TOP: ``cainiao.waybill.ii.*`` over the market's waybill service."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.refusals import NotFound, Refusal
from channels_sync.simulator.market.sealing import reference
from channels_sync.simulator.market.waybills import (
    PLACE,
    Issued,
    State,
    Voided,
    Waybills,
    WrongReceiver,
    sealed_label,
)
from channels_sync.simulator.taobao.errors import REMOTE, TopError, invalid, missing

Document = dict[str, Any]
Form = Mapping[str, str]
COMPANIES = ("SF", "ZTO", "YTO", "STO", "YUNDA")
TEMPLATE = "http://cloudprint.cainiao.com/template/standard/{}/1"
_SENDER = ("province", "city", "district", "detail")
_MOST = 10


class Cainiao:
    """``operations`` are by the method's whole name."""

    def __init__(self, market: Market, waybills: Waybills) -> None:
        self._market = market
        self._waybills = waybills
        self.operations: dict[str, Callable[[Form, datetime], Document]] = {
            "cainiao.waybill.ii.get": self._get,
            "cainiao.waybill.ii.cancel": self._cancel,
            "cainiao.waybill.ii.search": self._search,
            "cainiao.waybill.ii.query.by.waybillcode": self._query,
            "cainiao.cloudprint.stdtemplates.get": self._templates,
        }

    def do(self, method: str, form: Form, now: datetime) -> Document:
        """:raises TopError: also for what the service refuses"""
        try:
            return self.operations[method](form, now)
        except Refusal as refusal:
            raise TopError(REMOTE, f"isv.waybill-{_what(refusal)}", str(refusal)) from refusal

    def _get(self, form: Form, now: datetime) -> Document:
        name = "param_waybill_cloud_print_apply_new_request"
        asked = _object(_parsed(form, name), name)
        sender = _object(_object(asked.get("sender"), "sender").get("address"), "address")
        if any(sender.get(part) != PLACE[part] for part in _SENDER):
            raise TopError(REMOTE, "isv.send-address-not-subscribed", "发货地址未在网点订购关系中")
        parcels = asked.get("trade_order_info_dtos")
        if not isinstance(parcels, list) or not 0 < len(parcels) <= _MOST:
            raise invalid("trade_order_info_dtos")
        company = str(asked.get("cp_code") or "")
        rows = [self._one(company, _object(parcel, name), now) for parcel in parcels]
        return {"modules": {"waybill_cloud_print_response": rows}}

    def _one(self, company: str, parcel: Document, now: datetime) -> Document:
        orders = [str(each) for each in _object(parcel["order_info"], "o")["trade_order_list"]]
        identity = str(_object(parcel["package_info"], "p").get("id") or "")
        if not identity.replace("_", "").isalnum():
            raise invalid("package_info.id")
        recipient = _object(parcel["recipient"], "recipient")
        if str(recipient.get("tid") or "") not in orders:
            raise invalid("recipient.tid", "tid 不在订单列表里")
        owner = self._market.order(str(recipient["tid"]))
        if recipient.get("oaid") != reference("taobao", owner.receiver):
            raise WrongReceiver("oaid 与订单不匹配，请重新获取收件人信息")
        issued = self._waybills.issue(company, identity, orders, at=now)
        told = self._told(issued, str(parcel.get("template_url") or ""))
        return told | {"object_id": parcel["object_id"]}

    def _cancel(self, form: Form, now: datetime) -> Document:
        self._waybills.void(_needed(form, "cp_code"), _needed(form, "waybill_code"))
        return {"cancel_result": True}

    def _query(self, form: Form, now: datetime) -> Document:
        rows = []
        for asked in _parsed(form, "param_list"):
            row: Document = {"object_id": asked["object_id"], "success": False}
            try:
                issued = self._waybills.read(asked["cp_code"], asked["waybill_code"])
            except NotFound as refusal:
                rows.append(row | {"error_code": "NOT_EXIST", "error_message": str(refusal)})
                continue
            if issued.state is State.VOIDED:
                rows.append(row | {"error_code": "CANCELLED", "error_message": "面单已取消"})
                continue
            told = self._told(issued, TEMPLATE.format(101))
            rows.append(row | {"success": True, "waybill_cloud_print_response": told})
        return {"modules": {"waybill_cloud_print_with_result_desc_response": rows}}

    def _search(self, form: Form, now: datetime) -> Document:
        chosen = form.get("cp_code", "")
        infos = [
            {
                "cp_code": company,
                "cp_type": 1,
                "branch_account_cols": {
                    "waybill_branch_account": [
                        {
                            "branch_code": f"{company}57101",
                            "branch_name": "杭州西湖网点",
                            "quantity": balance,
                            "shipp_address_cols": {"address_dto": [PLACE]},
                        }
                    ]
                },
            }
            for company, balance in self._waybills.balances().items()
            if chosen in ("", company)
        ]
        cols = {"waybill_apply_subscription_info": infos}
        return {"waybill_apply_subscription_cols": cols} if infos else {}

    def _templates(self, form: Form, now: datetime) -> Document:
        rows = [
            {
                "cp_code": company,
                "standard_templates": {
                    "standard_template_do": [
                        {
                            "standard_template_id": at,
                            "standard_template_name": "标准模板（100×180）",
                            "standard_template_url": TEMPLATE.format(at),
                        }
                    ]
                },
            }
            for at, company in enumerate(COMPANIES, start=101)
        ]
        return {"result": {"success": True, "datas": {"standard_template_result": rows}}}

    def _told(self, issued: Issued, template: str) -> Document:
        receiver = self._market.order(issued.orders[0]).receiver
        data = sealed_label(issued, template, receiver)
        return {"waybill_code": issued.number, "cp_code": issued.company, "print_data": data}


def _what(refusal: Refusal) -> str:
    match refusal:
        case Voided():
            return "already-cancelled"
        case NotFound():
            return "not-exist"
    return "service-error"


def _parsed(form: Form, name: str) -> Any:
    try:
        return json.loads(_needed(form, name))
    except ValueError:
        raise invalid(name) from None


def _object(value: object, name: str) -> Document:
    if not isinstance(value, dict):
        raise invalid(name)
    return value


def _needed(form: Form, name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise missing(name)
    return value
