"""The shared schema: the tables that two or more apps read."""

from oms.models.access import (
    RoleAssignment,
    StoreGroupPermission,
    StoreUserPermission,
    WarehouseGroupPermission,
    WarehouseUserPermission,
)
from oms.models.approvals import ApprovalRequest, ApprovalStep, Delegation
from oms.models.audit import AuditEntry
from oms.models.buyers import Buyer, Receiver
from oms.models.calls import CallLog
from oms.models.catalog import Barcode, Bundle, BundleComponent, Category, Listing, Sku
from oms.models.channel_refunds import ChannelRefund
from oms.models.evidence import EvidenceEntry
from oms.models.fulfillment import FulfillmentLine, FulfillmentOrder, RouteDecision
from oms.models.inventory import (
    Condition,
    Demand,
    Reservation,
    StockAllotment,
    StockLevel,
    StockMovement,
)
from oms.models.jobs import Job
from oms.models.listing_changes import ListingChange
from oms.models.locks import Heartbeat, NamedLock
from oms.models.merging import MergeGroup, MergeMembership
from oms.models.messages import BuyerMessage
from oms.models.notes import SellerNote
from oms.models.orders import ChannelStatusChoice, Order, OrderHold, OrderItem, OrderLine
from oms.models.organization import (
    Channel,
    Department,
    Project,
    Store,
    UploadMoment,
    Warehouse,
)
from oms.models.outbox import EventDelivery, OutboxEvent
from oms.models.payments import Payment, PaymentAllocation, Refund, RefundLine
from oms.models.returns import ExpectedReturn, ExpectedReturnLine
from oms.models.shipments import Shipment, ShipmentLine
from oms.models.stops import StopToken
from oms.models.timeline import TimelineEntry
from oms.models.users import User

__all__ = [
    "ApprovalRequest",
    "ApprovalStep",
    "AuditEntry",
    "Barcode",
    "Bundle",
    "BundleComponent",
    "Buyer",
    "BuyerMessage",
    "CallLog",
    "Category",
    "Channel",
    "ChannelRefund",
    "ChannelStatusChoice",
    "Condition",
    "Delegation",
    "Demand",
    "Department",
    "EventDelivery",
    "EvidenceEntry",
    "ExpectedReturn",
    "ExpectedReturnLine",
    "FulfillmentLine",
    "FulfillmentOrder",
    "Heartbeat",
    "Job",
    "Listing",
    "ListingChange",
    "MergeGroup",
    "MergeMembership",
    "NamedLock",
    "Order",
    "OrderHold",
    "OrderItem",
    "OrderLine",
    "OutboxEvent",
    "Payment",
    "PaymentAllocation",
    "Project",
    "Receiver",
    "Refund",
    "RefundLine",
    "Reservation",
    "RoleAssignment",
    "RouteDecision",
    "SellerNote",
    "Shipment",
    "ShipmentLine",
    "Sku",
    "StockAllotment",
    "StockLevel",
    "StockMovement",
    "StopToken",
    "Store",
    "StoreGroupPermission",
    "StoreUserPermission",
    "TimelineEntry",
    "UploadMoment",
    "User",
    "Warehouse",
    "WarehouseGroupPermission",
    "WarehouseUserPermission",
]
