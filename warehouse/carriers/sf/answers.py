"""SF's answers as our values. Pure; the way out is in ``mapper``, tracks are in ``routes``.

Source: the answers on SF's API pages EXP_RECE_CREATE_ORDER, EXP_RECE_SEARCH_ORDER_RESP,
EXP_RECE_UPDATE_ORDER and COM_RECE_CLOUD_PRINT_WAYBILLS.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpResponse, malformed
from warehouse.carriers.sf import codes
from warehouse.dto import FilterResult, IssuedWaybill, RouteLabel, VoidResult

Message = dict[str, Any]

# Echoed people, and our own note that may name one, stay out of what is kept.
_PERSONAL_KEYS = frozenset({"contactInfo", "contactInfoList", "remark"})
_ROUTE_FIELDS = {
    "sort_code": "destRouteLabel",
    "coding_in": "codingMapping",
    "coding_out": "codingMappingOut",
    "product_name": "proName",
    "product_code": "proCode",
    "limit_type": "limitTypeCode",
    "express_type": "expressTypeCode",
    "cargo_type": "cargoTypeCode",
    "source_transfer_code": "sourceTransferCode",
    "dest_transfer_code": "destTransferCode",
    "dest_dept_code": "destDeptCode",
    "dest_team_code": "destTeamCode",
    "print_flag": "printFlag",
    "print_icon": "printIcon",
    "ab_flag": "abFlag",
    "xb_flag": "xbFlag",
    "qr_payload": "twoDimensionCode",
    "check_code": "checkCode",
}


@dataclass(frozen=True, slots=True)
class LabelFile:
    """Where a rendered label waits for a day. The token opens it."""

    url: str
    token: str
    waybill_no: str


def open_envelope(envelope: Any) -> Message:
    """Take the business answer out of the gateway's; it is usually JSON inside a JSON string.

    :raises IntegrationError: classed by the gateway's or the service's code
    """
    request_id = str(envelope.get("apiResponseID") or "")
    gateway_code = str(envelope.get("apiResultCode") or "")
    if gateway_code != codes.GATEWAY_OK:
        raise to_error(gateway_code, str(envelope.get("apiErrorMsg") or ""), request_id)
    answer = envelope.get("apiResultData")
    if isinstance(answer, str):
        answer = json.loads(answer)
    if not isinstance(answer, dict):
        raise malformed("顺丰应答缺少业务数据，结果未知", request_id=request_id)
    # The cloud print answers without an errorCode, others with "true" as text.
    code = str(answer.get("errorCode") or "")
    if str(answer.get("success")).lower() != "true" or code not in ("", codes.OK):
        raise to_error(code, _text(answer, "errorMsg") or _text(answer, "errorMessage"), request_id)
    return answer


def to_error(code: str, message: str, request_id: str) -> IntegrationError:
    """Class one of SF's codes; an unlisted one is refused data, for the operator to correct."""
    meaning = codes.MEANINGS.get(code, codes.REFUSED)
    return IntegrationError(
        message or "顺丰未说明原因",
        kind=meaning.kind,
        code=code,
        request_id=request_id,
        retry_after=meaning.wait,
        outcome_unknown=meaning.unknown,
    )


def to_waybill(answer: Message) -> IssuedWaybill:
    """Read an order as EXP_RECE_CREATE_ORDER or EXP_RECE_SEARCH_ORDER_RESP tells it.

    The search spells two fields in lower case and gives filterResult as text.

    :raises IntegrationError: to retry, when the order has no number (yet)
    """
    data = answer["msgData"]
    numbers = data.get("waybillNoInfoList") or []
    mothers = _numbers(numbers, codes.MOTHER)
    if not mothers:
        raise malformed("顺丰订单还没有运单号，稍后再查")
    route = _route_label(data.get("routeLabelInfo") or [], mothers[0])
    result, reason = _verdict(data, route)
    return IssuedWaybill(
        waybill_no=mothers[0],
        child_nos=_numbers(numbers, codes.CHILD),
        receipt_no=next(iter(_numbers(numbers, codes.RECEIPT)), ""),
        carrier_order_id=data["orderId"],
        origin_code=_text(data, "originCode") or _text(data, "origincode"),
        dest_code=_text(data, "destCode") or _text(data, "destcode"),
        filter_result=result,
        reason=reason,
        route=route,
        raw={key: value for key, value in data.items() if key not in _PERSONAL_KEYS},
    )


def to_void_result(answer: Message, waybill_no: str) -> VoidResult:
    """Read the answer to a cancel.

    :raises IntegrationError: fatal, when the number is not that order's (resStatus 1)
    """
    data = answer["msgData"]
    if int(data["resStatus"]) != 2:
        raise IntegrationError("订单号与运单号不匹配，未取消", kind=ErrorKind.FATAL, code="8017")
    return VoidResult(waybill_no=waybill_no, carrier_order_id=data["orderId"])


def to_label_files(answer: Message) -> list[LabelFile]:
    """Read where the rendered labels are; the cloud print answers under ``obj``."""
    files = answer["obj"]["files"]
    return [LabelFile(url=f["url"], token=f["token"], waybill_no=f["waybillNo"]) for f in files]


def to_pdf(response: HttpResponse) -> bytes:
    """Read a rendered label.

    :raises IntegrationError: what came is no PDF
    """
    if not response.content.startswith(b"%PDF-"):
        raise malformed("顺丰返回的面单不是 PDF")
    return response.content


def is_safe_label_url(url: str, base_url: str) -> bool:
    """Say whether a label may be fetched from there: encrypted, or the very host we called."""
    target, ours = urlsplit(url), urlsplit(base_url)
    return target.scheme == "https" or (target.scheme, target.netloc) == (ours.scheme, ours.netloc)


def _numbers(infos: list[Message], kind: int) -> tuple[str, ...]:
    return tuple(info["waybillNo"] for info in infos if int(info["waybillType"]) == kind)


def _verdict(data: Message, route: RouteLabel | None) -> tuple[FilterResult, str]:
    result = codes.FILTER_RESULTS.get(_text(data, "filterResult"))
    if result is None:
        return FilterResult.REVIEW, codes.NO_FILTER_RESULT
    if result is not FilterResult.DELIVERABLE:
        remark = _text(data, "remark")
        return result, codes.FILTER_REASONS.get(remark, remark)
    # On a deliverable order the remark is our own note; a sort code of one part means that SF
    # could not place the address (field table of destRouteLabel).
    if route is not None and "-" not in route.sort_code:
        return FilterResult.REVIEW, codes.ONE_PART_SORT_CODE
    return result, ""


def _route_label(infos: list[Message], waybill_no: str) -> RouteLabel | None:
    usable = [
        info["routeLabelData"]
        for info in infos
        if str(info.get("code")) == codes.ROUTE_LABEL_OK and info.get("routeLabelData")
    ]
    own = next((data for data in usable if data.get("waybillNo") == waybill_no), None)
    if own is None or not own.get("destRouteLabel"):
        return None
    return RouteLabel(**{name: _text(own, key) for name, key in _ROUTE_FIELDS.items()})


def _text(data: Mapping[str, Any], key: str) -> str:
    return str(data.get(key) or "")
