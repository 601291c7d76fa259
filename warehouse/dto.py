"""What crosses between the warehouse's services and the carriers: frozen values, no database.

Amounts are Decimal yuan, weights grams, lengths millimetres, times aware UTC datetimes. Fields that
name a person stay out of ``repr``, so that no log and no error report can quote them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from oms.dto import PlainReceiver


class PayMethod(StrEnum):
    """Who pays the freight."""

    SENDER = "sender"
    RECEIVER = "receiver"
    THIRD_PARTY = "third_party"


class FilterResult(StrEnum):
    """The carrier's answer to "do you deliver there?"."""

    DELIVERABLE = "deliverable"
    REVIEW = "review"
    UNDELIVERABLE = "undeliverable"


class TrackStatus(StrEnum):
    """Where a parcel is, in one vocabulary for all carriers."""

    UNKNOWN = "unknown"
    """A code and a text that say nothing we know: the parcel keeps the status it had."""
    CREATED = "created"
    COLLECTED = "collected"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_FOR_PICKUP = "ready_for_pickup"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A place a parcel starts from."""

    province: str
    city: str
    district: str
    street: str = field(repr=False)
    country: str = "CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends: normally the warehouse, with the shop's name as company."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: Address
    company: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CargoLine:
    """What is inside, as the carrier must be told."""

    name: str
    quantity: int
    unit: str = ""
    weight_g: int | None = None
    unit_value: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaybillRequest:
    """Ask for the number and the label data of one package.

    ``package_no`` and ``attempt`` together are the idempotency key at the carrier: a repeat gets
    the first answer even if it asks for something else. So a changed request, and any request
    after a void, needs the next attempt.
    ``product_code`` is the carrier's own code, from the account's contract. With ``parcel_count``
    above 1 the carrier gives one number per parcel under a mother number. ``size_mm`` is length,
    width, height.
    """

    package_no: str
    sender: Sender
    receiver: PlainReceiver = field(repr=False)
    cargo: tuple[CargoLine, ...]
    weight_g: int
    product_code: str
    attempt: int = 1
    parcel_count: int = 1
    size_mm: tuple[int, int, int] | None = None
    pay_method: PayMethod = PayMethod.SENDER
    cod_amount: Decimal | None = None
    insured_amount: Decimal | None = None
    remark: str = field(default="", repr=False)

    @property
    def client_order_id(self) -> str:
        """Our number for this order at the carrier."""
        return client_order_id(self.package_no, self.attempt)


def client_order_id(package_no: str, attempt: int) -> str:
    """Name one attempt to get a waybill for a package, the same way for request, probe and void."""
    return f"{package_no}-{attempt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteLabel:
    """What the sorting centres need to read on the label. Print each value as it stands."""

    sort_code: str
    """The big code (大头笔). Never split it; print it on one line."""
    coding_in: str = ""
    coding_out: str = ""
    bag_place: str = ""
    product_name: str = ""
    product_code: str = ""
    limit_type: str = ""
    express_type: str = ""
    cargo_type: str = ""
    source_transfer_code: str = ""
    dest_transfer_code: str = ""
    dest_dept_code: str = ""
    dest_team_code: str = ""
    print_flag: str = ""
    """One digit per personal field; 0 masks it, 1 prints it (carrier's own order of fields)."""
    print_icon: str = ""
    ab_flag: str = ""
    xb_flag: str = ""
    qr_payload: str = ""
    check_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedWaybill:
    """A number that the carrier gave us, with what its label needs.

    ``route`` is missing where the carrier gave no label data; such a waybill cannot be printed by
    us. ``raw`` is the carrier's answer without people, to be kept. ``platform`` is the kind of the
    platform whose service gave it, ``print_data`` what its print component needs.
    """

    waybill_no: str
    carrier_order_id: str
    filter_result: FilterResult
    child_nos: tuple[str, ...] = ()
    receipt_no: str = ""
    """The number of the signed slip that comes back (签回单)."""
    origin_code: str = ""
    dest_code: str = ""
    reason: str = ""
    """Why a person must look, or why it cannot be delivered; empty when it simply can."""
    route: RouteLabel | None = None
    platform: str = ""
    print_data: str = field(default="", repr=False)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def needs_review(self) -> bool:
        """Whether the carrier still checks the address by hand; the number is good meanwhile."""
        return self.filter_result is FilterResult.REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackEvent:
    """One thing that happened to a parcel.

    ``event_id`` is the same whether the event was pulled or pushed, and however often. ``text`` may
    name a courier or a signer: store it encrypted, show it masked.
    """

    waybill_no: str
    event_id: str
    at: datetime
    status: TrackStatus
    code: str
    """The carrier's own code."""
    text: str = field(default="", repr=False)
    place: str = ""
    client_order_id: str = ""
    carrier_event_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidResult:
    """A waybill that will not be carried. ``repeated``: it was void before we asked."""

    waybill_no: str
    carrier_order_id: str
    repeated: bool = False
