"""Every platform whose pushes we hear: importing this module registers them all."""

from channels_sync.connectors.doudian.listener import DoudianListener
from channels_sync.connectors.knocks import listeners

__all__ = ["DoudianListener", "listeners"]
