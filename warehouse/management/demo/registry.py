"""The warehouse's part of the demo: stock before the orders, work and parcels after them."""

from oms.registries import DemoStep, demo_steps
from warehouse.management.demo.leaving import seed_leaving
from warehouse.management.demo.places import seed_stock
from warehouse.management.demo.work import seed_work

demo_steps.register(DemoStep("stock", 20, seed_stock))
demo_steps.register(DemoStep("warehouse work", 50, seed_work))
demo_steps.register(DemoStep("parcels that left", 60, seed_leaving))
