"""Pinduoduo's e-waybills over the market's waybill service."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from channels_sync.simulator.market.branches import Branch, branches_of
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.refusals import NotFound, Refusal
from channels_sync.simulator.market.sealing import seal
from channels_sync.simulator.market.store import Waybill
from channels_sync.simulator.pinduoduo.errors import Wrong

Params = Mapping[str, str]
Answer = dict[str, Any]
COMPANIES = {"SF": "sf", "ZTO": "zto", "YTO": "yto", "STO": "sto", "YUNDA": "yunda"}
TEMPLATE = "https://file-link.pinduoduo.com/waybill_{}"
_THEIRS = {ours: theirs for theirs, ours in COMPANIES.items()}
_REFUSED = 50001


class AlreadyCancelled(Refusal):
    """Given back before."""


class EWaybills:
    """``operations`` are by the call's type."""

    def __init__(self, market: Market, key: str) -> None:
        self._market = market
        self._desk = market.waybills
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
        place = asked["sender"]["address"]
        parcels = asked["trade_order_info_dtos"]
        rows = [self._one(asked["wp_code"], place, each, now) for each in parcels]
        return {"pdd_waybill_get_response": {"modules": rows}}

    def _one(self, company: str, place: Answer, parcel: Answer, now: datetime) -> Answer:
        orders = parcel["order_info"]["trade_order_list"]
        owner = self._market.order(orders[0]).receiver
        if parcel["recipient"]["name"] != f"~{seal(self._key, 'name', owner.name)}~0~":
            raise Refusal("收件人密文与订单不匹配")
        if not parcel.get("template_url"):
            raise Wrong(21002, "请求参数不能为空：template_url")
        waybill = self._desk.issue(
            f"{company}/{parcel['package_info']['id']}/{' '.join(sorted(orders))}",
            orders,
            carrier=_carrier(company),
            place=(place["province"], place["city"], place["district"], place["detail"]),
            at=now,
        )
        return self._told(waybill, parcel["template_url"]) | {"object_id": parcel["object_id"]}

    def _cancel(self, params: Params, now: datetime) -> Answer:
        number, carrier = params.get("waybill_code", ""), _carrier(params.get("wp_code", ""))
        if self._desk.find(number, carrier=carrier).is_void:
            raise AlreadyCancelled("面单已取消")
        self._desk.void(number, carrier=carrier)
        return {"pdd_waybill_cancel_response": {"cancel_result": True}}

    def _query(self, params: Params, now: datetime) -> Answer:
        rows = []
        for asked in _parsed(params, "param_list", list):
            waybill = self._desk.find(asked["waybill_code"], carrier=_carrier(asked["wp_code"]))
            if waybill.is_void:
                raise AlreadyCancelled("面单已取消")
            told = self._told(waybill, TEMPLATE.format(asked["wp_code"]))
            rows.append({"object_id": asked["object_id"], "waybill_cloud_print_response": told})
        return {"pdd_waybill_query_by_waybillcode_response": {"modules": rows}}

    def _search(self, params: Params, now: datetime) -> Answer:
        chosen = params.get("wp_code", "")
        cols = [
            {
                "wp_code": _THEIRS[branch.carrier],
                "wp_type": 1,
                "branch_account_cols": [self._account(branch)],
            }
            for branch in branches_of(_carrier(chosen) if chosen else "")
        ]
        return {"pdd_waybill_search_response": {"waybill_apply_subscription_cols": cols}}

    def _account(self, branch: Branch) -> Answer:
        province, city, district, street = branch.place
        place = {"province": province, "city": city, "district": district, "detail": street}
        return {
            "branch_code": branch.code,
            "branch_name": branch.name,
            "quantity": self._desk.left(branch),
            "shipp_address_cols": [place],
        }

    def _templates(self, params: Params, now: datetime) -> Answer:
        company = params.get("wp_code", "")
        template = {
            "standard_template_id": 1,
            "standard_template_name": "标准模板（100×180）",
            "standard_template_url": TEMPLATE.format(company),
        }
        rows = [{"wp_code": company, "standard_templates": [template]}]
        return {"pdd_cloudprint_stdtemplates_get_response": {"result": {"datas": rows}}}

    def _told(self, waybill: Waybill, template: str) -> Answer:
        document = {
            "encryptedData": seal(self._key, "label", waybill.waybill_no),
            "signature": seal(self._key, "signature", waybill.waybill_no),
            "templateUrl": template,
            "ver": "3",
        }
        return {"waybill_code": waybill.waybill_no, "print_data": json.dumps(document)}

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


def _carrier(company: str) -> str:
    return COMPANIES.get(company, "unknown")


def _sub_code(refusal: Refusal) -> str:
    match refusal:
        case AlreadyCancelled():
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
