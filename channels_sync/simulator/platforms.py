"""The platforms of the market: one line each."""

from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.taobao.platform import Taobao

PLATFORMS: tuple[type[Platform], ...] = (Taobao,)
