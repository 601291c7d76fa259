"""E-waybills in JD's words: what is asked, and what its answers say. Values in, values out.

The names are those of JD's own SDK (wujiemiandan: ldop.alpha.*; ydy: printing.*) and of documents
copied into public clients. How a hidden receiver is told stands in none of them: the ciphertext
goes where the name, the number and the street go, and the order's own number beside it.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from channels_sync.connectors.jd import codes
from channels_sync.connectors.jd.envelope import Answer
from channels_sync.connectors.waybills import whole
from oms.dto import (
    Consignor,
    PlatformWaybillRequest,
    Receiver,
    WaybillBranch,
    WaybillTemplate,
)
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import malformed

Node = Mapping[str, Any]
SIGNED = "jingdong.ldop.alpha.provider.sign.success.info.get"
RECEIVE = "jingdong.ldop.alpha.waybill.receive"
UNBIND = "jingdong.ldop.alpha.waybill.api.unbind"
PRINT_DATA = "jingdong.printing.printData.pullData"
TEMPLATES = "jingdong.printing.template.getTemplateList"

COMPANIES = {
    "sf": "SF",
    "zto": "ZTO",
    "yto": "YTO",
    "sto": "STO",
    "yunda": "YUNDA",
    "jd": "JD",
}
"""Our codes to ``providerCode``; others than these are contracts that JD does not broker."""
_OF_JD = "0010001"
_ORDINARY, _PAID_ONLINE, _ANY_TIME = 1, 0, 0
_DIRECT = 1
"""``operationType`` of carriers without branches: the contract's code stands for one."""
_GRAMS_A_KILO = Decimal(1000)
_POP = 1


def to_content(request: PlatformWaybillRequest, company: str, vender: str) -> dict[str, Any]:
    """Ask for one number; merged orders share it, told together.

    :raises IntegrationError: fatal for cash on delivery, which the service does not take
    """
    if request.cod_amount is not None:
        raise IntegrationError(
            "京东无界电子面单不支持货到付款，请手工录入运单号",
            kind=ErrorKind.FATAL,
            code="local:cod",
        )
    content = {
        "waybillType": _ORDINARY,
        "waybillCount": 1,
        "providerCode": company,
        "salePlatform": _OF_JD,
        "platformOrderNo": ",".join(request.channel_order_nos),
        "vendorCode": vender,
        "vendorName": request.sender.name,
        "vendorOrderCode": request.request_no,
        "fromAddress": _from(request.sender),
        "toAddress": _to(request.receiver),
        "weight": f"{request.weight_g / _GRAMS_A_KILO:.2f}",
        "volume": "0.00",
        "goodsName": request.items[0].name[:100] if request.items else "",
        "promiseTimeType": 0,
        "payType": _PAID_ONLINE,
        "goodsMoney": "0.00",
        "shouldPayMoney": "0.00",
        "needGuarantee": False,
        "guaranteeMoney": "0.00",
        "receiveTimeType": _ANY_TIME,
        **_account(request),
    }
    # The SDK sends the whole of it as one text.
    return {"content": json.dumps(content, ensure_ascii=False, separators=(",", ":"))}


def to_number(result: Answer) -> str:
    """:raises IntegrationError: if the answer holds none"""
    data = result.get("data")
    numbers = data.get("waybillCodeList") if isinstance(data, dict) else None
    if not isinstance(numbers, list) or not numbers or not numbers[0]:
        raise malformed("京东电子面单的应答里没有运单号，结果未知")
    return str(numbers[0])


def to_print_question(
    request: PlatformWaybillRequest, company: str, number: str, vender: str
) -> dict[str, Any]:
    """Ask for what the print component opens."""
    info = {
        "orderNo": request.channel_order_nos[0],
        "popFlag": _POP,
        "wayBillCode": number,
        "jdWayBillCode": number,
    }
    told = {
        "objectId": request.request_no[:50],
        "parameters": {codes.CUSTOMER_KEYS.get(company, codes.CUSTOMER_KEY): vender},
        "wayBillInfos": [info],
        "cpCode": company,
    }
    return {"param1": told}


def to_document(told: Answer, number: str, *, template_url: str) -> str | None:
    """Return what the print component needs of a number; None if there is none now.

    :raises IntegrationError: fatal, in JD's words
    """
    for row in _rows(told, "prePrintDatas"):
        if str(row.get("wayBillNo") or number) != number:
            continue
        if row.get("perPrintData"):
            sealed = {"printData": str(row["perPrintData"]), "tempUrl": template_url}
            return json.dumps(sealed, ensure_ascii=False)
        words = str(row.get("msg") or codes.NO_WORDS)
        raise IntegrationError(
            words[:300], kind=ErrorKind.FATAL, code=f"printing:{row.get('code') or ''}"
        )
    return None


def to_branches(result: Answer, company: str, carrier: str) -> Iterator[WaybillBranch]:
    """Read the shop's contracts with a company."""
    for row in _rows(result, "data"):
        if row.get("providerCode") != company:
            continue
        is_direct = row.get("operationType") == _DIRECT
        place = row.get("address") or {}
        yield WaybillBranch(
            carrier=carrier,
            branch_code=str(row.get("settlementCode" if is_direct else "branchCode") or ""),
            branch_name=str(row.get("branchName") or row.get("providerName") or company),
            balance=None if is_direct else int(row.get("amount") or 0),
            province=str(place.get("provinceName") or ""),
            city=str(place.get("cityName") or ""),
            district=str(place.get("countryName") or ""),
            town=str(place.get("countrysideName") or ""),
            street=str(place.get("address") or ""),
        )


def to_templates(told: Answer, company: str) -> list[WaybillTemplate]:
    groups = told.get("datas") or {}
    return [
        WaybillTemplate(name=str(row["standardTemplateName"]), url=str(row["standardTemplateUrl"]))
        for group in _rows(groups, "sDatas")
        if group.get("cpCode") in (company, None)
        for row in _rows(group, "standardTemplates")
    ]


def _account(request: PlatformWaybillRequest) -> dict[str, str]:
    """A company with branches wants the branch's code; one without them that of the contract, and
    SF who pays and which product."""
    if request.carrier not in codes.DIRECT_COMPANIES:
        return {"branchCode": request.branch_code}
    told = {"settlementCode": request.branch_code or request.monthly_account}
    if request.carrier == "sf":
        told |= {"expressPayMethod": "1", "expressType": request.product or "1"}
    return told


def _from(sender: Consignor) -> dict[str, str]:
    return {
        "provinceName": sender.province,
        "cityName": sender.city,
        "countryName": sender.district,
        "countrysideName": sender.town,
        "address": sender.street,
        "contact": sender.name,
        "phone": sender.phone,
        "mobile": sender.phone,
    }


def _to(receiver: Receiver) -> dict[str, str]:
    name, phone, street = whole(receiver)
    return {
        "provinceName": receiver.province,
        "cityName": receiver.city,
        "countryName": receiver.district,
        "countrysideName": receiver.town,
        "address": street,
        "contact": name,
        "phone": phone,
        "mobile": phone,
    }


def _rows(node: Node, key: str) -> list[Node]:
    found = node.get(key) or []
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise malformed("京东电子面单的应答无法识别，结果未知")
    return found
