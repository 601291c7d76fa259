"""E-waybills in Doudian's words: what is asked, and what its answers say. Values in, values out.

The names are those of its own SDKs (logistics_newCreateOrder, _waybillApply, _cancelOrder,
_listShopNetsite, _templateList). That one order and one ``pack_id`` always get the number that they
got first is said of newCreateOrder in doc.fw199.com's copy of its document.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from channels_sync.connectors import cloud_print
from channels_sync.connectors.doudian import messages
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
CREATE, CANCEL = "/logistics/newCreateOrder", "/logistics/cancelOrder"
PRINT, SHOP_KEY = "/logistics/waybillApply", "/logistics/getShopKey"
SITES, TEMPLATES = "/logistics/listShopNetsite", "/logistics/templateList"
_CHINA = "CHN"
_BY_THE_MONTH = (1, 4)
"""``company_type`` of carriers that count no numbers: direct ones, with branches or without."""
_WEIGHS = "shunfeng"
"""The one company to which a weight may be told."""


def to_order(request: PlatformWaybillRequest, company: str) -> dict[str, Any]:
    """Ask for one number.

    :raises IntegrationError: fatal for cash on delivery, of which no document was at hand
    """
    if request.cod_amount is not None:
        raise IntegrationError(
            "抖店电子面单的代收货款未接入，请改为在线支付或手工录入运单号",
            kind=ErrorKind.FATAL,
            code="local:cod",
        )
    first, *others = request.channel_order_nos
    order: dict[str, Any] = {
        "order_id": first,
        "pack_id": pack_id(request.request_no),
        "receiver_info": _receiver(request.receiver),
        "items": [{"item_name": item.name, "item_count": item.quantity} for item in request.items],
    }
    if others:
        order["combine_orders"] = others
    if request.product:
        order["product_type"] = request.product
    if company == _WEIGHS:
        order["total_weight"] = str(request.weight_g)
    return {
        "sender_info": _sender(request.sender),
        "logistics_code": company,
        "order_infos": [order],
    }


def pack_id(request_no: str) -> str:
    """Write our number as ``pack_id``: letters, digits and underscores only, and case counts."""
    return "".join(
        letter if letter.isascii() and letter.isalnum() else "_" for letter in request_no
    )


def to_number(data: Node, request: PlatformWaybillRequest) -> str:
    """Return the number from an answer to ``to_order``.

    :raises IntegrationError: in the words of the one order that was refused
    """
    mine = pack_id(request.request_no)
    for row in _rows(data, "ebill_infos"):
        if str(row.get("pack_id") or mine) == mine and row.get("track_no"):
            return str(row["track_no"])
    for row in _rows(data, "err_infos"):
        raise refused(row)
    raise malformed("抖店电子面单的应答里没有运单号，结果未知")


def refused(row: Node) -> IntegrationError:
    """Build the error for one refused order or number; the whole answer went well."""
    words = str(row.get("err_msg") or row.get("err_code") or "refused")
    kind = ErrorKind.FATAL
    if any(said in words for said in messages.EBILL_TOO_FAST):
        kind = ErrorKind.THROTTLE
    elif any(said in words for said in messages.EBILL_TROUBLE):
        kind = ErrorKind.RETRY
    return IntegrationError(
        words[:300],
        kind=kind,
        code=f"ebill:{row.get('err_code') or ''}",
        # What failed at the carrier may have come to an end all the same.
        outcome_unknown=kind is ErrorKind.RETRY,
    )


def to_document(data: Node, number: str, *, template_url: str) -> str | None:
    """Return what the print component needs of a number; None if there is no such number now.

    :raises IntegrationError: in Doudian's words
    """
    for row in _rows(data, "waybill_infos"):
        if str(row.get("track_no") or number) == number and row.get("print_data"):
            sealed = {"encryptedData": str(row["print_data"]), "signature": str(row["sign"])}
            return json.dumps(sealed | {"templateURL": template_url}, ensure_ascii=False)
    for row in _rows(data, "err_infos"):
        if any(said in str(row.get("err_msg") or "") for said in messages.EBILL_GONE):
            return None
        raise refused(row)
    return None


def check_cancelled(data: Node) -> None:
    """:raises IntegrationError: fatal, if nothing was cancelled"""
    told = data.get("cancel_result")
    if not isinstance(told, dict) or "success" not in told:
        raise malformed("抖店取消电子面单的应答里没有结果，结果未知")
    if told["success"] is not True:
        raise IntegrationError(
            "抖店没有取消该运单号", kind=ErrorKind.FATAL, code="ebill:not_cancelled"
        )


def to_branches(data: Node, carriers: Mapping[str, str]) -> Iterator[WaybillBranch]:
    """Read the shop's subscriptions, one for each address; ``carriers`` are ours by its codes."""
    for site in _rows(data, "netsites"):
        company = str(site.get("company") or data.get("logistics_code") or "")
        if company not in carriers:
            continue
        for place in _rows(site, "sender_address"):
            yield WaybillBranch(
                carrier=carriers[company],
                branch_code=str(site.get("netsite_code") or ""),
                branch_name=str(site.get("netsite_name") or company),
                balance=_balance(site),
                province=str(place.get("province_name") or ""),
                city=str(place.get("city_name") or ""),
                district=str(place.get("district_name") or ""),
                town=str(place.get("street_name") or ""),
                street=str(place.get("detail_address") or ""),
            )


def to_templates(data: Node, company: str) -> list[WaybillTemplate]:
    return [
        WaybillTemplate(name=str(info["template_name"]), url=str(info["template_url"]))
        for group in _rows(data, "template_data")
        if group.get("logistics_code") == company
        for info in _rows(group, "template_infos")
    ]


def _balance(site: Node) -> int | None:
    amount = str(site.get("amount") or "")
    if site.get("company_type") in _BY_THE_MONTH or not amount.isdecimal():
        return None
    return int(amount)


def _sender(sender: Consignor) -> dict[str, Any]:
    return {
        "address": {
            "country_code": _CHINA,
            "province_name": sender.province,
            "city_name": sender.city,
            "district_name": sender.district,
            "street_name": sender.town,
            "detail_address": sender.street,
        },
        "contact": {"name": sender.name, **cloud_print.caller(sender.phone)},
    }


def _receiver(receiver: Receiver) -> dict[str, Any]:
    name, phone, street = whole(receiver)
    return {
        "address": {
            "country_code": _CHINA,
            "province_name": receiver.province,
            "city_name": receiver.city,
            "district_name": receiver.district,
            "street_name": receiver.town,
            "detail_address": street,
        },
        "contact": {"name": name, "mobile": phone},
    }


def _rows(node: Node, key: str) -> list[Node]:
    found = node.get(key) or []
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise malformed("抖店电子面单的应答无法识别，结果未知")
    return found
