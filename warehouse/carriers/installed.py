"""Every carrier we speak: importing this module registers them all."""

from warehouse.carriers.base import carriers
from warehouse.carriers.sf.carrier import SfCarrier

__all__ = ["SfCarrier", "carriers"]
