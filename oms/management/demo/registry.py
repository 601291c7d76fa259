"""The core's own part of the demo: days that are over, and today."""

from collections.abc import Callable
from datetime import datetime, timedelta

from oms.management.demo import tour  # noqa: F401 - registers its steps
from oms.management.demo.orders import seed_orders
from oms.management.demo.past import complete_day, seed_day
from oms.registries import DemoStep, demo_steps

DAYS = (3, 2, 1, 0)
"""How many days ago; the last batch is this morning's. The warehouse works off each in between."""
FIRST = 22


def placed_at(now: datetime, days: int) -> datetime:
    """Return when a day's orders came in: those of today have just left, three hours later."""
    return now - timedelta(days=days, hours=3, minutes=2)


def _day(days: int) -> Callable[[datetime], None]:
    return lambda now: seed_day(placed_at(now, days), number=days + 1)


for _place, _days in enumerate(DAYS):
    _order = FIRST + 2 * _place
    demo_steps.register(DemoStep(f"orders of {_days} days ago", _order, _day(_days)))
demo_steps.register(DemoStep("orders", 40, lambda now: seed_orders(now=now)))
demo_steps.register(
    DemoStep(
        "confirmed by the buyers",
        45,
        lambda now: complete_day(placed_at(now, DAYS[0]), number=DAYS[0] + 1, now=now),
    )
)
