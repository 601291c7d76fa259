"""The dialect of the platforms' print components: documents by WebSocket. Pure.

Cainiao's component took it first (its interaction protocol, open.taobao.com document 107014), and
others followed it: ``print`` names a task with documents, each of contents that are taken over from
the waybill service as they came.
"""

import json
from collections.abc import Mapping
from typing import Any

from oms.dto import CipherReceiver, Consignor, PlainReceiver, Receiver
from oms.integration.wire import malformed

_MOBILE_DIGITS = 11


def print_message(print_data: str, *, task_no: str, waybill_no: str, **more: str) -> str:
    """Write the command that prints one label on the component's usual printer.

    ``more`` goes beside the document: what a platform's own component wants besides.
    """
    document = {"documentID": waybill_no, "contents": [{**document_of(print_data), **more}]}
    task = {"taskID": task_no, "preview": False, "printer": "", "documents": [document]}
    command = {"cmd": "print", "requestID": task_no, "version": "1.0", "task": task}
    return json.dumps(command, ensure_ascii=False, separators=(",", ":"))


def document_of(print_data: str) -> Mapping[str, Any]:
    """Open the outermost object of a document; what is sealed in it stays sealed.

    :raises IntegrationError: if it is none
    """
    try:
        told = json.loads(print_data)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not told:
        raise malformed("平台返回的打印报文无法识别")
    return told


def caller(phone: str) -> dict[str, str]:
    """Say by which field a number goes; the services take one of the two."""
    is_mobile = phone.isdecimal() and len(phone) == _MOBILE_DIGITS and phone.startswith("1")
    return {"mobile": phone} if is_mobile else {"phone": phone}


def sender(consignor: Consignor) -> dict[str, Any]:
    """Write who sends, as Cainiao and those after it name the fields."""
    told = {
        "province": consignor.province,
        "city": consignor.city,
        "district": consignor.district,
        "town": consignor.town,
        "detail": consignor.street,
    }
    return {"name": consignor.name, "address": _filled(told), **caller(consignor.phone)}


def recipient(receiver: Receiver) -> dict[str, Any]:
    """Write where it goes: of ciphertext what the platform told, masks where it told no more."""
    match receiver:
        case PlainReceiver():
            name, phone, detail = receiver.name, receiver.phone, receiver.street
        case CipherReceiver():
            name = receiver.name_cipher or receiver.name_mask
            phone = receiver.phone_cipher or receiver.phone_mask
            detail = receiver.street_cipher or receiver.street_mask
    told = {
        "province": receiver.province,
        "city": receiver.city,
        "district": receiver.district,
        "town": receiver.town,
        "detail": detail,
    }
    return {"name": name, "mobile": phone, "address": _filled(told)}


def _filled(told: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in told.items() if value}
