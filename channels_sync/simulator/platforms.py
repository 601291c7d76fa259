"""The platforms of the market: one line each."""

from channels_sync.simulator.market.platform import Platform

PLATFORMS: tuple[type[Platform], ...] = ()
