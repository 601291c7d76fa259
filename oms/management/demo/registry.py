"""The core's own part of the demo."""

from oms.management.demo.orders import seed_orders
from oms.registries import DemoStep, demo_steps

demo_steps.register(DemoStep("orders", 30, lambda now: seed_orders(now=now)))
