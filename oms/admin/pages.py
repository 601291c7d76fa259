"""THE table of pages: which table of the database is seen through which page."""

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db.models import Model
from django_q.models import Failure, OrmQ, Schedule, Success

from oms import models
from oms.admin import (
    catalog,
    channel_refunds,
    engine,
    fulfillment,
    listings,
    logs,
    merges,
    organization,
    people,
    returns,
    shipments,
    stock,
    third_party,
)
from oms.admin.base import BaseAdmin
from oms.admin.orders.admin import OrderAdmin

PAGES: dict[type[Model], type[BaseAdmin]] = {
    models.Order: OrderAdmin,
    models.MergeGroup: merges.MergeGroupAdmin,
    models.FulfillmentOrder: fulfillment.FulfillmentOrderAdmin,
    models.Shipment: shipments.ShipmentAdmin,
    models.BuyerMessage: engine.BuyerMessageAdmin,
    models.StockLevel: stock.StockLevelAdmin,
    models.StockMovement: stock.StockMovementAdmin,
    models.Demand: stock.DemandAdmin,
    models.ExpectedReturn: returns.ExpectedReturnAdmin,
    models.ChannelRefund: channel_refunds.ChannelRefundAdmin,
    models.ApprovalRequest: returns.ApprovalRequestAdmin,
    models.Store: organization.StoreAdmin,
    models.Listing: listings.ListingAdmin,
    models.CallLog: logs.CallLogAdmin,
    models.Sku: catalog.SkuAdmin,
    models.Bundle: catalog.BundleAdmin,
    models.Category: catalog.CategoryAdmin,
    models.Channel: organization.ChannelAdmin,
    models.Warehouse: organization.WarehouseAdmin,
    models.User: people.UserAdmin,
    models.RoleAssignment: people.RoleAssignmentAdmin,
    models.Department: organization.DepartmentAdmin,
    models.Project: organization.ProjectAdmin,
    models.Delegation: people.DelegationAdmin,
    models.TimelineEntry: logs.TimelineEntryAdmin,
    models.AuditEntry: logs.AuditEntryAdmin,
    models.EvidenceEntry: logs.EvidenceEntryAdmin,
    models.OutboxEvent: engine.OutboxEventAdmin,
    models.EventDelivery: engine.EventDeliveryAdmin,
    models.Job: engine.JobAdmin,
    models.NamedLock: engine.NamedLockAdmin,
    models.Heartbeat: engine.HeartbeatAdmin,
    Schedule: third_party.ScheduleAdmin,
    OrmQ: third_party.QueuedTaskAdmin,
    Success: third_party.DoneTaskAdmin,
    Failure: third_party.FailedTaskAdmin,
    AccessLog: third_party.SignInAdmin,
    AccessFailureLog: third_party.FailedSignInAdmin,
    AccessAttempt: third_party.LockOutAdmin,
}
