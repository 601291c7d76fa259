"""The warehouses of the demo: bins, opening stock, and an account at the carrier's simulator."""
