"""Rows for tests, one module per app. Everything in them is invented."""
