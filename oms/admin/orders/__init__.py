"""The order list and the order page."""
