"""After-sales' part of the demo: after the parcels of the days before have left."""

from aftersales.management.demo import tour  # noqa: F401 - registers its steps
from aftersales.management.demo.cases import look_at_returns, seed_cases
from aftersales.management.demo.coming_back import seed_coming_back
from oms.registries import DemoStep, demo_steps

demo_steps.register(DemoStep("after-sales cases", 60, seed_cases))
demo_steps.register(DemoStep("looked at by the technician", 64, look_at_returns))
demo_steps.register(DemoStep("returns on their way", 66, seed_coming_back))
