"""Shipping documents: made, released to the warehouse, taken back as far as possible."""
