"""The tables of channel synchronization."""

from channels_sync.models.cancellations import ExternalCancellation, ExternalCancellationLine
from channels_sync.models.connections import HookNonce, StoreConnection
from channels_sync.models.imports import ImportFault, ImportMapping
from channels_sync.models.push import PushJob
from channels_sync.models.raw_orders import RawOrder
from channels_sync.models.sync import SyncCursor, SyncRun

__all__ = [
    "ExternalCancellation",
    "ExternalCancellationLine",
    "HookNonce",
    "ImportFault",
    "ImportMapping",
    "PushJob",
    "RawOrder",
    "StoreConnection",
    "SyncCursor",
    "SyncRun",
]
