"""The warehouses of the demo: bins, goods in them, the account at the simulated carrier."""
