"""THE expectation: who sees which page, and who may change what stands on it."""

from dataclasses import dataclass

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db.models import Model
from django_q.models import Failure, OrmQ, Schedule, Success

from oms import models


@dataclass(frozen=True)
class Expected:
    """``sees`` is a role that sees the rows of its place, ``blind`` one that does not see the page
    at all; "" stands for the superuser. ``changes`` is a role that may change a row."""

    sees: str = ""
    blind: str = "customer_service"
    changes: str | None = None


SUPERUSERS_LOOK = Expected()
SUPERUSERS_CHANGE = Expected(changes="")

TABLE: dict[type[Model], Expected] = {
    models.Order: Expected("customer_service", "warehouse_staff"),
    models.MergeGroup: Expected("customer_service", "warehouse_staff"),
    models.FulfillmentOrder: Expected("warehouse_staff", "finance"),
    models.Shipment: Expected("warehouse_staff", "finance"),
    models.BuyerMessage: Expected("customer_service", "warehouse_staff"),
    models.StockLevel: Expected("warehouse_manager", "warehouse_staff"),
    models.StockMovement: Expected("warehouse_manager", "warehouse_staff"),
    models.Demand: Expected("customer_service", "warehouse_staff"),
    models.ExpectedReturn: Expected("warehouse_staff", "nobody"),
    models.ChannelRefund: Expected("customer_service", "warehouse_staff"),
    models.ApprovalRequest: Expected("customer_service", "warehouse_staff"),
    models.Store: Expected("store_manager", "customer_service", "store_manager"),
    models.Listing: Expected("finance", "warehouse_staff", "customer_service"),
    models.CallLog: Expected("store_manager", "customer_service"),
    models.Warehouse: Expected("warehouse_manager", "warehouse_staff", "warehouse_manager"),
    models.AuditEntry: Expected("store_manager", "customer_service"),
    models.Sku: Expected("customer_service", "nobody", "store_manager"),
    models.Bundle: Expected("customer_service", "nobody", "store_manager"),
    models.Category: Expected("customer_service", "nobody", "store_manager"),
    models.Channel: SUPERUSERS_CHANGE,
    models.User: SUPERUSERS_CHANGE,
    models.Department: SUPERUSERS_CHANGE,
    models.Project: SUPERUSERS_CHANGE,
    models.RoleAssignment: SUPERUSERS_LOOK,
    models.Delegation: SUPERUSERS_LOOK,
    models.TimelineEntry: SUPERUSERS_LOOK,
    models.EvidenceEntry: SUPERUSERS_LOOK,
    models.OutboxEvent: SUPERUSERS_LOOK,
    models.EventDelivery: SUPERUSERS_LOOK,
    models.Job: SUPERUSERS_LOOK,
    models.NamedLock: SUPERUSERS_LOOK,
    models.Heartbeat: SUPERUSERS_LOOK,
    Schedule: SUPERUSERS_LOOK,
    OrmQ: SUPERUSERS_LOOK,
    Success: SUPERUSERS_LOOK,
    Failure: SUPERUSERS_LOOK,
    AccessLog: SUPERUSERS_LOOK,
    AccessFailureLog: SUPERUSERS_LOOK,
    AccessAttempt: SUPERUSERS_LOOK,
}

SHARED = (models.Sku, models.Bundle, models.Category)
"""Rows without a place: whoever may look sees all of them."""
