"""Picking: one task, one cart, one step at a time; every step is in the database."""
