"""Cainiao's e-waybills (云打印) as TOP tells them. Pure.

Field names by TOP's API metadata, as its public SDKs write them: cainiao.waybill.ii.get
(``cp_code``, ``sender``, ``trade_order_info_dtos`` with ``recipient.oaid`` and ``recipient.tid``),
.search, .cancel, .query.by.waybillcode, cainiao.cloudprint.stdtemplates.get. That
``package_info.id`` with the same orders and company brings the first number again is from memory.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from channels_sync.connectors import cloud_print
from channels_sync.connectors.taobao import codes
from channels_sync.connectors.taobao.envelope import Node, wrapped
from oms.dto import (
    CipherReceiver,
    PlatformWaybill,
    PlatformWaybillRequest,
    WaybillBranch,
    WaybillTemplate,
)
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import malformed

COMPANIES = {ours: theirs for ours, theirs in codes.CARRIERS.items() if ours != "jd"}
"""Cainiao issues no numbers of JD's."""
CHANNEL = "TB"


def to_get(request: PlatformWaybillRequest, *, company: str, user_id: str) -> dict[str, str]:
    """Write the request for one number. The package's id may hold no hyphen.

    :raises IntegrationError: fatal, if the identity of the address is not known
    """
    parcel: dict[str, Any] = {
        "object_id": request.request_no,
        "order_info": {
            "order_channels_type": CHANNEL,
            "trade_order_list": list(request.channel_order_nos),
        },
        "package_info": {
            "id": request.request_no.replace("-", "_"),
            "items": [{"name": each.name, "count": each.quantity} for each in request.items],
            "weight": request.weight_g,
            "goods_description": request.items[0].name if request.items else "",
        },
        "recipient": _recipient(request),
        "template_url": request.template_url,
    }
    if user_id.isdecimal():
        parcel["user_id"] = int(user_id)
    if request.cod_amount:
        service = {"SVC-COD": {"value": str(request.cod_amount)}}
        parcel["logistics_services"] = json.dumps(service)
    whole = {
        "cp_code": company,
        "product_code": request.product,
        "customer_code": request.monthly_account,
        "shipping_branch_code": request.branch_code,
        "need_encrypt": True,
        "sender": cloud_print.sender(request.sender),
        "trade_order_info_dtos": [parcel],
    }
    told = {key: value for key, value in whole.items() if value != ""}
    return {"param_waybill_cloud_print_apply_new_request": _dump(told)}


def to_query(company: str, waybill_no: str) -> dict[str, str]:
    asked = {"object_id": waybill_no, "cp_code": company, "waybill_code": waybill_no}
    return {"param_list": _dump([asked])}


def to_issued(answer: Node) -> PlatformWaybill:
    """:raises IntegrationError: if the answer names no number"""
    rows = wrapped(answer, "modules", "waybill_cloud_print_response")
    if len(rows) != 1:
        raise malformed(codes.WAYBILL_UNREADABLE)
    return _waybill(rows[0])


def to_found(answer: Node) -> PlatformWaybill | None:
    """:raises IntegrationError: if the answer cannot be understood"""
    rows = wrapped(answer, "modules", "waybill_cloud_print_with_result_desc_response")
    if not rows or rows[0].get("success") not in (True, "true"):
        return None
    told = rows[0].get("waybill_cloud_print_response")
    return _waybill(told) if isinstance(told, dict) else None


def to_branches(answer: Node, *, carrier: str, company: str) -> Sequence[WaybillBranch]:
    """One row for each address that a branch knows the shop by."""
    infos = wrapped(answer, "waybill_apply_subscription_cols", "waybill_apply_subscription_info")
    mine = [info for info in infos if str(info.get("cp_code") or "") == company]
    return [
        _branch(carrier, account, place)
        for info in mine
        for account in wrapped(info, "branch_account_cols", "waybill_branch_account")
        for place in wrapped(account, "shipp_address_cols", "address_dto")
    ]


def to_templates(answer: Node, *, company: str) -> Sequence[WaybillTemplate]:
    result = answer.get("result")
    if not isinstance(result, dict):
        raise malformed(codes.WAYBILL_UNREADABLE)
    return [
        WaybillTemplate(
            name=str(row.get("standard_template_name") or ""),
            url=str(row.get("standard_template_url") or ""),
        )
        for told in wrapped(result, "datas", "standard_template_result")
        if str(told.get("cp_code") or "") == company
        for row in wrapped(told, "standard_templates", "standard_template_do")
        if row.get("standard_template_url")
    ]


def check_void(answer: Node) -> None:
    """:raises IntegrationError: fatal, if Cainiao does not take it back"""
    if answer.get("cancel_result") not in (True, "true"):
        raise IntegrationError(codes.NOT_TAKEN_BACK, kind=ErrorKind.FATAL, code="not_cancelled")


def is_voided_before(error: IntegrationError) -> bool:
    """Tell whether a refused void says that there is nothing to void any more."""
    is_verdict = error.kind in (ErrorKind.FATAL, ErrorKind.TREAT_AS_DONE)
    return is_verdict and any(words in error.message for words in codes.VOIDED_BEFORE)


def _recipient(request: PlatformWaybillRequest) -> dict[str, Any]:
    told = cloud_print.recipient(request.receiver)
    if isinstance(request.receiver, CipherReceiver):
        if not request.receiver.platform_ref:
            raise IntegrationError(codes.NO_IDENTITY, kind=ErrorKind.FATAL, code="local:no_cipher")
        told["oaid"] = request.receiver.platform_ref
        told["tid"] = request.channel_order_nos[0]
    return told


def _waybill(row: Mapping[str, Any]) -> PlatformWaybill:
    number, document = str(row.get("waybill_code") or ""), str(row.get("print_data") or "")
    if not number:
        raise malformed(codes.WAYBILL_UNREADABLE)
    cloud_print.document_of(document)
    return PlatformWaybill(waybill_no=number, issuer=codes.KIND, print_data=document)


def _branch(carrier: str, account: Node, place: Node) -> WaybillBranch:
    quantity = str(account.get("quantity"))
    return WaybillBranch(
        carrier=carrier,
        branch_code=str(account.get("branch_code") or ""),
        branch_name=str(account.get("branch_name") or ""),
        balance=int(quantity) if quantity.isdecimal() else None,
        province=str(place.get("province") or ""),
        city=str(place.get("city") or ""),
        district=str(place.get("district") or ""),
        town=str(place.get("town") or ""),
        street=str(place.get("detail") or ""),
    )


def _dump(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
