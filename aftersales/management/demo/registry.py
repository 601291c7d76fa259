"""After-sales' part of the demo: after the parcels have left."""

from aftersales.management.demo.coming_back import seed_coming_back
from oms.registries import DemoStep, demo_steps

demo_steps.register(DemoStep("returns on their way", 70, seed_coming_back))
