"""The warehouse's part of the demo: stock before the orders, work after them, day by day."""

from collections.abc import Callable
from datetime import datetime, timedelta

from oms.management.demo.registry import DAYS, FIRST, placed_at
from oms.registries import DemoStep, demo_steps
from warehouse.management.demo import tour  # noqa: F401 - registers its steps
from warehouse.management.demo.on_the_road import tell_of_parcels
from warehouse.management.demo.places import seed_platform_accounts, seed_stock
from warehouse.management.demo.returned import receive_returns
from warehouse.management.demo.work import seed_work, send_day

_BEFORE_ALL = timedelta(days=DAYS[0] + 1)

demo_steps.register(DemoStep("stock", 20, lambda now: seed_stock(now - _BEFORE_ALL)))
demo_steps.register(DemoStep("platform waybills", 21, seed_platform_accounts))


def _day(days: int) -> Callable[[datetime], None]:
    return lambda now: send_day(placed_at(now, days))


for _place, _days in enumerate(DAYS):
    _order = FIRST + 2 * _place + 1
    demo_steps.register(DemoStep(f"parcels of {_days} days ago", _order, _day(_days)))
demo_steps.register(DemoStep("told by the carrier", 42, tell_of_parcels))
demo_steps.register(DemoStep("warehouse work", 50, seed_work))
demo_steps.register(DemoStep("returned parcels", 62, receive_returns))
