"""Our values as SF's messages. Pure; the way back is in ``answers`` and ``routes``.

Source: SF's API pages EXP_RECE_CREATE_ORDER, EXP_RECE_SEARCH_ORDER_RESP, EXP_RECE_UPDATE_ORDER and
COM_RECE_CLOUD_PRINT_WAYBILLS. Weights go out in kilograms, lengths in centimetres.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from oms.dto import PlainReceiver
from oms.integration.errors import ErrorKind, IntegrationError
from warehouse.carriers.sf import codes
from warehouse.carriers.sf.account import SfAccount
from warehouse.dto import (
    CargoLine,
    IssuedWaybill,
    PayMethod,
    Sender,
    WaybillRequest,
)

Message = dict[str, Any]

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LONGEST_ORDER_ID = 64
_LONGEST_ADDRESS = 200
_LONGEST_PHONE = 20
_LONGEST_REMARK = 100
_LONGEST_CARGO_NAME = 128


def to_text(message: Message) -> str:
    """Serialise a message once: this very text is signed and sent."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def to_create_order(request: WaybillRequest, account: SfAccount) -> Message:
    """Build msgData of EXP_RECE_CREATE_ORDER.

    :raises IntegrationError: fatal, for what SF would refuse anyway
    """
    check(request)
    message: Message = {
        "language": "zh-CN",
        "orderId": request.client_order_id,
        "cargoDetails": [_cargo(line) for line in request.cargo],
        "contactInfoList": [_sender(request.sender), _receiver(request.receiver)],
        "expressTypeId": int(request.product_code),
        "payMethod": codes.PAY_METHODS[request.pay_method],
        "parcelQty": request.parcel_count,
        "totalWeight": _kilograms(request.weight_g),
        "isDocall": int(account.call_courier),
        "isReturnRoutelabel": 1,
        "isUnifiedWaybillNo": 1,
        "custReferenceNo": request.package_no[:100],
        "remark": request.remark[:_LONGEST_REMARK],
        "serviceList": _services(request, account),
        **_size(request.size_mm),
    }
    if account.monthly_card and request.pay_method is not PayMethod.RECEIVER:
        message["monthlyCard"] = account.monthly_card
    return message


def check(request: WaybillRequest) -> None:
    """Refuse before the call what SF's field table refuses, in words the operator can act on.

    :raises IntegrationError: fatal, code ``local:<field>``
    """
    receiver, sender = request.receiver, request.sender
    problems = (
        ("order_id", len(request.client_order_id) > _LONGEST_ORDER_ID),
        ("product", not request.product_code.isdecimal()),
        ("cargo", not request.cargo),
        ("weight", request.weight_g <= 0),
        ("parcels", request.parcel_count < 1),
        ("receiver", not receiver.name or not _street(receiver)),
        ("sender", not sender.name or not sender.address.street),
        ("phone", not _is_phone(receiver.phone)),
        ("sender_phone", not _is_phone(sender.phone)),
        ("address", len(_street(receiver)) > _LONGEST_ADDRESS),
    )
    for name, wrong in problems:
        if wrong:
            text = codes.LOCAL_REFUSALS[name]
            raise IntegrationError(text, kind=ErrorKind.FATAL, code=f"local:{name}")


def to_search_order(client_order_id: str) -> Message:
    """Build msgData of EXP_RECE_SEARCH_ORDER_RESP for a forward order."""
    return {"orderId": client_order_id, "searchType": "1", "language": "zh-CN"}


def to_cancel_order(client_order_id: str, waybill_no: str) -> Message:
    """Build msgData of EXP_RECE_UPDATE_ORDER; a confirmed order is cancelled by its number."""
    numbers = [{"waybillType": codes.MOTHER, "waybillNo": waybill_no}]
    return {"orderId": client_order_id, "dealType": 2, "waybillNoInfoList": numbers}


def to_search_routes(waybill_nos: Sequence[str], phone_tail: str) -> Message:
    """Build msgData of EXP_RECE_SEARCH_ROUTES by waybill number."""
    message: Message = {
        "language": "0",
        "trackingType": "1",
        "trackingNumber": list(waybill_nos),
        "methodType": "1",
    }
    return {**message, "checkPhoneNo": phone_tail} if phone_tail else message


def to_cloud_print(waybill: IssuedWaybill, account: SfAccount) -> Message:
    """Build msgData of COM_RECE_CLOUD_PRINT_WAYBILLS: one document per parcel, answered at once."""
    total = len(waybill.child_nos) + 1
    documents: list[Message] = [{"masterWaybillNo": waybill.waybill_no}]
    for position, child in enumerate(waybill.child_nos, start=2):
        documents.append(
            {
                "masterWaybillNo": waybill.waybill_no,
                "branchWaybillNo": child,
                "seq": str(position),
                "sum": str(total),
            }
        )
    return {
        "templateCode": f"fm_{account.label_size}_standard_{account.partner_id}",
        "version": "2.0",
        "fileType": "pdf",
        "sync": True,
        "documents": documents,
    }


def _cargo(line: CargoLine) -> Message:
    cargo: Message = {
        "name": line.name[:_LONGEST_CARGO_NAME],
        "count": line.quantity,
        "unit": line.unit or codes.UNIT,
    }
    if line.weight_g is not None:
        cargo["weight"] = _kilograms(line.weight_g)
    if line.unit_value is not None:
        cargo |= {"amount": float(line.unit_value), "currency": "CNY"}
    return cargo


def _sender(sender: Sender) -> Message:
    return {
        "contactType": 1,
        "company": sender.company,
        "contact": sender.name,
        **_phone(sender.phone),
        "country": sender.address.country,
        "province": sender.address.province,
        "city": sender.address.city,
        "county": sender.address.district,
        "address": sender.address.street,
    }


def _receiver(receiver: PlainReceiver) -> Message:
    return {
        "contactType": 2,
        "contact": receiver.name,
        **_phone(receiver.phone),
        "country": receiver.country,
        "province": receiver.province,
        "city": receiver.city,
        "county": receiver.district,
        "address": _street(receiver),
    }


def _street(receiver: PlainReceiver) -> str:
    return f"{receiver.town}{receiver.street}".strip()


def _phone(phone: str) -> Message:
    # A platform's virtual number carries an extension and is no mobile number to SF.
    return {"mobile": phone} if _MOBILE.fullmatch(phone) else {"tel": phone}


def _is_phone(phone: str) -> bool:
    return 0 < len(phone) <= _LONGEST_PHONE


def _kilograms(grams: int) -> float:
    return round(grams / 1000, 3)


def _size(size_mm: tuple[int, int, int] | None) -> Message:
    if size_mm is None:
        return {}
    length, width, height = (side / 10 for side in size_mm)
    return {"totalLength": length, "totalWidth": width, "totalHeight": height}


def _services(request: WaybillRequest, account: SfAccount) -> list[Message]:
    services: list[Message] = []
    if request.insured_amount is not None:
        services.append({"name": "INSURE", "value": f"{request.insured_amount:f}"})
    if request.cod_amount is not None:
        cod = {"name": "COD", "value": f"{request.cod_amount:f}", "value1": account.monthly_card}
        services.append(cod)
    return services
