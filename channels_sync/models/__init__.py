"""The tables of channel synchronization."""

from channels_sync.models.cancellations import ExternalCancellation, ExternalCancellationLine
from channels_sync.models.connections import HookNonce, StoreConnection
from channels_sync.models.hints import ChannelHint
from channels_sync.models.imports import ImportFault, ImportMapping
from channels_sync.models.lines import LineState
from channels_sync.models.payouts import PayoutFinding, PayoutRow, PayoutStatement
from channels_sync.models.push import PushJob
from channels_sync.models.raw_orders import RawOrder
from channels_sync.models.reconciling import Finding, ListedOrder, ReconciledDay
from channels_sync.models.refusals import RefusalReasons
from channels_sync.models.stock import ListingStock, StockRule
from channels_sync.models.sync import Lane, SyncCursor, SyncRun
from channels_sync.models.tokens import ChannelToken

__all__ = [
    "ChannelHint",
    "ChannelToken",
    "ExternalCancellation",
    "ExternalCancellationLine",
    "Finding",
    "HookNonce",
    "ImportFault",
    "ImportMapping",
    "Lane",
    "LineState",
    "ListedOrder",
    "ListingStock",
    "PayoutFinding",
    "PayoutRow",
    "PayoutStatement",
    "PushJob",
    "RawOrder",
    "ReconciledDay",
    "RefusalReasons",
    "StockRule",
    "StoreConnection",
    "SyncCursor",
    "SyncRun",
]
