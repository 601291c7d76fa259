"""The back office of the channels: what came in, what could not, files, connections."""

from django.contrib import admin

from channels_sync.admin.cancellations import ExternalCancellationAdmin
from channels_sync.admin.connections import StoreConnectionAdmin
from channels_sync.admin.imports import ImportMappingAdmin
from channels_sync.admin.payout_findings import PayoutFindingAdmin
from channels_sync.admin.payouts import PayoutStatementAdmin
from channels_sync.admin.pulls import SyncCursorAdmin, SyncRunAdmin
from channels_sync.admin.pushes import PushJobAdmin
from channels_sync.admin.raw_orders import RawOrderAdmin
from channels_sync.admin.reconciling import FindingAdmin, ReconciledDayAdmin
from channels_sync.admin.stock import ListingStockAdmin, StockRuleAdmin
from channels_sync.models import (
    ExternalCancellation,
    Finding,
    ImportMapping,
    ListingStock,
    PayoutFinding,
    PayoutStatement,
    PushJob,
    RawOrder,
    ReconciledDay,
    StockRule,
    StoreConnection,
    SyncCursor,
    SyncRun,
)

admin.site.register(RawOrder, RawOrderAdmin)
admin.site.register(ImportMapping, ImportMappingAdmin)
admin.site.register(StoreConnection, StoreConnectionAdmin)
admin.site.register(ExternalCancellation, ExternalCancellationAdmin)
admin.site.register(PushJob, PushJobAdmin)
admin.site.register(SyncCursor, SyncCursorAdmin)
admin.site.register(SyncRun, SyncRunAdmin)
admin.site.register(StockRule, StockRuleAdmin)
admin.site.register(ListingStock, ListingStockAdmin)
admin.site.register(ReconciledDay, ReconciledDayAdmin)
admin.site.register(Finding, FindingAdmin)
admin.site.register(PayoutStatement, PayoutStatementAdmin)
admin.site.register(PayoutFinding, PayoutFindingAdmin)
