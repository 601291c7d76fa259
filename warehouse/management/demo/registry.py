"""The warehouses' part of the demo: before the orders, which need stock."""

from oms.registries import DemoStep, demo_steps
from warehouse.management.demo.stock import seed_warehouses

demo_steps.register(DemoStep("warehouses", 20, lambda now: seed_warehouses(now=now)))
