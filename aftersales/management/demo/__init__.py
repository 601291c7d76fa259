"""After-sales in the demo: one case in every lane."""
