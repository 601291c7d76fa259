"""Pinduoduo's e-waybills as its documentation writes them. Pure.

pdd.waybill.get, .search, .cancel, .query.by.waybillcode and pdd.cloudprint.stdtemplates.get
(open.pinduoduo.com, as captured in public code). The receiver's ciphertext goes as it was told.
Which companies' codes (``wp_code``) it takes, and that ``package_info.id`` with the same orders
brings the first number again, is from memory.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from channels_sync.connectors import cloud_print
from channels_sync.connectors.loose import Loose
from channels_sync.connectors.pinduoduo import codes
from channels_sync.dto import Unreadable
from oms.dto import PlatformWaybill, PlatformWaybillRequest, WaybillBranch, WaybillTemplate
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import malformed

COMPANIES = {
    "sf": "SF",
    "zto": "ZTO",
    "yto": "YTO",
    "sto": "STO",
    "yunda": "YUNDA",
    "jt": "JTSD",
    "ems": "EMS",
    "china_post": "YZXB",
    "deppon": "DBKD",
}
VOIDED_BEFORE = ("isv.waybill-already-cancelled", "isv.waybill-not-exist")
"""``sub_code`` of a refused void where there is nothing to void any more."""
CHANNEL = "PDD"


def to_get(request: PlatformWaybillRequest, *, company: str, user_id: str) -> dict[str, str]:
    """Write the request for one number; the branch is known by the sender's address."""
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
        },
        "recipient": cloud_print.recipient(request.receiver),
        "template_url": request.template_url,
        "user_id": int(user_id) if user_id.isdecimal() else 0,
    }
    if request.cod_amount:
        service = {"SVC-COD": {"value": str(request.cod_amount)}}
        parcel["logistics_services"] = json.dumps(service)
    whole = {
        "wp_code": company,
        "need_encrypt": True,
        "sender": cloud_print.sender(request.sender),
        "trade_order_info_dtos": [parcel],
    }
    return {"param_waybill_cloud_print_apply_new_request": _dump(whole)}


def to_query(company: str, waybill_no: str) -> dict[str, str]:
    asked = {"object_id": waybill_no, "wp_code": company, "waybill_code": waybill_no}
    return {"param_list": _dump([asked])}


def to_issued(answer: Mapping[str, Any]) -> PlatformWaybill:
    """:raises IntegrationError: if the answer names no number"""
    try:
        rows = list(Loose.of(answer).items("modules"))
        if len(rows) != 1:
            raise malformed(codes.WAYBILL_UNREADABLE)
        return _waybill(rows[0])
    except Unreadable:
        raise malformed(codes.WAYBILL_UNREADABLE) from None


def to_found(answer: Mapping[str, Any]) -> PlatformWaybill | None:
    """:raises IntegrationError: if the answer cannot be understood"""
    try:
        rows = list(Loose.of(answer).items("modules"))
        told = rows[0].inside("waybill_cloud_print_response") if rows else None
        return _waybill(told) if told is not None and told.data else None
    except Unreadable:
        raise malformed(codes.WAYBILL_UNREADABLE) from None


def to_branches(
    answer: Mapping[str, Any], *, carrier: str, company: str
) -> Sequence[WaybillBranch]:
    """One row for each address that a branch knows the shop by.

    :raises IntegrationError: if the answer cannot be understood
    """
    try:
        return [
            _branch(carrier, account, place)
            for info in Loose.of(answer).items("waybill_apply_subscription_cols")
            if info.text("wp_code", limit=40) == company
            for account in info.items("branch_account_cols")
            for place in account.items("shipp_address_cols")
        ]
    except Unreadable:
        raise malformed(codes.WAYBILL_UNREADABLE) from None


def to_templates(answer: Mapping[str, Any], *, company: str) -> Sequence[WaybillTemplate]:
    """:raises IntegrationError: if the answer cannot be understood"""
    try:
        return [
            WaybillTemplate(
                name=row.text("standard_template_name", limit=100),
                url=row.needed("standard_template_url", limit=300),
            )
            for told in Loose.of(answer).inside("result").items("datas")
            if told.text("wp_code", limit=40) == company
            for row in told.items("standard_templates")
        ]
    except Unreadable:
        raise malformed(codes.WAYBILL_UNREADABLE) from None


def check_void(answer: Mapping[str, Any]) -> None:
    """:raises IntegrationError: fatal, if it is not taken back"""
    if answer.get("cancel_result") not in (True, "true"):
        raise IntegrationError(codes.NOT_TAKEN_BACK, kind=ErrorKind.FATAL, code="not_cancelled")


def _waybill(row: Loose) -> PlatformWaybill:
    number = row.needed("waybill_code", limit=40)
    document = row.text("print_data", limit=20_000)
    cloud_print.document_of(document)
    return PlatformWaybill(waybill_no=number, issuer=codes.KIND, print_data=document)


def _branch(carrier: str, account: Loose, place: Loose) -> WaybillBranch:
    return WaybillBranch(
        carrier=carrier,
        branch_code=account.text("branch_code", limit=64),
        branch_name=account.text("branch_name", limit=100),
        balance=account.whole("quantity") if account.text("quantity", limit=20) else None,
        province=place.text("province", limit=64),
        city=place.text("city", limit=64),
        district=place.text("district", limit=64),
        street=place.text("detail", limit=300),
    )


def _dump(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
