"""Every event between apps. Payloads are ids and numbers, in lists, because work comes in batches;
only a platform's request carries what it asks for, and never a personal datum.

A field is only ever added, never renamed: older events may still wait to be delivered.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar


class Event:
    """``name`` is ``<app>.<noun>.<past>``, the same string in class, table and log."""

    name: ClassVar[str]


@dataclass(frozen=True, slots=True)
class FulfillmentsReleased(Event):
    name: ClassVar[str] = "oms.fulfillment.released"
    fulfillment_ids: list[int]


@dataclass(frozen=True, slots=True)
class FulfillmentsRecalled(Event):
    name: ClassVar[str] = "oms.fulfillment.recalled"
    fulfillment_ids: list[int]


@dataclass(frozen=True, slots=True)
class StockChanged(Event):
    name: ClassVar[str] = "oms.stock.changed"
    sku_ids: list[int]


@dataclass(frozen=True, slots=True)
class OrdersNoted(Event):
    """The seller's note or flag was written here: the channel is to have it too."""

    name: ClassVar[str] = "oms.order.noted"
    order_ids: list[int]


@dataclass(frozen=True, slots=True)
class PackagesLabelled(Event):
    """Parcels that have a waybill from now on; after a void this may be another one."""

    name: ClassVar[str] = "oms.package.labelled"
    shipment_ids: list[int]


@dataclass(frozen=True, slots=True)
class PackagesOpened(Event):
    """Sealed parcels that were taken apart again: they will not leave."""

    name: ClassVar[str] = "oms.package.opened"
    shipment_ids: list[int]


@dataclass(frozen=True, slots=True)
class PackagesWeighed(Event):
    name: ClassVar[str] = "oms.package.weighed"
    shipment_ids: list[int]


@dataclass(frozen=True, slots=True)
class PackagesScanned(Event):
    """The carrier scanned them for the first time, or cannot be asked whether it did."""

    name: ClassVar[str] = "oms.package.scanned"
    shipment_ids: list[int]


@dataclass(frozen=True, slots=True)
class UploadWanted(Event):
    """A person wants the channels told of these parcels now, whatever the stores' moment."""

    name: ClassVar[str] = "oms.upload.wanted"
    shipment_ids: list[int]


@dataclass(frozen=True, slots=True)
class UploadMomentChanged(Event):
    name: ClassVar[str] = "oms.upload.moment_changed"
    store_ids: list[int]


@dataclass(frozen=True, slots=True)
class PackagesShipped(Event):
    name: ClassVar[str] = "warehouse.package.shipped"
    shipment_ids: list[int]


@dataclass(frozen=True, slots=True)
class ReturnAnnounced(Event):
    """A parcel is expected, again, with other units, or under a waybill number known now."""

    name: ClassVar[str] = "oms.return.announced"
    return_nos: list[str]


@dataclass(frozen=True, slots=True)
class ReturnReceived(Event):
    name: ClassVar[str] = "warehouse.return.received"
    return_nos: list[str]


@dataclass(frozen=True, slots=True)
class ReturnRequested(Event):
    name: ClassVar[str] = "channels.return.requested"
    store_id: int
    channel_refund_no: str
    refund: dict[str, Any] = field(default_factory=dict)
    """``oms.events.contents`` writes and reads it: everything but the buyer's words."""


@dataclass(frozen=True, slots=True)
class RefundConfirmed(Event):
    name: ClassVar[str] = "channels.refund.confirmed"
    refund_ids: list[int]


@dataclass(frozen=True, slots=True)
class RefundDoneByPlatform(Event):
    name: ClassVar[str] = "channels.refund.done_by_platform"
    refund_ids: list[int]


@dataclass(frozen=True, slots=True)
class ReturnApproved(Event):
    """The lists run side by side; a refund number is "" for a request that no platform knows."""

    name: ClassVar[str] = "aftersales.return.approved"
    case_nos: list[str]
    order_ids: list[int] = field(default_factory=list)
    channel_refund_nos: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReturnRejected(Event):
    """As ``ReturnApproved``. ``refusal_codes`` are the platform's own reasons, "" for none."""

    name: ClassVar[str] = "aftersales.return.rejected"
    case_nos: list[str]
    order_ids: list[int] = field(default_factory=list)
    channel_refund_nos: list[str] = field(default_factory=list)
    refusal_codes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RefundRequested(Event):
    name: ClassVar[str] = "aftersales.refund.requested"
    refund_ids: list[int]


@dataclass(frozen=True, slots=True)
class ApprovalDecided(Event):
    name: ClassVar[str] = "oms.approval.decided"
    request_ids: list[int]
