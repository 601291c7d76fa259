"""What a parcel label says. A label that could not be scanned cannot be made."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Final

from oms.refusals import Refusal
from warehouse.labels import messages

# 20 characters of Code128 are at most 255 modules: with two dots of a 203 dpi printer each and the
# quiet zones that is 69 mm, and the narrowest label has 72 mm to print on. Digits go in pairs.
_SCANNABLE: Final = re.compile(r"[!-~](?:[ -~]{0,18}[!-~])?|\d{1,36}", re.ASCII)
MAX_QR_BYTES: Final = 150
_MAX_AMOUNT: Final = 100_000_000


class LabelSize(Enum):
    """Width and height of the paper in millimetres, as the carriers' label rolls are sold."""

    MM_76X130 = (76, 130)
    MM_100X150 = (100, 150)
    MM_100X180 = (100, 180)


class BadWaybillNo(Refusal):
    """This number cannot become a barcode."""

    message = messages.BAD_WAYBILL_NO


class BadQrPayload(Refusal):
    """More than a handheld can read from a QR code of this size, or no text."""

    message = messages.BAD_QR


class BadPageNo(Refusal):
    """No such parcel in the shipment."""

    message = messages.BAD_PAGE


class BadAmount(Refusal):
    """An amount to collect or to insure that nobody could pay."""

    message = messages.BAD_AMOUNT


def _is_payload(text: str) -> bool:
    try:
        return len(text.encode()) <= MAX_QR_BYTES
    except UnicodeEncodeError:
        return False


def is_scannable(number: str) -> bool:
    """Tell whether a number fits into a Code128 of the narrowest label."""
    return _SCANNABLE.fullmatch(number) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Sender or receiver as it shall be printed: whoever makes the label has masked it or not."""

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One page. Every text may be empty, of any length and of any script; amounts are yuan.

    ``sort_code`` and ``mapping_codes`` are printed as the carrier gave them, each on one line.
    ``badges`` are short words that everyone who lifts the parcel must see (fragile, fresh).
    ``goods`` has one text a line. ``sequence`` is the place in the print run. ``page_no`` of
    ``page_count`` counts the parcels of a shipment; with more than one, ``mother_no`` is the
    carrier's number for all of them. ``qr_payload`` is printed verbatim, the number if empty.

    :raises BadWaybillNo: the number cannot become a barcode
    :raises BadQrPayload: more than 150 bytes of UTF-8
    :raises BadPageNo: page 0, or page 3 of 2
    :raises BadAmount: below zero, no number, or a hundred million and more
    """

    carrier: str
    waybill_no: str
    sort_code: str = ""
    bag_place: str = ""
    mapping_codes: tuple[str, ...] = ()
    product_name: str = ""
    receiver: Party = field(default_factory=Party)
    sender: Party = field(default_factory=Party)
    package_no: str = ""
    order_nos: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()
    freight_collect: bool = False
    cod_amount: Decimal | None = None
    insured_amount: Decimal | None = None
    remark: str = field(default="", repr=False)
    printed_at: str = ""
    sequence: str = ""
    reprint: bool = False
    page_no: int = 1
    page_count: int = 1
    mother_no: str = ""
    qr_payload: str = ""

    def __post_init__(self) -> None:
        if not is_scannable(self.waybill_no):
            raise BadWaybillNo(number=self.waybill_no)
        if not _is_payload(self.qr_payload):
            raise BadQrPayload
        if not 1 <= self.page_no <= self.page_count:
            raise BadPageNo(page=self.page_no, pages=self.page_count)
        for amount in (self.cod_amount, self.insured_amount):
            if amount is not None and not (amount.is_finite() and 0 <= amount < _MAX_AMOUNT):
                raise BadAmount(amount=amount)

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that was written by people, and so may hold any character."""
        parties = (self.receiver, self.sender)
        return (
            *(text for party in parties for text in (party.name, party.phone, party.address)),
            *self.goods,
            self.remark,
            *self.badges,
            self.carrier,
            self.product_name,
            self.sort_code,
            self.bag_place,
            *self.mapping_codes,
            *self.order_nos,
            self.package_no,
            self.mother_no,
            self.printed_at,
            self.sequence,
        )
