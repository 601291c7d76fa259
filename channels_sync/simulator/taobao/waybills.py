"""Cainiao's part of TOP: ``cainiao.waybill.ii.*`` over the market's waybill service."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from channels_sync.simulator.market.branches import Branch, branches_of
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.refusals import NotFound, Refusal
from channels_sync.simulator.market.sealing import reference, seal
from channels_sync.simulator.market.store import Waybill
from channels_sync.simulator.taobao.errors import REMOTE, TopError, invalid, missing

Document = dict[str, Any]
Form = Mapping[str, str]
COMPANIES = {"SF": "sf", "ZTO": "zto", "YTO": "yto", "STO": "sto", "YUNDA": "yunda"}
TEMPLATE = "http://cloudprint.cainiao.com/template/standard/{}/1"
_THEIRS = {ours: theirs for theirs, ours in COMPANIES.items()}
_MOST = 10


class Cainiao:
    """``operations`` are by the method's whole name."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._desk = market.waybills
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
        place = _object(_object(asked.get("sender"), "sender").get("address"), "address")
        parcels = asked.get("trade_order_info_dtos")
        if not isinstance(parcels, list) or not 0 < len(parcels) <= _MOST:
            raise invalid("trade_order_info_dtos")
        company = str(asked.get("cp_code") or "")
        rows = [self._one(company, place, _object(each, name), now) for each in parcels]
        return {"modules": {"waybill_cloud_print_response": rows}}

    def _one(self, company: str, place: Document, parcel: Document, now: datetime) -> Document:
        orders = [str(each) for each in _object(parcel["order_info"], "o")["trade_order_list"]]
        identity = str(_object(parcel["package_info"], "p").get("id") or "")
        if not identity.replace("_", "").isalnum():
            raise invalid("package_info.id")
        recipient = _object(parcel["recipient"], "recipient")
        if str(recipient.get("tid") or "") not in orders:
            raise invalid("recipient.tid", "tid 不在订单列表里")
        owner = self._market.order(str(recipient["tid"]))
        if recipient.get("oaid") != reference("taobao", owner.receiver):
            raise Refusal("oaid 与订单不匹配，请重新获取收件人信息")
        parts = ("province", "city", "district", "detail")
        province, city, district, street = (str(place.get(part) or "") for part in parts)
        waybill = self._desk.issue(
            f"{company}/{identity}/{' '.join(sorted(orders))}",
            orders,
            carrier=COMPANIES.get(company, "unknown"),
            place=(province, city, district, street),
            at=now,
        )
        told = _told(waybill, str(parcel.get("template_url") or ""))
        return told | {"object_id": parcel["object_id"]}

    def _cancel(self, form: Form, now: datetime) -> Document:
        company = COMPANIES.get(_needed(form, "cp_code"), "unknown")
        self._desk.void(_needed(form, "waybill_code"), carrier=company)
        return {"cancel_result": True}

    def _query(self, form: Form, now: datetime) -> Document:
        rows = [self._looked_up(asked) for asked in _parsed(form, "param_list")]
        return {"modules": {"waybill_cloud_print_with_result_desc_response": rows}}

    def _looked_up(self, asked: Document) -> Document:
        row: Document = {"object_id": asked["object_id"], "success": False}
        company = COMPANIES.get(asked["cp_code"], "unknown")
        try:
            waybill = self._desk.find(asked["waybill_code"], carrier=company)
        except NotFound as refusal:
            return row | {"error_code": "NOT_EXIST", "error_message": str(refusal)}
        if waybill.is_void:
            return row | {"error_code": "CANCELLED", "error_message": "面单已取消"}
        told = _told(waybill, TEMPLATE.format(101))
        return row | {"success": True, "waybill_cloud_print_response": told}

    def _search(self, form: Form, now: datetime) -> Document:
        chosen = form.get("cp_code", "")
        found = branches_of(COMPANIES.get(chosen, "unknown") if chosen else "")
        infos = [
            {
                "cp_code": _THEIRS[branch.carrier],
                "branch_account_cols": {"waybill_branch_account": [self._account(branch)]},
            }
            for branch in found
        ]
        cols = {"waybill_apply_subscription_info": infos}
        return {"waybill_apply_subscription_cols": cols} if infos else {}

    def _account(self, branch: Branch) -> Document:
        province, city, district, street = branch.place
        place = {"province": province, "city": city, "district": district, "detail": street}
        left = self._desk.left(branch)
        told: Document = {
            "branch_code": branch.code,
            "branch_name": branch.name,
            "shipp_address_cols": {"address_dto": [place]},
        }
        return told if left is None else told | {"quantity": left}

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


def _told(waybill: Waybill, template: str) -> Document:
    """Write what only Cainiao's component would open."""
    document = {
        "encryptedData": "AES:" + seal("taobao", "label", waybill.waybill_no),
        "signature": "MD:" + seal("taobao", "signature", waybill.waybill_no)[:24],
        "templateURL": template,
        "ver": "waybill_print_secret_version_1",
    }
    return {"waybill_code": waybill.waybill_no, "print_data": json.dumps(document)}


def _what(refusal: Refusal) -> str:
    return "not-exist" if isinstance(refusal, NotFound) else "service-error"


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
