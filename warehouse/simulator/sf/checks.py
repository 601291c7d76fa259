"""What SF demands of an order, by the field tables of its API pages."""

import re
from typing import Any

from warehouse.simulator.settings import Settings
from warehouse.simulator.sf.refusals import BusinessRefusal

Message = dict[str, Any]

_PHONE = re.compile(r"[\d\-转+ ]{7,20}")
_SENDER, _RECEIVER = 1, 2
# address, contact, phone
_PARTY_CODES = {_SENDER: ("1010", "1011", "1012"), _RECEIVER: ("1014", "1015", "1016")}


def check_order(message: Message, settings: Settings) -> None:
    """Check an EXP_RECE_CREATE_ORDER.

    :raises BusinessRefusal: with the code of the first fault
    """
    _demand(all(message.get(name) for name in ("language", "orderId", "expressTypeId")), "S0002")
    _demand(len(message["orderId"]) <= 64, "S0002")
    cargo = message.get("cargoDetails") or []
    _demand(bool(cargo) and all(line.get("name") for line in cargo), "1023")
    for kind in (_SENDER, _RECEIVER):
        _check_party(party(message, kind), _PARTY_CODES[kind])
    parcels = int(message.get("parcelQty") or 1)
    _demand(parcels == 1 or float(message.get("totalWeight") or 0) > 0, "S0002")
    card = str(message.get("monthlyCard") or "")
    _demand(not card or re.fullmatch(r"\d{10}", card) is not None, "6126")
    _demand(card in ("", settings.monthly_card), "8119")


def party(message: Message, kind: int) -> Message:
    """Find the sender (1) or the receiver (2); empty if there is none."""
    parties = message.get("contactInfoList") or []
    return next((entry for entry in parties if entry.get("contactType") == kind), {})


def receiver(message: Message) -> Message:
    """Find the receiver."""
    return party(message, _RECEIVER)


def sender(message: Message) -> Message:
    """Find the sender."""
    return party(message, _SENDER)


def _check_party(entry: Message, codes: tuple[str, str, str]) -> None:
    address, contact, phone = codes
    _demand(bool(entry.get("address") and entry.get("country")), address)
    _demand(bool(entry.get("contact") or entry.get("company")), contact)
    number = entry.get("mobile") or entry.get("tel") or ""
    _demand(bool(number), phone)
    _demand(_PHONE.fullmatch(number) is not None, "8196")


def _demand(fulfilled: bool, code: str) -> None:
    if not fulfilled:
        raise BusinessRefusal(code)
